using System.Collections;
using SparkAzure.Core.Aks;

namespace SparkAzure.Completion;

/// <summary>The kubeconfig that a command line means which is being completed.</summary>
internal static class TypedKubeConfig
{
    /// <summary>Opens the one that is named, or else the account's own.</summary>
    /// <exception cref="SparkAzureException">What reading throws; NotAFileSystemPath for what is no path.</exception>
    public static KubeConfig Open(IDictionary given)
    {
        var named = given[nameof(KubeConfig)];
        var file = named is null ? KubeConfig.OwnPath(TypedPath.Resolve(".")) : TypedPath.Resolve(named);
        return Task.Run(() => KubeConfig.OpenAsync(file ?? "", CancellationToken.None)).GetAwaiter().GetResult();
    }
}
