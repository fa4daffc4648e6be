using System.Collections;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Completion;

/// <summary>
/// Completes the name of a Spark configuration from the data directory on the command line; without one, with DSS's
/// default.
/// </summary>
public sealed class SparkConfigNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given)
    {
        var names = FolderIn(given, "DataDirectory") is { } directory ? SparkConfig.NamesIn(directory) : [];
        if (names.Count > 0)
        {
            return names;
        }

        return ["default"];
    }
}
