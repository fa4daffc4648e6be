using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// What the jobs of a DSS use beside what every job needs, as far as its connections tell: the file systems of their
/// paths. Not Hive: that a connection synchronizes with a metastore, which is DSS's default, does not say that jobs ask it.
/// </summary>
internal static class DssFeatures
{
    private static readonly Dictionary<string, SparkFeature> OfScheme = new(StringComparer.Ordinal)
    {
        ["hdfs"] = SparkFeature.Hdfs,
        ["abfs"] = SparkFeature.Abfs,
        ["abfss"] = SparkFeature.Abfs,
        ["wasb"] = SparkFeature.Wasb,
        ["wasbs"] = SparkFeature.Wasb,
        ["adl"] = SparkFeature.Adl,
    };

    /// <summary>The features that the connections of a DSS ask for, each once.</summary>
    /// <param name="dataDirectory">The data directory; nothing in it is changed.</param>
    /// <param name="caller">Is told which connection asks for what.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SparkAzureException">
    /// NotADataDirectory, CannotRead, SettingsNotJson, SettingsUnexpected.
    /// </exception>
    public static async Task<IReadOnlyList<SparkFeature>> ReadAsync(
        string dataDirectory, ICaller caller, CancellationToken cancellationToken)
    {
        using var settings = DssSettings.Open(new DssAddress { DataDirectory = dataDirectory }, caller);
        var connections = await settings.ReadConnectionsAsync(cancellationToken).ConfigureAwait(false);
        var features = new SortedSet<SparkFeature>();
        foreach (var (name, connection) in connections)
        {
            if (HadoopScheme.Of(connection) is { } scheme && OfScheme.TryGetValue(scheme, out var feature))
            {
                caller.Verbose($"Connection '{name}' of DSS has {scheme}: paths; jobs are taken to use {feature}.");
                features.Add(feature);
            }
        }

        return [.. features];
    }
}
