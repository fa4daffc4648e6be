using System.Security.Cryptography;

namespace SparkAzure.Core.Spark;

/// <summary>A jar on disk, as restore points remember it.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Sha256">The SHA-256 of its bytes, lower-case hex.</param>
/// <param name="ModifiedTicks">Its modification time, UTC, in ticks of 100 ns.</param>
/// <param name="Mode">Its UNIX mode.</param>
internal sealed record Jar(string Name, long Length, string Sha256, long ModifiedTicks, UnixFileMode Mode)
{
    /// <summary>Reads one jar of a folder.</summary>
    internal static async Task<Jar> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (stream.ConfigureAwait(false))
        {
            var hash = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
            var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(stream.SafeFileHandle);
            return new Jar(
                Path.GetFileName(path),
                stream.Length,
                Convert.ToHexString(hash).ToLowerInvariant(),
                File.GetLastWriteTimeUtc(stream.SafeFileHandle).Ticks,
                mode);
        }
    }

    /// <summary>Reads all jars of a folder, ordered by name.</summary>
    internal static async Task<IReadOnlyList<Jar>> ReadFolderAsync(string folder, CancellationToken cancellationToken)
    {
        var paths = Directory.GetFiles(folder, "*.jar");
        var jars = new Jar[paths.Length];
        await Parallel.ForAsync(
            0,
            paths.Length,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (i, token) => jars[i] = await ReadAsync(paths[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. jars.OrderBy(j => j.Name, StringComparer.Ordinal)];
    }
}
