using SparkAzure.Core.Dss.Host;

namespace SparkAzure.Core.Dss.Hadoop;

/// <summary>
/// The jars of DSS's standalone Hadoop libraries, as they lie in their folder or, so that a rehearsal can plan with
/// libraries that are not installed yet, as they lie in the archive.
/// </summary>
public sealed class HadoopLibraries
{
    private HadoopLibraries(string? folder, IReadOnlyList<HadoopLibrary> jars)
    {
        Folder = folder;
        Jars = jars;
    }

    /// <summary>The folder that holds the jars; null when they were read from an archive.</summary>
    public string? Folder { get; }

    /// <summary>The jars, ordered by file name.</summary>
    public IReadOnlyList<HadoopLibrary> Jars { get; }

    /// <summary>Lists the jars of a library folder.</summary>
    /// <exception cref="SparkAzureException">HadoopLibrariesNotFound, CannotRead.</exception>
    public static HadoopLibraries Open(string libraryPath)
    {
        var folder = new DirectoryInfo(libraryPath);
        if (!folder.Exists)
        {
            throw DssErrors.HadoopLibrariesNotFound(
                libraryPath, File.Exists(libraryPath) ? "it is a file" : "it does not exist");
        }

        try
        {
            return new HadoopLibraries(
                folder.FullName,
                [.. folder
                    .EnumerateFiles("*.jar")
                    .Select(f => new HadoopLibrary(f.Name, f.Length))
                    .OrderBy(j => j.FileName, StringComparer.Ordinal)]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Hosting.HostErrors.CannotRead(libraryPath, exception);
        }
    }

    /// <summary>Lists the jars that an archive would bring, reading it whole.</summary>
    /// <exception cref="SparkAzureException">
    /// ArchiveNotFound, ArchiveDamaged, ArchiveUnsafe, ArchiveWithoutHadoop, CannotRead.
    /// </exception>
    public static async Task<HadoopLibraries> FromArchiveAsync(string archive, CancellationToken cancellationToken)
    {
        var content = await HadoopArchive.ReadAsync(archive, onPercent: null, cancellationToken).ConfigureAwait(false);
        return new HadoopLibraries(null, content.Jars);
    }
}
