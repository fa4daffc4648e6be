using System.Xml;
using System.Xml.Linq;
using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Which file system Hadoop takes for the scheme of a path: the class that fs.SCHEME.impl names (core-default.xml in
/// Hadoop's own jar), else the one among the providers of org.apache.hadoop.fs.FileSystem that says so; a provider that
/// cannot be loaded is passed over with a line in the log (HADOOP-12636).
/// </summary>
/// <param name="path">The class path.</param>
/// <param name="hadoop">Hadoop's release; null where no jar tells.</param>
internal sealed class FileSystemSchemes(JavaClassPath path, ReleaseNumber? hadoop)
{
    private const int LongestConfiguration = 4 << 20;
    private const string Defaults = "core-default.xml";
    private static readonly ulong Service = NameHash.Of("org/apache/hadoop/fs/FileSystem");

    // Source: getScheme of each. The second one is the one over TLS.
    private static readonly (SparkFeature Feature, string Scheme, string Provider)[] Providers =
    [
        (SparkFeature.File, "file", "org/apache/hadoop/fs/LocalFileSystem"),
        (SparkFeature.Hdfs, "hdfs", "org/apache/hadoop/hdfs/DistributedFileSystem"),
        (SparkFeature.Abfs, "abfss", "org/apache/hadoop/fs/azurebfs/SecureAzureBlobFileSystem"),
        (SparkFeature.Wasb, "wasb", "org/apache/hadoop/fs/azure/NativeAzureFileSystem"),
        (SparkFeature.Adl, "adl", "org/apache/hadoop/fs/adl/AdlFileSystem"),
    ];

    // Every file of that name, property by property; null until it is asked for.
    private List<Dictionary<string, string>>? _defaults;

    /// <summary>What a job is told that opens a path of a file system which Hadoop does not find; null when it does.</summary>
    /// <param name="feature">The file system.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public LinkProblem? ProblemOf(SparkFeature feature, CancellationToken cancellationToken)
    {
        var (_, scheme, provider) = Providers.FirstOrDefault(p => p.Feature == feature);
        if (scheme is null)
        {
            return null;
        }

        _defaults ??= ReadDefaults(cancellationToken);
        if (_defaults.Count == 0 && path.Find(provider) >= 0)
        {
            // No Hadoop is without; so nothing tells what it would name.
            return null;
        }

        var configured = _defaults.Select(d => d.GetValueOrDefault($"fs.{scheme}.impl")).FirstOrDefault(v => v is not null);
        if (configured is not null)
        {
            if (path.Find(configured.Replace('.', '/')) >= 0)
            {
                return null;
            }

            return new LinkProblem(
                "java.lang.RuntimeException", $"java.lang.ClassNotFoundException: Class {configured} not found");
        }

        if (IsProvided(provider))
        {
            return null;
        }

        if (hadoop is not null && !HadoopFacts.UnknownSchemeHasItsException.IsTrueOf(hadoop))
        {
            return new LinkProblem("java.io.IOException", $"No FileSystem for scheme: {scheme}");
        }

        return new LinkProblem(
            "org.apache.hadoop.fs.UnsupportedFileSystemException", $"No FileSystem for scheme \"{scheme}\"");
    }

    private List<Dictionary<string, string>> ReadDefaults(CancellationToken cancellationToken) =>
    [
        .. path.ReadResource(Defaults, LongestConfiguration, cancellationToken)
            .Where(f => f.Content.Length > 0)
            .Select(f => PropertiesOf(f.Content)),
    ];

    // Of a name that stands there twice, the first.
    private static Dictionary<string, string> PropertiesOf(byte[] content)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
            using var reader = XmlReader.Create(new MemoryStream(content), settings);
            foreach (var property in XDocument.Load(reader).Descendants("property"))
            {
                if (property.Element("name") is { } name && property.Element("value") is { } value)
                {
                    values.TryAdd(name.Value, value.Value);
                }
            }
        }
        catch (XmlException)
        {
            // Hadoop would refuse it as well; the classes have their say.
            return [];
        }

        return values;
    }

    private bool IsProvided(string provider)
    {
        var hash = NameHash.Of(provider);
        var number = path.Find(hash);
        if (number < 0 || new ClassHierarchy(path).Load(number) is not null)
        {
            return false;
        }

        foreach (var jar in path.Jars)
        {
            foreach (var entry in jar.Segment.Services)
            {
                var names = jar.Segment.NameHashes;
                if (names[entry.Service] == Service && names[entry.Provider] == hash)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
