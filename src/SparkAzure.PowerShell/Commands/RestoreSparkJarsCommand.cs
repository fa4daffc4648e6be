using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Brings an earlier set of jars of a Spark distribution back.</summary>
[Cmdlet(VerbsData.Restore, "SparkJars", SupportsShouldProcess = true)]
[OutputType(typeof(SparkJarUpdate))]
public sealed class RestoreSparkJarsCommand : SparkAzureCommand
{
    /// <summary>The Spark home.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [TextTransformation("the path of a Spark distribution", "SparkHome", "FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>The restore point's id.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RestorePointCompleter))]
    public string? RestorePoint { get; set; }

    /// <summary>The data directory of the DSS that uses the Spark: told is when that one runs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

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
            DataDirectory = DataDirectory is null ? null : FullPath(DataDirectory),
            Patience = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        await WriteResultAsync(await SparkJars.RestoreAsync(options, Caller, cancellationToken));
    }
}
