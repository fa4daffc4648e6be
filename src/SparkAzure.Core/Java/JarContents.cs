using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Java;

/// <summary>What reading jars gave.</summary>
/// <param name="Jars">Those that could be read, ordered by name.</param>
/// <param name="Unreadable">Those that are no zip files, and what is wrong with each.</param>
internal sealed record JarReadings(
    IReadOnlyList<JarContents> Jars, IReadOnlyList<(string Path, SparkAzureException Error)> Unreadable);

/// <summary>A jar as the conflict rules see it: who it is.</summary>
/// <param name="Path">The file.</param>
/// <param name="FileName">Its name in the jars folder.</param>
/// <param name="Identity">Which artifact it is.</param>
internal sealed record JarContents(string Path, string FileName, JarIdentity Identity)
{
    /// <summary>Reads jars, several at once; those that are no zip files come back as errors.</summary>
    /// <param name="paths">The jars.</param>
    /// <param name="ofFileName">What a jar's file name tells of it, for where the jar itself tells nothing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    internal static async Task<JarReadings> ReadAllAsync(
        IReadOnlyList<string> paths, Func<string, JarIdentity> ofFileName, CancellationToken cancellationToken)
    {
        var readings = await AllCores.EachAsync(
            paths, (path, _) => Task.FromResult(TryRead(path, ofFileName)), cancellationToken).ConfigureAwait(false);
        return new JarReadings(
            [.. readings.Select(r => r.Jar).OfType<JarContents>().OrderBy(j => j.FileName, StringComparer.Ordinal)],
            [.. readings.Where(r => r.Error is not null).Select(r => (r.Path, r.Error!))]);
    }

    private static (string Path, JarContents? Jar, SparkAzureException? Error) TryRead(
        string path, Func<string, JarIdentity> ofFileName)
    {
        try
        {
            using var archive = JarArchive.Open(path);
            var fileName = System.IO.Path.GetFileName(path);
            var identity = JarIdentity.Read(archive, fileName, ofFileName(fileName));
            return (path, new JarContents(path, fileName, identity), null);
        }
        catch (SparkAzureException exception) when (exception.Id == nameof(JarErrors.JarUnreadable))
        {
            return (path, null, exception);
        }
    }
}
