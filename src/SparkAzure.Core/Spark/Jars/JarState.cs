using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// The module's own folder in a Spark home, <c>.sparkazure</c>: what lies where, with which modes, and that all of it
/// is what the module made. Everything here is called as the home's owner (<see cref="SparkHome.Owner"/>).
/// </summary>
internal static class JarState
{
    private const string IncomingName = "incoming";
    private const string StoreName = "store";
    private const string RestorePointsName = "restore-points";
    private const string LockName = "lock";
    private const string JournalName = "journal.json";

    // Whatever the umask: others read what the home holds and write none of it.
    private const UnixFileMode OthersRead =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode OthersLook =
        OthersRead | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Where jars that come are copied to, relative to SPARK_HOME.</summary>
    public static string Incoming { get; } = Path.Combine(SparkHome.StateFolderName, IncomingName);

    /// <summary>Where jars that left are, relative to SPARK_HOME.</summary>
    public static string Store { get; } = Path.Combine(SparkHome.StateFolderName, StoreName);

    /// <summary>Where the restore points are.</summary>
    public static string RestorePointsOf(SparkHome home) => Path.Combine(home.State, RestorePointsName);

    /// <summary>What is locked while jars are exchanged; it holds who does so.</summary>
    public static string LockOf(SparkHome home) => Path.Combine(home.State, LockName);

    /// <summary>The journal of a swap that is under way.</summary>
    public static string JournalOf(SparkHome home) => Path.Combine(home.State, JournalName);

    /// <summary>Holds that what is there was not put in the module's place: no links, folders where folders belong.</summary>
    /// <exception cref="SparkAzureException">StateNotUsable.</exception>
    public static void Require(SparkHome home)
    {
        Require(home.State, FileKind.Folder);
        Require(Path.Combine(home.Path, Incoming), FileKind.Folder);
        Require(Path.Combine(home.Path, Store), FileKind.Folder);
        Require(RestorePointsOf(home), FileKind.Folder);
        Require(LockOf(home), FileKind.Regular);
        Require(JournalOf(home), FileKind.Regular);
    }

    /// <summary>Makes a folder of the module unless it is there.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // .NET gives the mode to the last folder alone.
        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
        {
            MakeFolder(parent);
        }

        Directory.CreateDirectory(path, OthersLook);
    }

    /// <summary>Options that make a new file of the module.</summary>
    public static FileStreamOptions NewFile(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OthersRead;
        }

        return options;
    }

    /// <summary>Replaces a file of the module as a whole; it is on disk, by name and bytes, when this returns.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, NewFile(FileMode.CreateNew)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        DurableFolder.Rename(temporary, path);
        DurableFolder.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Whether a run that was killed left files that nobody needs.</summary>
    public static bool HasLeftovers(SparkHome home) => Leftovers(home).Any();

    /// <summary>Takes away what a run that was killed left, and what this one no longer needs.</summary>
    public static void ClearLeftovers(SparkHome home)
    {
        foreach (var path in Leftovers(home).ToList())
        {
            if (FileStatus.OfLink(path)?.Kind == FileKind.Folder)
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    // The copies of jars, and journals that were not whole; earlier versions named those .journal.json.<number>.tmp, and
    // wrote the lock's holder beside it.
    private static IEnumerable<string> Leftovers(SparkHome home)
    {
        if (!Directory.Exists(home.State))
        {
            return [];
        }

        return Directory.EnumerateFileSystemEntries(home.State)
            .Where(path => Path.GetFileName(path) is var name
                && (name is IncomingName or JournalName + ".new" or LockName + "-holder"
                    || (name.StartsWith($".{JournalName}.", StringComparison.Ordinal)
                        && name.EndsWith(".tmp", StringComparison.Ordinal))));
    }

    private static void Require(string path, FileKind wanted)
    {
        if (FileStatus.OfLink(path) is { } status && status.Kind != wanted)
        {
            throw SparkErrors.StateNotUsable(path, FileStatus.InWords(status.Kind), FileStatus.InWords(wanted));
        }
    }
}
