using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Aks;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Puts a cluster's credential into kubeconfigs.</summary>
[Cmdlet(VerbsData.Import, "AksCredential", DefaultParameterSetName = ByPath, SupportsShouldProcess = true)]
[OutputType(typeof(AksCredential))]
public sealed class ImportAksCredentialCommand : AzureCommand
{
    private const string ByPath = "Path";
    private const string ByUser = "User";

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

    /// <summary>The kubeconfig.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>The UNIX users who get it into their own kubeconfig.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByUser)]
    [ArgumentCompleter(typeof(UserCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] User { get; set; } = [];

    /// <summary>Takes the administrator's credential.</summary>
    [Parameter]
    public SwitchParameter Admin { get; set; }

    /// <summary>Takes the public name of a private cluster.</summary>
    [Parameter]
    public SwitchParameter PublicFqdn { get; set; }

    /// <summary>How a cluster with Entra ID has its users sign in.</summary>
    [Parameter]
    [ValidateSet("exec", "azure")]
    public string Format { get; set; } = "exec";

    /// <summary>How kubelogin signs in.</summary>
    [Parameter]
    public AksLoginMode LoginMode { get; set; }

    /// <summary>The client id that kubelogin signs in with.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? LoginClientId { get; set; }

    /// <summary>The context's name.</summary>
    [Parameter]
    [Alias("Context")]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ContextName { get; set; }

    /// <summary>Leaves the current context as it is.</summary>
    [Parameter]
    public SwitchParameter KeepCurrentContext { get; set; }

    /// <summary>Replaces an entry of the same name that differs.</summary>
    [Parameter]
    [Alias("OverwriteExisting")]
    public SwitchParameter Force { get; set; }

    /// <summary>The Spark whose own client will read it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SparkVersion { get; set; }

    /// <summary>How long to wait while another process changes a kubeconfig.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new AksCredentialOptions
        {
            ClusterName = ClusterName,
            ResourceGroupName = ResourceGroupName,
            KubeConfig = KubeConfig is null ? null : FullPath(KubeConfig),
            Folder = CurrentFolder,
            Users = User,
            Admin = Admin,
            PublicFqdn = PublicFqdn,
            Format = Format,
            LoginMode = IsGiven(nameof(LoginMode)) ? LoginMode : null,
            LoginClientId = LoginClientId,
            ContextName = ContextName,
            KeepCurrentContext = KeepCurrentContext,
            Force = Force,
            SparkVersion = SparkVersion,
            Patience = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        foreach (var credential in await AksCredentials.ImportAsync(options, Azure, Caller, cancellationToken))
        {
            await WriteResultAsync(credential);
        }
    }
}
