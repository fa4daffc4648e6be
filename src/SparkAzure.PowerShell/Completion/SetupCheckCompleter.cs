using System.Collections;
using SparkAzure.Core.Setup.Checks;

namespace SparkAzure.Completion;

/// <summary>Completes the id of a check of Test-SparkAzureSetup.</summary>
public sealed class SetupCheckCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) => SetupChecks.Ids;
}
