using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>The station "Spark jars": sections 3.3 and 4.3 of the procedure, and their undoing.</summary>
public static class SparkJars
{
    /// <summary>Brings the jars of a Spark home to the set that the procedure wants.</summary>
    /// <exception cref="SparkAzureException">
    /// NotASparkHome, SparkReleaseMismatch, ShadedHadoop, NoHadoopJars, LibrariesMissing, RequiredJarMissing,
    /// HadoopLineMissing, SparkWouldNotStart, SparkHomeBusy, JarChangedMeanwhile, CannotWrite, DiskFull.
    /// </exception>
    public static async Task<SparkJarUpdate> UpdateAsync(
        SparkJarUpdateOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(options.SparkHome);
        if (SparkClientMode.Lack(ReleaseNumber.TryParse(home.SparkVersion)) is { } lack)
        {
            caller.Warning($"Spark {home.SparkVersion} {lack}. Its jars are exchanged all the same.");
        }

        return await new JarUpdate(options, home, caller).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings an earlier set of jars back, byte for byte, times and modes included.</summary>
    /// <param name="sparkHome">The Spark home.</param>
    /// <param name="restorePoint">The restore point's id; null for the one before the newest update.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the swap begins.</param>
    /// <exception cref="SparkAzureException">
    /// NotASparkHome, NoRestorePoint, RestorePointDamaged, SparkHomeBusy, CannotWrite.
    /// </exception>
    public static async Task<SparkJarUpdate> RestoreAsync(
        string sparkHome, string? restorePoint, ICaller caller, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        var point = await new JarRestorePoints(home).ReadAsync(restorePoint, cancellationToken).ConfigureAwait(false);
        return await new JarRestore(home, point, caller).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Describes a Spark home's restore points, oldest first; none when it was never changed.</summary>
    /// <exception cref="SparkAzureException">
    /// NotASparkHome, SparkReleaseMismatch, RestorePointDamaged, CannotRead.
    /// </exception>
    public static async Task<IReadOnlyList<SparkJarRestorePoint>> RestorePointsAsync(
        string sparkHome, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        var standing = await JarsFolder.StandingAsync(home, cancellationToken).ConfigureAwait(false);
        var points = await new JarRestorePoints(home).AllAsync(cancellationToken).ConfigureAwait(false);
        return [.. points.Select(p => Described(home, p, standing))];
    }

    /// <summary>The ids of a Spark home's restore points, oldest first; empty where there are none.</summary>
    public static IReadOnlyList<string> RestorePoints(string sparkHome)
    {
        var hasJars = Directory.Exists(Path.Combine(sparkHome, "jars"));
        if (hasJars)
        {
            return JarRestorePoint.Ids(SparkHome.Open(sparkHome));
        }

        return [];
    }

    private static SparkJarRestorePoint Described(SparkHome home, JarRestorePoint point, IReadOnlyList<Jar> standing)
    {
        var stored = point.Jars.Except(standing, Jar.ByStatus).ToList();
        return new SparkJarRestorePoint
        {
            SparkHome = home.Path,
            RestorePoint = point.Id,
            Created = point.Created.UtcDateTime,
            Description = $"Before: {point.What}",
            HadoopRelease = point.HadoopRelease,
            Jars = [.. point.Jars.Select(j => j.Name)],
            StoredBytes = stored.Sum(j => j.Length),
            Current = stored.Count == 0 && point.Jars.Count == standing.Count,
        };
    }
}
