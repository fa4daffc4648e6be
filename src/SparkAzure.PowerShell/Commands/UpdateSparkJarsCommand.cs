using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Commands;

/// <summary>Swaps the Hadoop jars of a Spark distribution for those of DSS.</summary>
[Cmdlet(VerbsData.Update, "SparkJars", DefaultParameterSetName = ByPath, SupportsShouldProcess = true)]
[OutputType(typeof(SparkJarUpdate))]
public sealed class UpdateSparkJarsCommand : SparkAzureCommand
{
    private const string ByPath = "Path";
    private const string ByIntegration = "Integration";

    /// <summary>What Install-DssHadoopIntegration returned.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByIntegration)]
    public DssHadoopIntegration? InputObject { get; set; }

    /// <summary>The Spark home.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>The folder with DSS's Hadoop jars.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = ByPath)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string LibraryPath { get; set; } = "";

    /// <summary>The folder with DSS's own jars.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true, ParameterSetName = ByPath)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? CompanionPath { get; set; }

    /// <summary>The archive to read the names from while the library folder is not there yet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByPath)]
    public string? Archive { get; set; }

    /// <summary>The data directory of the DSS that uses the Spark: told is when that one runs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>The Hadoop line wanted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("2", "3")]
    public int HadoopVersion { get; set; }

    /// <summary>Which set of jars comes.</summary>
    [Parameter]
    public SparkJarRecipe Recipe { get; set; }

    /// <summary>The features that jobs use beside those of every job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public SparkFeature[] For { get; set; } = [];

    /// <summary>Leaves the AWS jars out.</summary>
    [Parameter]
    public SwitchParameter ExcludeAws { get; set; }

    /// <summary>Does not look for conflicts.</summary>
    [Parameter]
    public SwitchParameter SkipConflictScan { get; set; }

    /// <summary>How long to wait at most for another exchange of the same jars.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>Goes on where a jar is missing or Spark would not start.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkJarUpdateOptions
        {
            SparkHome = FullPath(SparkHome),
            LibraryPath = InputObject?.LibraryPath ?? FullPath(LibraryPath),
            CompanionPath = InputObject?.CompanionPath ?? (CompanionPath is null ? null : FullPath(CompanionPath)),
            Archive = InputObject?.Archive ?? (Archive is null ? null : FullPath(Archive)),
            HadoopVersion = IsGiven(nameof(HadoopVersion)) ? HadoopVersion : InputObject?.HadoopVersion,
            DataDirectory = DataDirectory is null ? InputObject?.DataDirectory : FullPath(DataDirectory),
            Recipe = Recipe,
            ExcludeAws = ExcludeAws,
            SkipConflictScan = SkipConflictScan,
            For = For,
            Patience = TimeSpan.FromSeconds(TimeoutSeconds),
            Force = Force,
        };
        await WriteResultAsync(await SparkJars.UpdateAsync(options, Caller, cancellationToken));
    }
}
