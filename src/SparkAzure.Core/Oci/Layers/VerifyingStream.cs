using System.Security.Cryptography;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// A download that is read, and whose last piece is handed out only when the whole has the digest it should have: what
/// is damaged or cut short never becomes complete where it goes.
/// </summary>
/// <param name="source">The download; disposed with this.</param>
/// <param name="digest">The digest it should have.</param>
/// <param name="length">The length it should have, in bytes.</param>
/// <param name="refuse">
/// What to say when it is something else, of what was expected and what came; null for ImageContentCorrupt.
/// </param>
internal sealed class VerifyingStream(
    Stream source, string digest, long length, Func<string, string, SparkAzureException>? refuse = null) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;
    private bool _verified;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <exception cref="SparkAzureException">ImageContentCorrupt.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Check(buffer.Span[..read], wasAsked: buffer.Length > 0);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="SparkAzureException">ImageContentCorrupt.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        Check(buffer[..read], wasAsked: buffer.Length > 0);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> piece, bool wasAsked)
    {
        _hash.AppendData(piece);
        _read += piece.Length;
        var goesOn = _read < length && (piece.Length > 0 || !wasAsked);
        if (_verified || goesOn)
        {
            return;
        }

        var found = ContentDigest.Of(_hash);
        _verified = found == digest && _read == length;
        if (!_verified)
        {
            var came = _read < length ? $"only {_read} of its {length} bytes" : found;
            throw refuse?.Invoke(digest, came) ?? OciErrors.ImageContentCorrupt($"Blob {digest}", digest, came);
        }
    }
}
