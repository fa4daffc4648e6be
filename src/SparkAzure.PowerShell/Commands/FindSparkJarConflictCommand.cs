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
    [Alias("FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>The features that jobs use beside those of every job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public SparkFeature[] For { get; set; } = [];

    /// <summary>The data directory of the DSS whose jobs are meant: its connections say what they use.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>Tells as well of what no run came to.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>The Java that runs the jobs.</summary>
    [Parameter]
    [ValidateRange(8, 99)]
    public int JavaVersion { get; set; }

    /// <summary>A JDK or JRE of that Java on this host.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? JavaHome { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkJarConflictOptions
        {
            SparkHome = InputObject?.SparkHome ?? FullPath(SparkHome),
            For = For,
            DataDirectory = DataDirectory is null ? null : FullPath(DataDirectory),
            All = All,
            JavaVersion = JavaVersion == 0 ? null : JavaVersion,
            JavaHome = JavaHome is null ? null : FullPath(JavaHome),
        };
        foreach (var conflict in await SparkJarConflicts.FindAsync(options, Caller, cancellationToken))
        {
            await WriteResultAsync(conflict);
        }
    }
}
