using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>The base of the cmdlets that start and stop DSS.</summary>
public abstract class DssServiceCommand : SparkAzureCommand
{
    private protected DssServiceCommand()
    {
    }

    /// <summary>The data directory of DSS.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName")]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <summary>How long to wait.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 300;

    private protected TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);
}
