using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>The entries of a folder that are named as jars are, each held to be a file that can be read.</summary>
internal static class JarEntries
{
    // What .NET puts where bytes of a name are no UTF-8; under that name the file is not found again.
    private const char Replacement = '\uFFFD';

    /// <summary>Lists the jars of a folder, ordered by name; a link counts as what it leads to.</summary>
    /// <exception cref="SparkAzureException">JarNotUsable.</exception>
    /// <exception cref="FileNotFoundException">A jar has gone meanwhile.</exception>
    public static IReadOnlyList<(string Name, FileStatus Status)> In(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*.jar")
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), StatusOf(path))),
    ];

    /// <summary>Holds that jars which are to be moved are files themselves: a link would be moved without its jar.</summary>
    /// <exception cref="SparkAzureException">JarNotUsable.</exception>
    public static void RequireMovable(string folder, IEnumerable<Jar> jars)
    {
        foreach (var path in jars.Select(j => Path.Combine(folder, j.Name)))
        {
            if (FileStatus.OfLink(path)?.Kind == FileKind.Link)
            {
                var target = new FileInfo(path).LinkTarget;
                throw SparkErrors.JarNotUsable(path, $"has to leave, and is a symbolic link to '{target}'");
            }
        }
    }

    private static FileStatus StatusOf(string path)
    {
        var status = FileStatus.OfLink(path);
        if (status?.Kind == FileKind.Link)
        {
            status = FileStatus.Of(path)
                ?? throw SparkErrors.JarNotUsable(path, "is a symbolic link to what is not there or may not be read");
        }

        return status switch
        {
            { Kind: FileKind.Regular } => status,
            { Kind: var kind } => throw SparkErrors.JarNotUsable(path, $"is {FileStatus.InWords(kind)}"),
            null when path.Contains(Replacement, StringComparison.Ordinal) =>
                throw SparkErrors.JarNotUsable(path, "has a name that is not UTF-8"),
            _ => throw new FileNotFoundException(null, path),
        };
    }
}
