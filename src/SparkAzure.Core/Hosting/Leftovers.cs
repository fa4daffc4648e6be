using System.Globalization;
using System.Text.RegularExpressions;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// What runs that were killed have left: temporary files and folders of this module's own making, whose names say which
/// process made them. What may still be in use is left alone.
/// </summary>
internal static partial class Leftovers
{
    /// <summary>The name of a temporary file for what is to become another.</summary>
    public static string NameFor(string file) =>
        string.Create(CultureInfo.InvariantCulture, $".{file}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");

    /// <summary>The beginning of a temporary folder's name.</summary>
    public static string FolderPrefix =>
        string.Create(CultureInfo.InvariantCulture, $"sparkazure-{Environment.ProcessId}-");

    /// <summary>Removes the temporary files that were to become a file.</summary>
    public static void RemoveFiles(string folder, string file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // The second is the name that kubeconfigs once had.
        foreach (var path in Entries(() => Directory.EnumerateFiles(folder, "*.tmp")))
        {
            var name = Path.GetFileName(path).TrimStart('.');
            if (name.StartsWith(file.TrimStart('.') + ".", StringComparison.Ordinal)
                && FileName().Match(name[(file.TrimStart('.').Length + 1)..]) is { Success: true } match
                && IsGone(match))
            {
                RemoveFile(path);
            }
        }
    }

    /// <summary>Removes the temporary folders of this account.</summary>
    public static void RemoveFolders(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var path in Entries(() => Directory.EnumerateDirectories(folder, "sparkazure-*")))
        {
            // Another account's folder could be exchanged for a link while it is emptied.
            if (FolderName().Match(Path.GetFileName(path)) is { Success: true } match
                && IsGone(match)
                && FileStatus.OfLink(path) is { Kind: FileKind.Folder } status
                && status.UserId == FileOwner.CurrentUserId)
            {
                Quietly(() => Directory.Delete(path, recursive: true));
            }
        }
    }

    private static bool IsGone(Match match) =>
        int.TryParse(match.Groups["process"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && process > 0
            && !PosixFile.IsRunning(process);

    // The process may be one of another container, whose numbers are others; but it holds its file's lock.
    private static void RemoveFile(string path) => Quietly(() =>
    {
        if (FileStatus.OfLink(path) is not { Kind: FileKind.Regular })
        {
            return;
        }

        using var handle = PosixFile.OpenForReading(path);
        if (PosixFile.TryLock(handle, path))
        {
            File.Delete(path);
        }
    });

    private static IReadOnlyList<string> Entries(Func<IEnumerable<string>> find)
    {
        IReadOnlyList<string> found = [];
        Quietly(() => found = [.. find()]);
        return found;
    }

    // Nobody came for this: what cannot be cleared away now is cleared away by a later run.
    private static void Quietly(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
    }

    [GeneratedRegex(@"^(?<process>\d+)-[0-9a-f]{32}\.tmp$", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();

    [GeneratedRegex(@"^sparkazure-(?<process>\d+)-[A-Za-z0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex FolderName();
}
