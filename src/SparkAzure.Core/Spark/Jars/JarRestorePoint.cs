using System.Globalization;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// A set of jars as it was before a swap: names, hashes, times and modes. The jars themselves are not copied. Those
/// that leave the jars folder are renamed into the store (<see cref="JarStore"/>), so a restore point costs a list. Its
/// file is the journal of the swap that it was made before.
/// </summary>
/// <param name="Id">
/// Its name: <c>20261122T091500123Z</c>. Ids sort in the order in which the sets were left, also where the clock went
/// back: an id is then a millisecond later than the newest.
/// </param>
/// <param name="Created">When it was made by the clock, UTC.</param>
/// <param name="Before">What it was made before: <c>update</c> or <c>restore</c>.</param>
/// <param name="What">The same in words.</param>
/// <param name="Jars">The set.</param>
internal sealed record JarRestorePoint(
    string Id, DateTimeOffset Created, string Before, string What, IReadOnlyList<Jar> Jars)
{
    internal const string BeforeUpdate = "update";
    internal const string BeforeRestore = "restore";

    /// <summary>How an id is written.</summary>
    internal const string IdForm = "yyyyMMdd'T'HHmmssfff'Z'";

    private const string Extension = ".json";

    /// <summary>The Hadoop that the set has as separate jars; null when it has none.</summary>
    internal string? HadoopRelease =>
        Jars.Select(j => JarName.Parse(j.Name)).FirstOrDefault(n => n.Artifact == "hadoop-common")?.Version;

    /// <summary>An id after all that there are.</summary>
    /// <exception cref="SparkAzureException">RestorePointDamaged when the newest leaves room for none.</exception>
    internal static string NewId(SparkHome home, DateTimeOffset now)
    {
        var time = now.UtcDateTime;
        if (Ids(home) is [.., var newest] && JarForm.TimeOf(newest) >= time.AddMilliseconds(-1))
        {
            var last = JarForm.TimeOf(newest)!.Value;
            if (last.Year == DateTime.MaxValue.Year)
            {
                throw SparkErrors.RestorePointDamaged(PathOf(home, newest), "no later one can be told from its name");
            }

            time = last.AddMilliseconds(1);
        }

        return time.ToString(IdForm, CultureInfo.InvariantCulture);
    }

    internal static string PathOf(SparkHome home, string id) =>
        Path.Combine(JarState.RestorePointsOf(home), id + Extension);

    /// <summary>The ids of all restore points, oldest first; that of a swap under way is not among them.</summary>
    internal static IReadOnlyList<string> Ids(SparkHome home) => home.Owner.Act<IReadOnlyList<string>>(() =>
    {
        JarState.Require(home);
        var folder = JarState.RestorePointsOf(home);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateFileSystemEntries(folder, "*" + Extension)
                .Select(f => Path.GetFileNameWithoutExtension(f))
                .Where(id => JarForm.TimeOf(id) is not null)
                .Order(StringComparer.Ordinal),
        ];
    });
}
