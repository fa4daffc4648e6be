using System.Collections;
using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Images;

namespace SparkAzure.Commands;

/// <summary>Builds the Spark images of a distribution and pushes them to a registry.</summary>
[Cmdlet(VerbsData.Publish, "SparkImage", DefaultParameterSetName = ByHome, SupportsShouldProcess = true)]
[OutputType(typeof(SparkImage))]
public sealed class PublishSparkImageCommand : RegistryCommand
{
    private const string ByHome = "SparkHome";
    private const string ByDockerfile = "Dockerfile";

    /// <summary>What Edit-SparkDockerfile returned.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByDockerfile)]
    public SparkDockerfile? InputObject { get; set; }

    /// <summary>The Spark home whose images are made.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByHome)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>Where the images go: host[:port][/prefix].</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(RegistryCompleter))]
    [ValidateNotNullOrEmpty]
    public string Registry { get; set; } = "";

    /// <summary>The tag of all images.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(TagCompleter))]
    [ValidateNotNullOrEmpty]
    public string Tag { get; set; } = "";

    /// <summary>Which images.</summary>
    [Parameter]
    [ValidateSet("spark", "spark-py", "spark-r", IgnoreCase = false)]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = ["spark", "spark-py"];

    /// <summary>Who makes the images.</summary>
    [Parameter]
    public SparkImageEngine Engine { get; set; }

    /// <summary>Engine Registry: the image that the layers are put on.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? BaseImage { get; set; }

    /// <summary>Values for the Dockerfiles' ARG instructions.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable BuildArgument { get; set; } = [];

    /// <summary>The Dockerfile of spark.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Dockerfile { get; set; }

    /// <summary>The Dockerfile of spark-py.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PythonDockerfile { get; set; }

    /// <summary>The Dockerfile of spark-r.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RDockerfile { get; set; }

    /// <summary>The number of the user as whom containers run.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int SparkUid { get; set; }

    /// <summary>The platform that the images are for.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Platform { get; set; }

    /// <summary>A requirements.txt whose packages go into spark-py.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PythonRequirements { get; set; }

    /// <summary>R packages that go into spark-r.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] RPackage { get; set; } = [];

    /// <summary>Engines Docker and AcrTask: carries every instruction out afresh.</summary>
    [Parameter]
    public SwitchParameter NoCache { get; set; }

    /// <summary>Engine Docker: the daemon's address.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public Uri? DockerHost { get; set; }

    /// <summary>Engine Docker: the docker context that names the daemon.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DockerContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DockerContext { get; set; }

    /// <summary>The registry's resource group in Azure.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ResourceGroupName { get; set; }

    /// <summary>The registry's subscription, by id or name.</summary>
    [Parameter]
    [Alias("Subscription")]
    [ArgumentCompleter(typeof(SubscriptionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SubscriptionId { get; set; }

    /// <summary>The address of Azure Resource Manager where it is not that of the cloud.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public Uri? ResourceManagerEndpoint { get; set; }

    /// <summary>Engine AcrTask: how long the run in Azure may take, in seconds.</summary>
    [Parameter]
    [ValidateRange(300, 28800)]
    public int TimeoutSeconds { get; set; } = PublishOptions.DefaultTimeoutSeconds;

    /// <summary>Engine AcrTask: the agent pool of the registry whose machines build.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? AgentPool { get; set; }

    /// <summary>Publishes images also of a Spark that could not run.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new PublishOptions
        {
            // A Dockerfile that was given by its path alone belongs to no Spark home: the path is then refused as one.
            SparkHome = InputObject is null ? FullPath(SparkHome) : InputObject.SparkHome ?? InputObject.Path,
            Registry = Registry,
            Tag = Tag,
            Images = Image,
            Engine = Engine,
            BaseImage = BaseImage,
            Access = Access with { SubscriptionId = SubscriptionId, ResourceManagerEndpoint = ResourceManagerEndpoint },
            ResourceGroupName = ResourceGroupName,
            TimeoutSeconds = TimeoutSeconds,
            AgentPool = AgentPool,
            BuildArguments = BuildArgument.Cast<DictionaryEntry>().ToDictionary(e => $"{e.Key}", e => $"{e.Value}"),
            Dockerfile = OptionalPath(Dockerfile),
            PythonDockerfile = OptionalPath(PythonDockerfile),
            RDockerfile = OptionalPath(RDockerfile),
            SparkUid = IsGiven(nameof(SparkUid)) ? SparkUid : null,
            Platform = Platform,
            PythonRequirements = OptionalPath(PythonRequirements),
            RPackages = RPackage,
            NoCache = NoCache,
            DockerHost = DockerHost,
            DockerContext = DockerContext,
            Force = Force,
        };
        await foreach (var image in SparkImagePublisher.PublishAsync(options, Caller, cancellationToken))
        {
            await WriteResultAsync(image);
        }
    }

    private string? OptionalPath(string? path)
    {
        if (path is null)
        {
            return null;
        }

        return FullPath(path);
    }
}
