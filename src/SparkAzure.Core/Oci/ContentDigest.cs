using System.Security.Cryptography;

namespace SparkAzure.Core.Oci;

/// <summary>Content addresses: <c>sha256:</c> and 64 hexadecimal digits.</summary>
internal static class ContentDigest
{
    public const string Prefix = "sha256:";

    private const int PieceLength = 1 << 18;

    public static string Of(ReadOnlySpan<byte> content) => Text(SHA256.HashData(content));

    public static string Of(IncrementalHash hash) => Text(hash.GetCurrentHash());

    /// <summary>That of a file, read on the pool.</summary>
    public static Task<string> OfFileAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => OfFile(path, cancellationToken), cancellationToken);

    private static string OfFile(string path, CancellationToken cancellationToken)
    {
        // Large reads: the stream overloads of SHA256 go in steps of 4 KB.
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[PieceLength];
        long offset = 0;
        int read;
        while ((read = RandomAccess.Read(file, buffer, offset)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            offset += read;
        }

        return Of(hash);
    }

    private static string Text(byte[] hash) => Prefix + Convert.ToHexString(hash).ToLowerInvariant();
}
