using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Setup.Proof;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Runs a real job of Spark as DSS would start it, and says why it fails.</summary>
[Cmdlet(
    VerbsLifecycle.Invoke, "SparkSmokeTest", DefaultParameterSetName = ByDataDirectory, SupportsShouldProcess = true)]
[OutputType(typeof(SparkSmokeTest))]
public sealed class InvokeSparkSmokeTestCommand : SparkAzureCommand
{
    private const string ByDataDirectory = "DataDirectory";
    private const string ByInstallation = "Installation";

    /// <summary>The installation, from Get-DssInstallation.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInstallation)]
    [ValidateNotNull]
    public DssInstallation InputObject { get; set; } = null!;

    /// <summary>The data directory of DSS.</summary>
    [Parameter(
        Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByDataDirectory)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName")]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <summary>The Spark configuration of DSS.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SparkConfigNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Configuration { get; set; } = "default";

    /// <summary>The connection on which Parquet is written and read.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AdlsConnectionNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Connection { get; set; }

    /// <summary>The connection's secret, where DSS keeps it encrypted.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? ConnectionSecret { get; set; }

    /// <summary>A program of your own, run in place of the module's job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Application { get; set; }

    /// <summary>Runs the job in Spark's shell as well.</summary>
    [Parameter]
    public SwitchParameter Notebook { get; set; }

    /// <summary>The folder for logs.</summary>
    [Parameter]
    [Alias("LogPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The kubeconfig with which pods are watched.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>How long all of it may take, in seconds.</summary>
    [Parameter]
    [ValidateRange(10, 3600)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SmokeTestOptions
        {
            DataDirectory = FullPath(ParameterSetName == ByInstallation ? InputObject.DataDirectory : DataDirectory),
            Configuration = Configuration,
            Connection = Connection,
            ConnectionSecret = ConnectionSecret,
            Application = Application is null ? null : FullPath(Application),
            Notebook = Notebook,
            LogPath = Path is null ? null : FullPath(Path),
            KubeConfig = KubeConfig is null ? null : FullPath(KubeConfig),
            Limit = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        await WriteResultAsync(await SmokeTests.RunAsync(options, Caller, cancellationToken));
    }
}
