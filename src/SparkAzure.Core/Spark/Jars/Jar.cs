using Microsoft.Win32.SafeHandles;
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

    /// <summary>The part of a mode that is remembered: a jar is nobody's to run as somebody else.</summary>
    internal const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    /// <summary>Whether its bytes were hashed.</summary>
    internal bool IsHashed => Sha256.Length > 0;

    /// <summary>Reads one jar with its hash; a link is refused.</summary>
    /// <exception cref="SparkAzureException">JarChangedMeanwhile, CannotRead.</exception>
    internal static Jar Read(string path, CancellationToken cancellationToken)
    {
        using var handle = Open(path, () => RegularFile.OpenRead(path, follow: false));
        return Of(Path.GetFileName(path), handle) with { Sha256 = FileHash.Of(handle, cancellationToken) };
    }

    /// <summary>Hashes a jar, or what a link in its place leads to.</summary>
    /// <exception cref="SparkAzureException">JarChangedMeanwhile, CannotRead.</exception>
    internal static string HashOf(string path, CancellationToken cancellationToken)
    {
        using var handle = Open(path, () => RegularFile.OpenRead(path, follow: true));
        return FileHash.Of(handle, cancellationToken);
    }

    /// <summary>Opens a jar, and says in the user's terms why that is not possible.</summary>
    /// <exception cref="SparkAzureException">JarChangedMeanwhile, CannotRead.</exception>
    internal static SafeFileHandle Open(string path, Func<SafeFileHandle> opening)
    {
        try
        {
            return opening();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SparkErrors.JarChangedMeanwhile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    /// <summary>Describes an open jar by what the file system says of it.</summary>
    internal static Jar Of(string name, SafeFileHandle handle)
    {
        var mode = UnixFileMode.None;
        if (!OperatingSystem.IsWindows())
        {
            mode = File.GetUnixFileMode(handle) & Permissions;
        }

        return new Jar(name, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle).Ticks, mode);
    }

    /// <summary>Reads what the file system says of all jars of a folder, ordered by name.</summary>
    /// <exception cref="SparkAzureException">JarNotUsable.</exception>
    internal static IReadOnlyList<Jar> InFolder(string folder) =>
    [
        .. JarEntries.In(folder)
            .Select(e => new Jar(e.Name, e.Status.Length, e.Status.ModifiedTicks, e.Status.Mode & Permissions)),
    ];

    private static Jar? StatusOf(Jar? jar)
    {
        if (jar is null)
        {
            return null;
        }

        return jar with { Sha256 = "" };
    }
}
