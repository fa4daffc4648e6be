using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>The jars that stand in a Spark home.</summary>
internal static class JarsFolder
{
    /// <summary>Whether a swap was begun and not finished.</summary>
    internal static bool IsInterrupted(SparkHome home) => File.Exists(JarJournal.PathIn(home));

    /// <summary>
    /// The set that counts: while a swap is interrupted the folder is a mixture, and what stands is the set that
    /// finishing it gives.
    /// </summary>
    /// <exception cref="SparkAzureException">SwapInterrupted, JarChangedMeanwhile, CannotRead.</exception>
    internal static async Task<IReadOnlyList<Jar>> StandingAsync(SparkHome home, CancellationToken cancellationToken)
    {
        var journal = await JarJournal.ReadAsync(home, cancellationToken).ConfigureAwait(false);
        return journal?.Result ?? Read(home);
    }

    /// <summary>The jars on disk.</summary>
    /// <exception cref="SparkAzureException">JarChangedMeanwhile, CannotRead.</exception>
    internal static IReadOnlyList<Jar> Read(SparkHome home)
    {
        try
        {
            return Jar.InFolder(home.Jars);
        }
        catch (FileNotFoundException exception)
        {
            throw SparkErrors.JarChangedMeanwhile(exception.FileName ?? home.Jars);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw HostErrors.CannotRead(home.Jars, exception);
        }
    }
}
