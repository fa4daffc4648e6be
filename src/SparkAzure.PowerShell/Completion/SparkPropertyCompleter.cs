using System.Collections;
using System.Management.Automation;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Completion;

/// <summary>
/// Completes the beginning of a Spark key to a table with it: PowerShell asks nobody for the keys within one.
/// </summary>
public sealed class SparkPropertyCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) => SparkConfig.KnownKeys;

    private protected override CompletionResult Result(string name) =>
        new($"@{{ '{name}' = '' }}", name, CompletionResultType.ParameterValue, name);
}
