using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Lists the earlier sets of jars of a Spark distribution.</summary>
[Cmdlet(VerbsCommon.Get, "SparkJarRestorePoint")]
[OutputType(typeof(SparkJarRestorePoint))]
public sealed class GetSparkJarRestorePointCommand : SparkAzureCommand
{
    /// <summary>The Spark home.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [TextTransformation("the path of a Spark distribution", "SparkHome", "FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var point in await SparkJars.RestorePointsAsync(FullPath(SparkHome), cancellationToken))
        {
            await WriteResultAsync(point);
        }
    }
}
