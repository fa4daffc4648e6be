using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Aks;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Lets the nodes of a cluster pull from a registry.</summary>
[Cmdlet(VerbsSecurity.Grant, "AcrPull", SupportsShouldProcess = true)]
[OutputType(typeof(AcrPullGrant))]
public sealed class GrantAcrPullCommand : GraphCommand
{
    /// <summary>The cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [TextTransformation("the name of a cluster", "ClusterName", "Name")]
    [ValidateNotNullOrEmpty]
    public string ClusterName { get; set; } = "";

    /// <summary>The cluster's resource group; may be left out where the name is in one group only.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ResourceGroupName { get; set; }

    /// <summary>The registry: its name, its login server or its resource id.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(RegistryCompleter))]
    [ValidateNotNullOrEmpty]
    public string Registry { get; set; } = "";

    /// <summary>The registry's subscription, where it is another.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completion.SubscriptionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? RegistrySubscriptionId { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new AcrPullOptions
        {
            ClusterName = ClusterName,
            ResourceGroupName = ResourceGroupName,
            Registry = Registry,
            RegistrySubscriptionId = RegistrySubscriptionId,
            TimeLimit = Timeout,
        };
        await WriteResultAsync(await AcrPullGrants.GrantAsync(options, Azure, Caller, cancellationToken));
    }
}
