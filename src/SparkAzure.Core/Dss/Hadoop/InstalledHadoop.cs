using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.Hadoop;

/// <summary>The standalone Hadoop libraries that a DSS host has, read from its files alone.</summary>
public static class InstalledHadoop
{
    private const string Common = "hadoop-common-";

    /// <summary>Reads which libraries are installed, and where.</summary>
    /// <param name="dataDirectory">The data directory, absolute.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What Install-DssHadoopIntegration would return of them, without the archive, which nothing tells.</returns>
    /// <exception cref="SparkAzureException">
    /// HadoopNotIntegrated, HadoopLibrariesUnclear, NotADataDirectory, DssFileUnreadable, CannotRead.
    /// </exception>
    public static async Task<DssHadoopIntegration> ReadAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var directory = DssDataDirectory.Open(dataDirectory);
        var dss = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!dss.HadoopIntegration)
        {
            throw DssErrors.HadoopNotIntegrated(directory.EnvHadoop);
        }

        var found = Find(LibrariesOf(dss), directory.Reader);
        if (TheOne(found, dss) is not { } only)
        {
            throw DssErrors.HadoopLibrariesUnclear(LibrariesOf(dss), [.. found.Select(f => f.Folder)]);
        }

        return new DssHadoopIntegration
        {
            DataDirectory = dss.DataDirectory,
            HadoopVersion = only.Release.Major,
            HadoopRelease = only.Release.Text,
            LibraryPath = only.Folder,
            CompanionPath = Path.Combine(dss.KitDirectory, "lib", "ivy", "backend-run"),
            JarCount = only.Jars,
        };
    }

    /// <summary>Which Hadoop the libraries are; null where there are none, or no telling which of several DSS takes.</summary>
    internal static string? ReleaseOf(DssInstallation dss, UnixAccount? reader)
    {
        try
        {
            return TheOne(Find(LibrariesOf(dss), reader), dss)?.Release.Text;
        }
        catch (SparkAzureException)
        {
            return null;
        }
    }

    private static string LibrariesOf(DssInstallation dss) => Path.Combine(dss.KitDirectory, "hadoop-standalone-libs");

    // DSS 5.1 keeps the other flavour's libraries where one was installed after the other.
    private static Libraries? TheOne(IReadOnlyList<Libraries> found, DssInstallation dss)
    {
        var noted = found.Where(f => found.Count == 1 || IsNoted(f.Folder, dss.HadoopVersionString)).ToList();
        return noted.Count == 1 ? noted[0] : null;
    }

    // In a folder per flavour, as DSS 5.1 unpacks, or in the one above, as DSS 8 does (howto 3.3 and 4.3).
    private static List<Libraries> Find(string libraries, UnixAccount? reader)
    {
        var folders = HadoopLine.All.Select(l => Path.Combine(libraries, l.Flavour)).Append(libraries);
        try
        {
            List<Libraries> Look() =>
            [
                .. from folder in folders
                   where Directory.Exists(folder)
                   let jars = Directory.GetFiles(folder, "*.jar").Select(f => Path.GetFileNameWithoutExtension(f)).ToList()
                   from release in jars.Select(ReleaseOf).OfType<ReleaseNumber>().Distinct()
                   select new Libraries(folder, release, jars.Count),
            ];
            return reader is null ? Look() : reader.Act(Look);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(libraries, exception);
        }
    }

    private static ReleaseNumber? ReleaseOf(string jar)
    {
        if (!jar.StartsWith(Common, StringComparison.Ordinal) || jar.EndsWith("-tests", StringComparison.Ordinal))
        {
            return null;
        }

        return ReleaseNumber.TryParse(jar[Common.Length..]);
    }

    // DSS notes dss-standalone-libs-generic-hadoop3 where it was told -standalone generic-hadoop3.
    private static bool IsNoted(string folder, string? version) =>
        version is not null && version.EndsWith("-libs-" + Path.GetFileName(folder), StringComparison.Ordinal);

    // Where they lie, which Hadoop they are, and how many jars they are.
    private sealed record Libraries(string Folder, ReleaseNumber Release, int Jars);
}
