namespace SparkAzure.Core.Tests.Releases;

/// <summary>What was read of the releases themselves, where it can be had: ../shared/releases beside the project.</summary>
internal static class ReleaseLists
{
    /// <summary>Why a test is skipped that needs them.</summary>
    public const string Absent = "there is no ../shared/releases (or SPARKAZURE_TEST_RELEASES): no table can be held against the releases.";

    /// <summary>The folder; null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The releases that have a list, oldest first; none without the folder.</summary>
    public static IReadOnlyList<string> Releases { get; } = Folder is null
        ? []
        : [.. Directory.GetFiles(Path.Combine(Folder, "lists"), "*.tsv").Select(f => Path.GetFileNameWithoutExtension(f)).OrderBy(Version.Parse)];

    /// <summary>The names of a release's jars.</summary>
    public static IReadOnlyList<string> JarsOf(string release) =>
        [.. File.ReadLines(Path.Combine(Folder!, "lists", release + ".tsv")).Select(l => l.Split('\t')[0])];

    /// <summary>The names of a release's jars, and those under which a store of hollow ones has them.</summary>
    public static IReadOnlyList<(string FileName, string Stored)> StoredNamesOf(string release) =>
        [.. File.ReadLines(Path.Combine(Folder!, "lists", release + ".tsv")).Select(l => l.Split('\t')).Select(f => (f[0], $"{f[0][..^4]}.{f[2][..10]}.jar"))];

    /// <summary>The rows of a table of spark-releases.md, by the names of its columns; a dash is "".</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Table(string chapter)
    {
        var lines = File.ReadLines(Path.Combine(Folder!, "spark-releases.md"))
            .SkipWhile(l => l != "## " + chapter)
            .SkipWhile(l => !l.StartsWith('|'))
            .TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Trim('|').Split('|').Select(c => c.Trim()).Select(c => c == "-" ? "" : c).ToArray())
            .ToList();
        return [.. lines.Skip(2).Select(row => lines[0].Zip(row).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal))];
    }

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("SPARKAZURE_TEST_RELEASES");
        if (named is not null)
        {
            return Directory.Exists(Path.Combine(named, "lists")) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var shared = Path.Combine(folder.FullName, "shared", "releases");
            if (Directory.Exists(Path.Combine(shared, "lists")))
            {
                return shared;
            }
        }

        return null;
    }
}
