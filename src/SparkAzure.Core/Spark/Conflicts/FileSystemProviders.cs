using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// The file systems that Hadoop makes of its list of services as soon as one path is opened, whether a job uses them or
/// not. One that can be loaded and not made is passed over (HADOOP-12636), so what it meets is met by those jobs alone
/// that use it; one that cannot even be loaded stops Java's ServiceLoader, and the job.
/// </summary>
internal sealed class FileSystemProviders
{
    private static readonly ulong Service = NameHash.Of("org/apache/hadoop/fs/FileSystem");

    private readonly JavaClassPath _path;
    private readonly HashSet<ulong> _providers = [];

    /// <summary>Finds them.</summary>
    /// <param name="path">The class path.</param>
    /// <param name="hadoop">Hadoop's release; null where no jar tells.</param>
    public FileSystemProviders(JavaClassPath path, ReleaseNumber? hadoop)
    {
        _path = path;
        if (hadoop is null || !HadoopFacts.PassesOverProviders.IsTrueOf(hadoop))
        {
            return;
        }

        foreach (var segment in path.Jars.Select(j => j.Segment))
        {
            foreach (var entry in segment.Services)
            {
                if (segment.NameHashes[entry.Service] == Service)
                {
                    _providers.Add(segment.NameHashes[entry.Provider]);
                }
            }
        }
    }

    /// <summary>Whether jobs with a feature go on when a class that can be loaded cannot be made.</summary>
    /// <param name="number">The class.</param>
    /// <param name="feature">The feature.</param>
    public bool IsPassedOver(int number, SparkFeature feature)
    {
        if (!_providers.Contains(_path.HashOf(number)))
        {
            return false;
        }

        // Every job uses what stands beside LocalFileSystem; a job with a feature what stands beside its file system.
        var package = PackageOf(_path.NameOf(number));
        return package != PackageOf(SparkFeature.File) && package != PackageOf(feature);
    }

    private static string PackageOf(SparkFeature feature) => PackageOf(SparkFeatures.Of(feature).Entry);

    private static string PackageOf(string name) => name[..Math.Max(0, name.LastIndexOf('/'))];
}
