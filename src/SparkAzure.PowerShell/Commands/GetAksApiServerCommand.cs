using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Aks;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Finds the address of a cluster's API server, in a kubeconfig or in Azure.</summary>
[Cmdlet(VerbsCommon.Get, "AksApiServer", DefaultParameterSetName = KubeConfigSet)]
[OutputType(typeof(AksApiServer))]
public sealed class GetAksApiServerCommand : AzureCommand
{
    private const string KubeConfigSet = "KubeConfig";
    private const string ClusterSet = "Cluster";

    /// <summary>The clusters' name; wildcards may be used.</summary>
    [Parameter(
        Position = 0,
        ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = ClusterSet)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [TextTransformation("the name of a cluster", "ClusterName", "Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? ClusterName { get; set; }

    /// <summary>The clusters' resource group; wildcards may be used.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ClusterSet)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? ResourceGroupName { get; set; }

    /// <summary>The kubeconfig; without it this account's own.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = KubeConfigSet)]
    [Alias("FullName")]
    [TextTransformation("the path of a kubeconfig", "KubeConfig", "FullName", Elsewhere = ["ClusterName", "Name"])]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>The kubeconfig's context; without it the current one.</summary>
    [Parameter(ParameterSetName = KubeConfigSet)]
    [ArgumentCompleter(typeof(KubeContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>Gives the public name of a private cluster.</summary>
    [Parameter(ParameterSetName = ClusterSet)]
    public SwitchParameter PublicFqdn { get; set; }

    /// <inheritdoc />
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ClusterSet)]
    [Alias("Subscription")]
    [ArgumentCompleter(typeof(SubscriptionCompleter))]
    [ValidateNotNullOrEmpty]
    public override string? SubscriptionId { get; set; }

    /// <inheritdoc />
    [Parameter(ParameterSetName = ClusterSet)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public override string? TenantId { get; set; }

    /// <inheritdoc />
    [Parameter(ParameterSetName = ClusterSet)]
    public override AzureTokenSource TokenSource { get; set; }

    /// <inheritdoc />
    [Parameter(ParameterSetName = ClusterSet)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public override string? ClientId { get; set; }

    /// <inheritdoc />
    [Parameter(ParameterSetName = ClusterSet)]
    [ValidateNotNull]
    public override SecureString? AccessToken { get; set; }

    /// <inheritdoc />
    [Parameter(ParameterSetName = ClusterSet)]
    public override AzureEnvironment Environment { get; set; }

    /// <inheritdoc />
    [Parameter(ParameterSetName = ClusterSet)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public override Uri? ResourceManagerEndpoint { get; set; }

    /// <inheritdoc />
    [Parameter(ParameterSetName = ClusterSet)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public override Uri? Authority { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == KubeConfigSet)
        {
            await WriteResultAsync((await Core.Aks.KubeConfig.OpenAsync(
                KubeConfigOr(KubeConfig), cancellationToken)).GetApiServer(Context));
            return;
        }

        var query =
            new AksQuery { ResourceGroupName = ResourceGroupName, ClusterName = ClusterName, PublicFqdn = PublicFqdn };
        foreach (var server in await AksClusters.GetApiServersAsync(query, Azure, Caller, cancellationToken))
        {
            await WriteResultAsync(server);
        }
    }
}
