using System.Collections;

namespace SparkAzure.Completion;

/// <summary>Offers nothing, where PowerShell would offer file names and none fits.</summary>
public sealed class NothingCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) => [];
}
