using System.Globalization;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// A set of jars as it was before a swap: names, hashes, times and modes. The jars themselves are not copied. Those
/// that leave the jars folder are renamed into the store (<see cref="JarStore"/>), so a restore point costs a list. Its
/// file is the journal of the swap that it was made before.
/// </summary>
/// <param name="Id">Its name, which sorts by time: <c>20261122T091500123Z</c>.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="Before">What it was made before: <c>update</c> or <c>restore</c>.</param>
/// <param name="What">The same in words.</param>
/// <param name="Jars">The set.</param>
internal sealed record JarRestorePoint(
    string Id, DateTimeOffset Created, string Before, string What, IReadOnlyList<Jar> Jars)
{
    internal const string BeforeUpdate = "update";
    internal const string BeforeRestore = "restore";

    private const string Extension = ".json";

    /// <summary>The Hadoop that the set has as separate jars; null when it has none.</summary>
    internal string? HadoopRelease =>
        Jars.Select(j => JarName.Parse(j.Name)).FirstOrDefault(n => n.Artifact == "hadoop-common")?.Version;

    internal static string NewId(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);

    internal static string Folder(SparkHome home) => Path.Combine(home.State, "restore-points");

    internal static string PathOf(SparkHome home, string id) => Path.Combine(Folder(home), id + Extension);

    /// <summary>The ids of all restore points, oldest first.</summary>
    internal static IReadOnlyList<string> Ids(SparkHome home)
    {
        var folder = new DirectoryInfo(Folder(home));
        if (!folder.Exists)
        {
            return [];
        }

        return
        [
            .. folder.EnumerateFiles("*" + Extension)
                .Select(f => Path.GetFileNameWithoutExtension(f.Name))
                .Order(StringComparer.Ordinal),
        ];
    }
}
