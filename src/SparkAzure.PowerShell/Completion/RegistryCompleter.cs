using System.Collections;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Images;

namespace SparkAzure.Completion;

/// <summary>
/// Completes a registry with those that docker has logins for, and those that images of the data directory's Spark
/// configurations are in.
/// </summary>
public sealed class RegistryCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given)
    {
        var used = FolderIn(given, "DataDirectory") is { } directory ? SparkConfig.RegistriesIn(directory) : [];
        return used.Concat(SparkImagePublisher.Registries(Environment.GetEnvironmentVariable)).Distinct();
    }
}
