using System.Security.Cryptography;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>The SHA-256 of each file that a tar is made of, taken while the tar is read.</summary>
internal sealed class ContentHashes : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<TarItem, string> _done = new(ReferenceEqualityComparer.Instance);
    private TarItem? _current;

    /// <summary>Takes the next piece; the pieces of one file come one after the other.</summary>
    public void Append(TarItem item, ReadOnlySpan<byte> piece)
    {
        if (!ReferenceEquals(item, _current))
        {
            Finish();
            _current = item;
        }

        _hash.AppendData(piece);
    }

    /// <summary>The hash of a file's content, lower-case hex; that of nothing for one that had none.</summary>
    public string HashOf(TarItem item)
    {
        Finish();
        if (_done.TryGetValue(item, out var hash))
        {
            return hash;
        }

        return Hex(SHA256.HashData([]));
    }

    public void Dispose() => _hash.Dispose();

    private void Finish()
    {
        if (_current is not null)
        {
            _done[_current] = Hex(_hash.GetHashAndReset());
            _current = null;
        }
    }

    private static string Hex(byte[] hash) => Convert.ToHexString(hash).ToLowerInvariant();
}
