using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Aks;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Makes what Spark needs in a cluster, or verifies it.</summary>
[Cmdlet(
    VerbsData.Initialize, "SparkNamespace", DefaultParameterSetName = ByKubeConfig, SupportsShouldProcess = true)]
[OutputType(typeof(SparkNamespace))]
public sealed class InitializeSparkNamespaceCommand : SparkAzureCommand
{
    private const string ByKubeConfig = "KubeConfig";
    private const string ByApiServer = "ApiServer";
    private const string ByCredential = "Credential";

    /// <summary>The API server, from Get-AksApiServer -KubeConfig.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByApiServer)]
    [ValidateNotNull]
    public AksApiServer InputObject { get; set; } = null!;

    /// <summary>The credential, from Import-AksCredential; one that is only planned can be rehearsed with.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByCredential)]
    [ValidateNotNull]
    public AksCredential AksCredential { get; set; } = null!;

    /// <summary>The namespace in which executors run.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "";

    /// <summary>The kubeconfig whose credential is used; without it this account's own.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByKubeConfig)]
    [Alias("FullName")]
    [TextTransformation("the path of a kubeconfig", "KubeConfig", "FullName", Elsewhere = ["ClusterName", "Name"], Others = [typeof(AksCredential)])]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>The kubeconfig's context; without it the current one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByKubeConfig)]
    [ArgumentCompleter(typeof(KubeContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>The service account that executors run as.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string ServiceAccount { get; set; } = "spark";

    /// <summary>Users who also get the role.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] UserName { get; set; } = [];

    /// <summary>Groups whose members also get the role.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] GroupName { get; set; } = [];

    /// <summary>Lets a smoke test see executors' logs and events, too.</summary>
    [Parameter]
    public SwitchParameter ForProof { get; set; }

    /// <summary>Lets a token or password go over plain http to another host.</summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var (kubeConfig, context) = ParameterSetName switch
        {
            ByApiServer => (KubeConfigOf(InputObject), InputObject.Context),
            ByCredential => (AksCredential.KubeConfig, AksCredential.Context),
            _ => (KubeConfig, Context),
        };
        var options = new SparkNamespaceOptions
        {
            KubeConfig = KubeConfigOr(kubeConfig),
            Context = context,
            IsCredentialPlanned = ParameterSetName == ByCredential && AksCredential.Planned,
            PlannedServer = ParameterSetName == ByCredential ? AksCredential.Server : null,
            Namespace = Namespace,
            ServiceAccount = ServiceAccount,
            Users = UserName,
            Groups = GroupName,
            ForProof = ForProof,
            AllowUnencryptedAuthentication = AllowUnencryptedAuthentication,
        };
        await WriteResultAsync(await SparkNamespaces.InitializeAsync(options, Caller, cancellationToken));
    }

    // What Azure tells of a cluster holds no credential.
    private static string KubeConfigOf(AksApiServer server)
    {
        if (server.Context is not null)
        {
            return server.Source;
        }

        throw new SparkAzureException(
            "ApiServerWithoutCredential",
            ErrorKind.InvalidArgument,
            $"'{server.ClusterName}' was read from Azure, which tells the address of a cluster and no credential for it.",
            "Let Import-AksCredential stand between: Get-AksApiServer … | Import-AksCredential | Initialize-SparkNamespace …",
            server.ClusterName);
    }
}
