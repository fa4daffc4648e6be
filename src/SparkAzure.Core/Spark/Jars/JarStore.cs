namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// Where the jars lie that left the jars folder: <c>.sparkazure/store/&lt;sha256&gt;/</c>, once per content.
/// </summary>
internal static class JarStore
{
    private const string FolderName = "store";

    /// <summary>Where a hashed jar is kept, relative to SPARK_HOME.</summary>
    internal static string PathOf(Jar jar) =>
        Path.Combine(SparkHome.StateFolderName, FolderName, jar.Sha256, jar.Name);

    /// <summary>
    /// Finds a jar in the store: under its hash, or, when it left in a later swap than the restore point that remembers
    /// it, by name, size and time.
    /// </summary>
    /// <returns>The jar with its hash; null when the store has it no more.</returns>
    internal static Jar? Find(SparkHome home, Jar jar)
    {
        if (jar.IsHashed)
        {
            if (File.Exists(Path.Combine(home.Path, PathOf(jar))))
            {
                return jar;
            }

            return null;
        }

        var store = new DirectoryInfo(Path.Combine(home.State, FolderName));
        if (!store.Exists)
        {
            return null;
        }

        var found = store.EnumerateDirectories()
            .Select(folder => new FileInfo(Path.Combine(folder.FullName, jar.Name)))
            .Where(file => file.Exists && file.Length == jar.Length)
            .MaxBy(file => file.LastWriteTimeUtc.Ticks == jar.ModifiedTicks);
        if (found is null)
        {
            return null;
        }

        return jar with { Sha256 = found.Directory!.Name };
    }
}
