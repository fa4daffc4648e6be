using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Commands;

/// <summary>Brings an earlier set of jars of a Spark distribution back.</summary>
[Cmdlet(VerbsData.Restore, "SparkJars", SupportsShouldProcess = true)]
[OutputType(typeof(SparkJarUpdate))]
public sealed class RestoreSparkJarsCommand : SparkAzureCommand
{
    /// <summary>The Spark home.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>The restore point's id.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RestorePointCompleter))]
    public string? RestorePoint { get; set; }

    /// <summary>How long to wait at most for another exchange of the same jars.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        // An update that changed nothing names no restore point; piped here it means the newest one, as does leaving it
        // out.
        var options = new SparkJarRestoreOptions
        {
            SparkHome = FullPath(SparkHome),
            RestorePoint = string.IsNullOrEmpty(RestorePoint) ? null : RestorePoint,
            Patience = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        await WriteResultAsync(await SparkJars.RestoreAsync(options, Caller, cancellationToken));
    }
}
