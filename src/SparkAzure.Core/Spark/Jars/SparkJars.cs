using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>The station "Spark jars": sections 3.3 and 4.3 of the procedure, and their undoing.</summary>
public static class SparkJars
{
    /// <summary>How long a swap waits for another one of the same Spark home unless told otherwise: 5 minutes.</summary>
    public static TimeSpan DefaultPatience { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Brings the jars of a Spark home to the set that the procedure wants.</summary>
    /// <exception cref="SparkAzureException">
    /// NotASparkHome, SparkReleaseMismatch, ShadedHadoop, NoHadoopJars, LibrariesMissing, RequiredJarMissing,
    /// HadoopLineMissing, SparkWouldNotStart, SparkHomeBusy, JarChangedMeanwhile, JarNotUsable, JarsOnOtherFileSystem,
    /// SwapInterrupted, StateNotUsable, CannotRead, CannotWrite, DiskFull.
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
    /// <param name="options">Which home, and which set.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the swap begins.</param>
    /// <exception cref="SparkAzureException">
    /// NotASparkHome, NoRestorePoint, RestorePointDamaged, SparkHomeBusy, JarNotUsable, JarsOnOtherFileSystem,
    /// SwapInterrupted, StateNotUsable, CannotRead, CannotWrite, DiskFull.
    /// </exception>
    public static Task<SparkJarUpdate> RestoreAsync(
        SparkJarRestoreOptions options, ICaller caller, CancellationToken cancellationToken) =>
        new JarRestore(options, SparkHome.Open(options.SparkHome), caller).RunAsync(cancellationToken);

    /// <summary>
    /// Describes a Spark home's restore points, oldest first; none when it was never changed. The set that a killed run
    /// has begun to leave is one.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// NotASparkHome, SparkReleaseMismatch, RestorePointDamaged, SwapInterrupted, StateNotUsable, JarNotUsable,
    /// CannotRead.
    /// </exception>
    public static Task<IReadOnlyList<SparkJarRestorePoint>> RestorePointsAsync(
        string sparkHome, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        return JarsFolder.QuietlyAsync(home, () => Task.Run(() => Described(home), cancellationToken), cancellationToken);
    }

    /// <summary>The ids of a Spark home's restore points, oldest first; empty where there are none.</summary>
    public static IReadOnlyList<string> RestorePoints(string sparkHome)
    {
        var hasJars = Directory.Exists(Path.Combine(sparkHome, "jars"));
        if (hasJars)
        {
            return new JarRestorePoints(SparkHome.Open(sparkHome)).Ids;
        }

        return [];
    }

    private static IReadOnlyList<SparkJarRestorePoint> Described(SparkHome home)
    {
        var standing = JarsFolder.Standing(home);
        return [.. new JarRestorePoints(home).All().Select(p => Described(home, p, standing))];
    }

    private static SparkJarRestorePoint Described(SparkHome home, JarRestorePoint point, IReadOnlyList<Jar> standing)
    {
        var stored = point.Jars.Except(standing, Jar.ByStatus).ToList();
        return new SparkJarRestorePoint
        {
            SparkHome = home.Path,
            RestorePoint = point.Id,
            Created = point.Created,
            Description = $"Before: {point.What}",
            HadoopRelease = point.HadoopRelease,
            Jars = [.. point.Jars.Select(j => j.Name)],
            StoredBytes = stored.Sum(j => j.Length),
            Current = stored.Count == 0 && point.Jars.Count == standing.Count,
        };
    }
}
