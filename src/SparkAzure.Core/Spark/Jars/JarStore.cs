using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// Where the jars lie that left the jars folder: <c>.sparkazure/store/&lt;sha256&gt;/</c>, once per content.
/// </summary>
internal static class JarStore
{
    /// <summary>Where a hashed jar is kept, relative to SPARK_HOME.</summary>
    internal static string PathOf(Jar jar) => Path.Combine(JarState.Store, jar.Sha256, jar.Name);

    /// <summary>
    /// Finds a jar in the store: under its hash, or, when it left in a later swap than the restore point that remembers
    /// it, by name, size and time. Called as the home's owner.
    /// </summary>
    /// <returns>The jar with its hash; null when the store has it no more.</returns>
    internal static Jar? Find(SparkHome home, Jar jar)
    {
        if (jar.IsHashed)
        {
            if (StatusOf(home, jar)?.Kind == FileKind.Regular)
            {
                return jar;
            }

            return null;
        }

        var store = Path.Combine(home.Path, JarState.Store);
        if (!Directory.Exists(store))
        {
            return null;
        }

        return Directory.EnumerateDirectories(store)
            .Select(Path.GetFileName)
            .Where(JarForm.IsHash)
            .Select(hash => jar with { Sha256 = hash! })
            .Where(stored => StatusOf(home, stored) is { Kind: FileKind.Regular } found && found.Length == jar.Length)
            .MaxBy(stored => StatusOf(home, stored)?.ModifiedTicks == jar.ModifiedTicks);
    }

    private static FileStatus? StatusOf(SparkHome home, Jar stored) =>
        FileStatus.OfLink(Path.Combine(home.Path, PathOf(stored)));
}
