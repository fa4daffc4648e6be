using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci;

/// <summary>Content addresses: <c>sha256:</c> and 64 hexadecimal digits.</summary>
internal static partial class ContentDigest
{
    public const string Prefix = "sha256:";

    private const int PieceLength = 1 << 18;

    /// <summary>
    /// Whether a text is a digest of the one algorithm in use. Anything else must become no part of an address, of a
    /// file's name or of a result.
    /// </summary>
    public static bool IsOne(string? text) => text is not null && Form().IsMatch(text);

    public static string Of(ReadOnlySpan<byte> content) => Text(SHA256.HashData(content));

    public static string Of(IncrementalHash hash) => Text(hash.GetCurrentHash());

    /// <summary>That of a file, read on the pool.</summary>
    public static Task<string> OfFileAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => OfFile(path, cancellationToken), cancellationToken);

    private static string OfFile(string path, CancellationToken cancellationToken)
    {
        // Large reads: the stream overloads of SHA256 go in steps of 4 KB.
        using var file = RegularFile.Open(path);
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

    [GeneratedRegex(@"^sha256:[a-f0-9]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
