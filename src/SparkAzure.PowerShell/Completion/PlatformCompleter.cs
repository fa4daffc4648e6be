using System.Collections;

namespace SparkAzure.Completion;

/// <summary>Completes the platforms that nodes of a cluster have.</summary>
public sealed class PlatformCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) => ["linux/amd64", "linux/arm64"];
}
