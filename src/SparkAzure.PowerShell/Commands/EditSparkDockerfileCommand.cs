using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Commands;

/// <summary>Makes the procedure's two edits in a Spark Dockerfile, where its base image needs them.</summary>
[Cmdlet(VerbsData.Edit, "SparkDockerfile", DefaultParameterSetName = ByHome, SupportsShouldProcess = true)]
[OutputType(typeof(SparkDockerfile))]
public sealed class EditSparkDockerfileCommand : SparkAzureCommand
{
    private const string ByHome = "SparkHome";
    private const string ByUpdate = "Update";
    private const string ByPath = "Path";

    /// <summary>What Update-SparkJars returned.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByUpdate)]
    public SparkJarUpdate? InputObject { get; set; }

    /// <summary>The Spark home whose Dockerfile is meant.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByHome)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>A Dockerfile by itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    [Alias("PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Also mends what keeps the images spark, spark-py and spark-r from being built.</summary>
    [Parameter]
    public SwitchParameter Repair { get; set; }

    /// <summary>How long to wait while another process changes a Dockerfile.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(TimeoutSeconds);
        var result = ParameterSetName == ByPath
            ? await SparkDockerfileEditor.EditFileAsync(FullPath(Path), Repair, patience, Caller, cancellationToken)
            : await SparkDockerfileEditor.EditAsync(
                InputObject?.SparkHome ?? FullPath(SparkHome), Repair, patience, Caller, cancellationToken);
        await WriteResultAsync(result);
    }
}
