
namespace SparkAzure.Core.Dss.Hadoop;

/// <summary>
/// The jars of DSS's standalone Hadoop libraries as they lie in the archive, so that a rehearsal can plan with
/// libraries that are not installed yet.
/// </summary>
public sealed class HadoopLibraries
{
    private HadoopLibraries(IReadOnlyList<HadoopLibrary> jars) => Jars = jars;

    /// <summary>The jars, ordered by file name.</summary>
    public IReadOnlyList<HadoopLibrary> Jars { get; }

    /// <summary>Lists the jars that an archive would bring, reading it whole.</summary>
    /// <exception cref="SparkAzureException">
    /// ArchiveNotFound, ArchiveDamaged, ArchiveUnsafe, ArchiveWithoutHadoop, CannotRead.
    /// </exception>
    public static async Task<HadoopLibraries> FromArchiveAsync(string archive, CancellationToken cancellationToken)
    {
        var content = await HadoopArchive.ReadAsync(archive, onPercent: null, cancellationToken).ConfigureAwait(false);
        return new HadoopLibraries(content.Jars);
    }
}
