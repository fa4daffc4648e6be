using SparkAzure.Core.Oci.Registry;


namespace SparkAzure.Core.Images;

/// <summary>What to publish, where to, and how.</summary>
public sealed record PublishOptions
{
    /// <summary>An hour, as the service itself has it.</summary>
    public const int DefaultTimeoutSeconds = 3600;

    /// <summary>The Spark distribution.</summary>
    public required string SparkHome { get; init; }

    /// <summary><c>host[:port][/prefix]</c>.</summary>
    public required string Registry { get; init; }

    /// <summary>The tag of all images.</summary>
    public required string Tag { get; init; }

    /// <summary>Which images: spark, spark-py, spark-r.</summary>
    public IReadOnlyList<string> Images { get; init; } = ["spark", "spark-py"];

    public SparkImageEngine Engine { get; init; }

    /// <summary>Engine Registry: what the layers are put on.</summary>
    public string? BaseImage { get; init; }

    /// <summary>How to sign in to the registry, and to those that base images lie in.</summary>
    public RegistryAccess Access { get; init; } = new();

    /// <summary>Values for the Dockerfiles' ARG instructions.</summary>
    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Engines Docker and AcrTask: builds every instruction afresh.</summary>
    public bool NoCache { get; init; }

    /// <summary>The Dockerfile of spark; null for the distribution's.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>The Dockerfile of spark-py; null for the distribution's.</summary>
    public string? PythonDockerfile { get; init; }

    /// <summary>The Dockerfile of spark-r; null for the distribution's.</summary>
    public string? RDockerfile { get; init; }

    /// <summary>
    /// The number of the user as whom containers run (build argument spark_uid); null for the Dockerfile's own.
    /// </summary>
    public int? SparkUid { get; init; }

    /// <summary><c>os/arch[/variant]</c>; null for the daemon's own, and linux/amd64 without one.</summary>
    public string? Platform { get; init; }

    /// <summary>A requirements.txt whose packages go into spark-py; null for none.</summary>
    public string? PythonRequirements { get; init; }

    /// <summary>R packages that go into spark-r.</summary>
    public IReadOnlyList<string> RPackages { get; init; } = [];

    /// <summary>
    /// Engine Registry: where what was learnt of layers is remembered; null for the user's cache folder.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>Where what was read of jars is kept; null for the user's cache folder.</summary>
    public string? IndexFolder { get; init; }

    /// <summary>Engine AcrTask: how long the run in Azure may take, in seconds, 300 to 28,800.</summary>
    public int TimeoutSeconds { get; init; } = DefaultTimeoutSeconds;

    /// <summary>
    /// Engine AcrTask: the agent pool of the registry whose machines build; null for Azure's own agents.
    /// </summary>
    public string? AgentPool { get; init; }

    /// <summary>The resource group of the registry in Azure; null to look for it in the whole subscription.</summary>
    public string? ResourceGroupName { get; init; }

    /// <summary>
    /// Engine Docker: where the daemon is; null for what <see cref="DockerContext"/>, the environment or docker's
    /// config.json say.
    /// </summary>
    public Uri? DockerHost { get; init; }

    /// <summary>Engine Docker: the docker context that names the daemon; null for none given.</summary>
    public string? DockerContext { get; init; }

    /// <summary>
    /// Publishes images also of a Spark that cannot run on Kubernetes from DSS, or whose jars would not let it start.
    /// </summary>
    public bool Force { get; init; }
}
