using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Aks;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Removes from a cluster what was made there for Spark.</summary>
[Cmdlet(VerbsCommon.Remove, "SparkNamespace", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(SparkNamespace))]
public sealed class RemoveSparkNamespaceCommand : SparkAzureCommand
{
    /// <summary>The namespace.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [TextTransformation("the name of a namespace", "Namespace")]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "";

    /// <summary>The kubeconfig whose credential is used; without it this account's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>The kubeconfig's context; without it the current one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KubeContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>The service account that executors run as.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string ServiceAccount { get; set; } = "spark";

    /// <summary>Removes the namespace as well, where nothing else stands in it.</summary>
    [Parameter]
    public SwitchParameter IncludeNamespace { get; set; }

    /// <summary>Lets a token or password go over plain http to another host.</summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkNamespaceRemovalOptions
        {
            KubeConfig = KubeConfigOr(KubeConfig),
            Context = Context,
            Namespace = Namespace,
            ServiceAccount = ServiceAccount,
            IncludeNamespace = IncludeNamespace,
            AllowUnencryptedAuthentication = AllowUnencryptedAuthentication,
        };
        await WriteResultAsync(await SparkNamespaceRemovals.RemoveAsync(options, Caller, cancellationToken));
    }
}
