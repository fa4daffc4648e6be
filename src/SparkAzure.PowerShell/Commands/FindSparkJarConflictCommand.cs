using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Commands;

/// <summary>Finds jars of a Spark distribution that do not go together.</summary>
[Cmdlet(VerbsCommon.Find, "SparkJarConflict", DefaultParameterSetName = ByPath)]
[OutputType(typeof(SparkJarConflict))]
public sealed class FindSparkJarConflictCommand : SparkAzureCommand
{
    private const string ByPath = "Path";
    private const string ByDistribution = "Distribution";

    /// <summary>What Get-SparkDistribution returned.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByDistribution)]
    public SparkDistribution? InputObject { get; set; }

    /// <summary>The Spark home.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByPath)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var home = InputObject?.SparkHome ?? FullPath(SparkHome);
        foreach (var conflict in await SparkJarConflicts.FindAsync(home, Caller, cancellationToken))
        {
            await WriteResultAsync(conflict);
        }
    }
}
