using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Hosting;

/// <summary>The SHA-256 of a file's bytes, lower-case hex.</summary>
internal static class FileHash
{
    private const int BufferLength = 1 << 18;

    /// <summary>Hashes a file, on the pool.</summary>
    internal static Task<string> OfAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => Of(path, cancellationToken), cancellationToken);

    /// <summary>
    /// Hashes a file on this thread: for one of many that <see cref="AllCores"/> has on all cores already.
    /// </summary>
    internal static string Of(string path, CancellationToken cancellationToken)
    {
        using var input = File.OpenHandle(path, options: FileOptions.SequentialScan);
        return Pass(input, null, cancellationToken);
    }

    /// <summary>Hashes an open file on this thread.</summary>
    internal static string Of(SafeFileHandle input, CancellationToken cancellationToken) =>
        Pass(input, null, cancellationToken);

    /// <summary>Hashes a file while it is copied: one pass over the bytes.</summary>
    internal static string OfCopy(SafeFileHandle input, SafeFileHandle output, CancellationToken cancellationToken) =>
        Pass(input, output, cancellationToken);

    // Large synchronous reads: the stream overloads of SHA256 go in steps of 4 KB, and an asynchronous step costs more
    // than such a read.
    private static string Pass(SafeFileHandle input, SafeFileHandle? output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long offset = 0;
            int read;
            while ((read = RandomAccess.Read(input, buffer.AsSpan(0, BufferLength), offset)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                if (output is not null)
                {
                    RandomAccess.Write(output, buffer.AsSpan(0, read), offset);
                }

                offset += read;
            }

            return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
