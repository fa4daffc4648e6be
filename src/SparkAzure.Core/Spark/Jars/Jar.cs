using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// A jar on disk, as restore points remember it. Jars that stay where they are need no hash: a file of the same name, size and
/// modification time is the same file, as make and rsync hold. Jars that are moved are hashed.
/// </summary>
/// <param name="Name">Its file name.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="ModifiedTicks">Its modification time, UTC, in ticks of 100 ns.</param>
/// <param name="Mode">Its UNIX mode.</param>
/// <param name="Sha256">The SHA-256 of its bytes, lower-case hex; empty when it was not needed.</param>
internal sealed record Jar(string Name, long Length, long ModifiedTicks, UnixFileMode Mode, string Sha256 = "")
{
    private const int CopyBuffer = 1 << 18;

    /// <summary>Tells files apart by what the file system says of them.</summary>
    internal static readonly IEqualityComparer<Jar> ByStatus = EqualityComparer<Jar>.Create(
        (a, b) => a is null ? b is null : b is not null && a with { Sha256 = "" } == b with { Sha256 = "" },
        j => HashCode.Combine(j.Name, j.Length, j.ModifiedTicks));

    /// <summary>Reads one jar with its hash.</summary>
    internal static async Task<Jar> ReadAsync(string path, CancellationToken cancellationToken) =>
        Of(new FileInfo(path)) with { Sha256 = await HashAsync(path, cancellationToken).ConfigureAwait(false) };

    /// <summary>Hashes a file, on the pool.</summary>
    internal static Task<string> HashAsync(string path, CancellationToken cancellationToken) => Task.Run(() => Hash(path, cancellationToken), cancellationToken);

    /// <summary>Hashes a file on this thread: for one of many that <see cref="EachAsync"/> has on all cores already.</summary>
    internal static string Hash(string path, CancellationToken cancellationToken)
    {
        using var input = File.OpenHandle(path, options: FileOptions.SequentialScan);
        return Pass(input, null, cancellationToken);
    }

    /// <summary>Copies a file with its time and mode, hashing it on the way: one pass over the bytes.</summary>
    internal static Jar Copy(string source, string destination, CancellationToken cancellationToken)
    {
        var from = new FileInfo(source);
        string hash;
        using (var input = File.OpenHandle(source, options: FileOptions.SequentialScan))
        using (var output = File.OpenHandle(destination, FileMode.Create, FileAccess.Write))
        {
            hash = Pass(input, output, cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(output, from.UnixFileMode);
            }

            File.SetLastWriteTimeUtc(output, from.LastWriteTimeUtc);
        }

        return Of(new FileInfo(destination)) with { Sha256 = hash };
    }

    // Large synchronous reads: the stream overloads of SHA256 go in steps of 4 KB, and an asynchronous step costs more than such a read.
    private static string Pass(SafeFileHandle input, SafeFileHandle? output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long offset = 0;
            int read;
            while ((read = RandomAccess.Read(input, buffer.AsSpan(0, CopyBuffer), offset)) > 0)
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

    /// <summary>Reads what the file system says of all jars of a folder, ordered by name.</summary>
    internal static IReadOnlyList<Jar> InFolder(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*.jar").Select(Of).OrderBy(j => j.Name, StringComparer.Ordinal)];

    /// <summary>Does something with each jar, on all cores, and gives the answers in order.</summary>
    internal static async Task<IReadOnlyList<TOut>> EachAsync<TIn, TOut>(IReadOnlyList<TIn> items, Func<TIn, CancellationToken, Task<TOut>> work, CancellationToken cancellationToken)
    {
        var results = new TOut[items.Count];
        await Parallel.ForAsync(0, items.Count, cancellationToken, async (i, stop) => results[i] = await work(items[i], stop).ConfigureAwait(false)).ConfigureAwait(false);
        return results;
    }

    private static Jar Of(FileInfo file) =>
        new(file.Name, file.Length, file.LastWriteTimeUtc.Ticks, OperatingSystem.IsWindows() ? UnixFileMode.None : file.UnixFileMode);
}
