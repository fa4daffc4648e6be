using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Images;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Compares the jars of an image with those of the Spark home on the driver's host.</summary>
[Cmdlet(VerbsData.Compare, "SparkImage")]
[OutputType(typeof(SparkImageComparison))]
public sealed class CompareSparkImageCommand : RegistryCommand
{
    /// <summary>The images.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SparkImageNameTransformation]
    [ValidateNotNullOrEmpty]
    public SparkImageName[] Image { get; set; } = [];

    /// <summary>The Spark home of the driver.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>Lists the jars that are the same, too.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <summary>Links the image's jars, too.</summary>
    [Parameter]
    public SwitchParameter Link { get; set; }

    /// <summary>Links, for these features beside those of every job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public SparkFeature[] For { get; set; } = [];

    /// <summary>Which platform's image, of several.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Platform { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var image in Image)
        {
            var options = new CompareOptions
            {
                Image = image.Reference,
                SparkHome = FullPath(SparkHome),
                IncludeEqual = IncludeEqual,
                Link = Link || For.Length > 0,
                For = For,
                Platform = Platform,
                Access = Access,
            };
            await WriteResultAsync(await SparkImageComparer.CompareAsync(options, Caller, cancellationToken));
        }
    }
}
