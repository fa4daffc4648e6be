using System.Collections;

namespace SparkAzure.Completion;

/// <summary>Completes a cluster's name with those of the kubeconfig that the command line names, or of the account's own.</summary>
public sealed class ClusterNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) => TypedKubeConfig.Open(given).Clusters;
}
