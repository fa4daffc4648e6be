using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Setup.Checks;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Holds a whole setup against the procedure.</summary>
[Cmdlet(VerbsDiagnostic.Test, "SparkAzureSetup")]
[OutputType(typeof(SparkAzureCheck))]
public sealed class TestSparkAzureSetupCommand : AzureCommand
{
    /// <summary>The data directory of DSS.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <summary>The Spark configuration of DSS whose jobs are meant.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SparkConfigNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Configuration { get; set; } = "default";

    /// <summary>The connections to ADLS that are meant.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AdlsConnectionNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Connection { get; set; } = [];

    /// <summary>The kubeconfig of the jobs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>The kubeconfig's context.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KubeContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>Starts a pod in the cluster that looks from there, and takes it away.</summary>
    [Parameter]
    public SwitchParameter FromCluster { get; set; }

    /// <summary>The cluster in Azure.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ClusterName { get; set; }

    /// <summary>The cluster's resource group.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ResourceGroupName { get; set; }

    /// <summary>The registry in Azure.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RegistryCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Registry { get; set; }

    /// <summary>The login for the image's registry.</summary>
    [Parameter]
    [Credential]
    public PSCredential? RegistryCredential { get; set; }

    /// <summary>The checks that are made, by id.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SetupCheckCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Check { get; set; } = [];

    /// <summary>Answers with one bool: whether nothing failed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SetupCheckOptions
        {
            DataDirectory = FullPath(DataDirectory),
            Configuration = Configuration,
            Connections = Connection,
            KubeConfig = KubeConfig is null ? null : FullPath(KubeConfig),
            Context = Context,
            FromCluster = FromCluster,
            ClusterName = ClusterName,
            ResourceGroupName = ResourceGroupName,
            Registry = Registry,
            Azure = Azure,
            RegistryAccess = new RegistryAccess { Credential = RegistryCredential?.GetNetworkCredential() },
            Checks = Check,
        };
        var checks = await SetupChecks.RunAsync(options, Caller, cancellationToken);
        if (Quiet)
        {
            await WriteResultAsync(checks.All(c => c.State != SparkAzureCheckState.Failed));
            return;
        }

        foreach (var check in checks)
        {
            await WriteResultAsync(check);
        }
    }
}
