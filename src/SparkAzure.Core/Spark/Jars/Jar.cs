using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// A jar on disk, as restore points remember it. Jars that stay where they are need no hash: a file of the same name,
/// size and modification time is the same file, as make and rsync hold. Jars that are moved are hashed.
/// </summary>
/// <param name="Name">Its file name.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="ModifiedTicks">Its modification time, UTC, in ticks of 100 ns.</param>
/// <param name="Mode">Its UNIX mode.</param>
/// <param name="Sha256">The SHA-256 of its bytes, lower-case hex; empty when it was not needed.</param>
internal sealed record Jar(string Name, long Length, long ModifiedTicks, UnixFileMode Mode, string Sha256 = "")
{
    /// <summary>Tells files apart by what the file system says of them.</summary>
    internal static readonly IEqualityComparer<Jar> ByStatus = EqualityComparer<Jar>.Create(
        (a, b) => Equals(StatusOf(a), StatusOf(b)),
        j => HashCode.Combine(j.Name, j.Length, j.ModifiedTicks));

    /// <summary>Whether its bytes were hashed.</summary>
    internal bool IsHashed => Sha256.Length > 0;

    /// <summary>Reads one jar with its hash.</summary>
    internal static async Task<Jar> ReadAsync(string path, CancellationToken cancellationToken) =>
        Of(new FileInfo(path)) with { Sha256 = await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false) };

    /// <summary>Copies a file with its time and mode, hashing it on the way: one pass over the bytes.</summary>
    internal static Jar Copy(string source, string destination, CancellationToken cancellationToken)
    {
        var from = new FileInfo(source);
        string hash;
        using (var input = File.OpenHandle(source, options: FileOptions.SequentialScan))
        using (var output = File.OpenHandle(destination, FileMode.Create, FileAccess.Write))
        {
            hash = FileHash.OfCopy(input, output, cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(output, from.UnixFileMode);
            }

            File.SetLastWriteTimeUtc(output, from.LastWriteTimeUtc);
        }

        return Of(new FileInfo(destination)) with { Sha256 = hash };
    }

    /// <summary>Reads what the file system says of all jars of a folder, ordered by name.</summary>
    internal static IReadOnlyList<Jar> InFolder(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFiles("*.jar").Select(Of).OrderBy(j => j.Name, StringComparer.Ordinal),
    ];

    private static Jar? StatusOf(Jar? jar)
    {
        if (jar is null)
        {
            return null;
        }

        return jar with { Sha256 = "" };
    }

    private static Jar Of(FileInfo file) => new(file.Name, file.Length, file.LastWriteTimeUtc.Ticks, ModeOf(file));

    private static UnixFileMode ModeOf(FileInfo file)
    {
        if (OperatingSystem.IsWindows())
        {
            return UnixFileMode.None;
        }

        return file.UnixFileMode;
    }
}
