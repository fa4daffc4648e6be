using System.Collections;

namespace SparkAzure.Completion;

/// <summary>
/// Offers the contexts of the kubeconfig that the command line names already, or of the account's own.
/// </summary>
public sealed class KubeContextCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) => TypedKubeConfig.Open(given).Contexts;
}
