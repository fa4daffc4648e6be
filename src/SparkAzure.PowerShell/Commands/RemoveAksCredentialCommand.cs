using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Aks;

namespace SparkAzure.Commands;

/// <summary>Takes a cluster's credential out of kubeconfigs.</summary>
[Cmdlet(
    VerbsCommon.Remove,
    "AksCredential",
    DefaultParameterSetName = ByPath,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RemovedAksCredential))]
public sealed class RemoveAksCredentialCommand : SparkAzureCommand
{
    private const string ByPath = "Path";
    private const string ByUser = "User";
    private const string ByCredential = "Credential";

    /// <summary>What Import-AksCredential returned.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByCredential)]
    [ValidateNotNull]
    public AksCredential? InputObject { get; set; }

    /// <summary>The context's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByUser)]
    [Alias("Context")]
    [ArgumentCompleter(typeof(KubeContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string ContextName { get; set; } = "";

    /// <summary>The kubeconfig.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>The UNIX users out of whose own kubeconfig it goes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByUser)]
    [ArgumentCompleter(typeof(UserCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] User { get; set; } = [];

    /// <summary>The context that becomes the current one where the removed one was.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KubeContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? CurrentContext { get; set; }

    /// <summary>How long to wait while another process changes a kubeconfig.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var removed in await AksCredentialRemovals.RemoveAsync(Options(), Caller, cancellationToken))
        {
            await WriteResultAsync(removed);
        }
    }

    // A user's file is changed with the user's rights, as it was written.
    private AksCredentialRemovalOptions Options()
    {
        var options = new AksCredentialRemovalOptions
        {
            ContextName = ContextName,
            KubeConfig = KubeConfig is null ? null : FullPath(KubeConfig),
            Folder = CurrentFolder,
            Users = User,
            CurrentContext = CurrentContext ?? InputObject?.FormerContext,
            Patience = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        return InputObject switch
        {
            null => options,
            { User: { } user } => options with { ContextName = NameOf(InputObject), Users = [user] },
            var credential => options with { ContextName = NameOf(credential), KubeConfig = credential.KubeConfig },
        };
    }

    // A rehearsal names no context but the one that it was given: that of the cluster is meant.
    private static string NameOf(AksCredential credential) => credential.Context ?? credential.ClusterName;
}
