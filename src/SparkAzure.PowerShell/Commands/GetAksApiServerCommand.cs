using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Kubernetes;

namespace SparkAzure.Commands;

/// <summary>Finds the address of a cluster's API server, in a kubeconfig or in Azure.</summary>
[Cmdlet(VerbsCommon.Get, "AksApiServer", DefaultParameterSetName = KubeConfigSet)]
[OutputType(typeof(AksApiServer))]
public sealed class GetAksApiServerCommand : SparkAzureCommand
{
    private const string KubeConfigSet = "KubeConfig";
    private const string ClusterSet = "Cluster";

    /// <summary>The kubeconfig.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = KubeConfigSet)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string KubeConfig { get; set; } = "";

    /// <summary>The kubeconfig's context; without it the current one.</summary>
    [Parameter(Position = 1, ParameterSetName = KubeConfigSet)]
    [ArgumentCompleter(typeof(KubeContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>The cluster's resource group.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ClusterSet)]
    [ValidateNotNullOrEmpty]
    public string ResourceGroupName { get; set; } = "";

    /// <summary>The cluster's name.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ClusterSet)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string ClusterName { get; set; } = "";

    /// <summary>The cluster's subscription; may be left out where the account sees only one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ClusterSet)]
    [ValidateNotNullOrEmpty]
    public string? SubscriptionId { get; set; }

    /// <summary>Where the token for Azure comes from.</summary>
    [Parameter(ParameterSetName = ClusterSet)]
    public AzureTokenSource TokenSource { get; set; }

    /// <summary>The client id of a user-assigned managed identity.</summary>
    [Parameter(ParameterSetName = ClusterSet)]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>A token for Azure Resource Manager that the caller already has.</summary>
    [Parameter(ParameterSetName = ClusterSet)]
    [ValidateNotNull]
    public SecureString? AccessToken { get; set; }

    /// <summary>The cloud of Azure.</summary>
    [Parameter(ParameterSetName = ClusterSet)]
    public AzureEnvironment Environment { get; set; }

    /// <summary>The address of Azure Resource Manager where it is not that of the cloud.</summary>
    [Parameter(ParameterSetName = ClusterSet)]
    [ValidateNotNull]
    public Uri? ResourceManagerEndpoint { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) => await WriteResultAsync(
        ParameterSetName == KubeConfigSet
            ? (await Core.Kubernetes.KubeConfig.OpenAsync(FullPath(KubeConfig), cancellationToken)).GetApiServer(Context)
            : await new AksCluster(ResourceGroupName, ClusterName, SubscriptionId, Access).GetApiServerAsync(Operator, cancellationToken));

    private AzureAccess Access => new()
    {
        Environment = Environment,
        ResourceManagerEndpoint = ResourceManagerEndpoint,
        TokenSource = TokenSource,
        ClientId = ClientId,
        AccessToken = AccessToken,
    };
}
