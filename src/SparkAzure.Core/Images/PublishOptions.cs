using System.Net;

namespace SparkAzure.Core.Images;

/// <summary>What to publish, where to, and how.</summary>
public sealed record PublishOptions
{
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

    /// <summary>The login for the registry; null for the one in docker's config.json, or none.</summary>
    public NetworkCredential? Credential { get; init; }

    /// <summary>Values for the Dockerfiles' ARG instructions.</summary>
    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Engine Docker: builds every instruction afresh.</summary>
    public bool NoCache { get; init; }

    /// <summary>Engine Docker: where the daemon is; null for DOCKER_HOST or the local socket.</summary>
    public Uri? DockerHost { get; init; }

    /// <summary>Where docker's config.json is; null for DOCKER_CONFIG or the home's .docker.</summary>
    public string? DockerConfigFolder { get; init; }
}
