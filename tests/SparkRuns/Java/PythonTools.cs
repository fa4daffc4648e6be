namespace SparkAzure.Runs.Java;

/// <summary>The Pythons of this machine.</summary>
internal static class PythonTools
{
    // The newest that PySpark's cloudpickle knows: 2.4 ends with 3.7 (SPARK-29536), 3.5 names 3.11.
    private static readonly (string Spark, Version Python)[] Newest = [("2.", new Version(3, 7)), ("3.", new Version(3, 11))];

    /// <summary>A Python for a Spark: the newest of pyenv's that it can use, as those are seen by every JVM here; null where there is none.</summary>
    public static string? For(string spark)
    {
        var newest = Newest.First(n => spark.StartsWith(n.Spark, StringComparison.Ordinal)).Python;
        var root = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv", "versions");
        if (!Directory.Exists(root))
        {
            return null;
        }

        return Directory.GetDirectories(root)
            .Select(folder => (Folder: folder, Version: VersionOf(folder)))
            .Where(p => p.Version >= new Version(3, 4) && p.Version <= newest)
            .OrderByDescending(p => p.Version)
            .Select(p => Path.Combine(p.Folder, "bin", "python3"))
            .FirstOrDefault(File.Exists);
    }

    private static Version VersionOf(string folder)
    {
        if (Version.TryParse(Path.GetFileName(folder), out var version))
        {
            return new Version(version.Major, version.Minor);
        }

        return new Version(0, 0);
    }
}
