using System.Security.Cryptography;

namespace SparkAzure.Core.Images.Registry;

/// <summary>Content addresses: <c>sha256:</c> and 64 hexadecimal digits.</summary>
internal static class ContentDigest
{
    public static string Of(ReadOnlySpan<byte> content) => Text(SHA256.HashData(content));

    public static string Of(IncrementalHash hash) => Text(hash.GetCurrentHash());

    private static string Text(byte[] hash) => "sha256:" + Convert.ToHexString(hash).ToLowerInvariant();
}
