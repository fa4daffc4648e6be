using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Reads a Spark distribution.</summary>
[Cmdlet(VerbsCommon.Get, "SparkDistribution")]
[OutputType(typeof(SparkDistribution))]
public sealed class GetSparkDistributionCommand : SparkAzureCommand
{
    /// <summary>The Spark home.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [TextTransformation("the path of a Spark distribution", "SparkHome", "FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>Does not read the jars' classes, and says nothing of features.</summary>
    [Parameter]
    public SwitchParameter SkipFeature { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkDistributionOptions { SparkHome = FullPath(SparkHome), SkipFeature = SkipFeature };
        await WriteResultAsync(await SparkDistributions.ReadAsync(options, Caller, cancellationToken));
    }
}
