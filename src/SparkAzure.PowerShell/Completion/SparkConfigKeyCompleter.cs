using System.Collections;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Completion;

/// <summary>Completes the keys that the Spark configuration on the command line has.</summary>
public sealed class SparkConfigKeyCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) =>
        FolderIn(given, "DataDirectory") is { } directory
            ? SparkConfig.KeysIn(directory, given["Name"]?.ToString() ?? "default")
            : [];
}
