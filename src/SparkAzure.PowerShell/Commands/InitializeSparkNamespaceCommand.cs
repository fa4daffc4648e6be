using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Aks;

namespace SparkAzure.Commands;

/// <summary>Makes what Spark needs in a cluster, or verifies it.</summary>
[Cmdlet(VerbsData.Initialize, "SparkNamespace", SupportsShouldProcess = true)]
[OutputType(typeof(SparkNamespace))]
public sealed class InitializeSparkNamespaceCommand : SparkAzureCommand
{
    /// <summary>The namespace in which executors run.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidatePattern("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    public string Namespace { get; set; } = "";

    /// <summary>The kubeconfig whose credential is used.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string KubeConfig { get; set; } = "";

    /// <summary>The kubeconfig's context; without it the current one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KubeContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>The service account that executors run as.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ServiceAccount { get; set; } = "spark";

    /// <summary>Users who also get the role.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] UserName { get; set; } = [];

    /// <summary>Groups whose members also get the role.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] GroupName { get; set; } = [];

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkNamespaceOptions
        {
            KubeConfig = FullPath(KubeConfig),
            Context = Context,
            Namespace = Namespace,
            ServiceAccount = ServiceAccount,
            Users = UserName,
            Groups = GroupName,
        };
        await WriteResultAsync(await SparkNamespaces.InitializeAsync(options, Caller, cancellationToken));
    }
}
