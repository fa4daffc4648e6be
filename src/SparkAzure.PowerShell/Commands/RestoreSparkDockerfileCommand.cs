using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Commands;

/// <summary>Puts Spark Dockerfiles back as they were before they were edited.</summary>
[Cmdlet(VerbsData.Restore, "SparkDockerfile", DefaultParameterSetName = ByDockerfile, SupportsShouldProcess = true)]
[OutputType(typeof(SparkDockerfile))]
public sealed class RestoreSparkDockerfileCommand : SparkAzureCommand
{
    private const string ByHome = "SparkHome";
    private const string ByDockerfile = "Dockerfile";
    private const string ByPath = "Path";

    /// <summary>What Edit-SparkDockerfile returned.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByDockerfile)]
    public SparkDockerfile? InputObject { get; set; }

    /// <summary>The Spark home whose Dockerfiles are meant.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByHome)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>A Dockerfile by itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    [Alias("PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The file with the text that is to stand there.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string? RestorePoint { get; set; }

    /// <summary>How long to wait while another process changes a Dockerfile.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(TimeoutSeconds);
        var home = InputObject is null ? SparkHome : InputObject.SparkHome;
        if (ParameterSetName == ByPath || string.IsNullOrEmpty(home))
        {
            var path = InputObject?.Path ?? FullPath(Path);
            var restorePoint = RestorePoint is null ? null : FullPath(RestorePoint);
            await WriteResultAsync(await SparkDockerfileRestorer.RestoreFileAsync(
                path, restorePoint, patience, Caller, cancellationToken));
            return;
        }

        await WriteResultAsync(await SparkDockerfileRestorer.RestoreAsync(
            FullPath(home), patience, Caller, cancellationToken));
    }
}
