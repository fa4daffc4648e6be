using System.Text.Json.Serialization;

namespace SparkAzure.Core.Images.Docker;

/// <summary>
/// The few calls of the Docker Engine API that publishing needs, in the API's own terms (and Docker.DotNet's: names of methods and
/// parameters are those of its IImageOperations and ISystemOperations).
/// </summary>
internal interface IDockerClient : IDisposable
{
    /// <summary>Where the daemon is, for messages.</summary>
    string Endpoint { get; }

    /// <summary>GET /_ping.</summary>
    /// <exception cref="SparkAzureException">DockerUnavailable.</exception>
    Task PingAsync(CancellationToken cancellationToken);

    /// <summary>POST /build with the classic builder.</summary>
    /// <param name="parameters">The query.</param>
    /// <param name="contents">The build context, a tar; read while the daemon answers.</param>
    /// <param name="authConfigs">Logins for the registries of base images, by registry.</param>
    /// <param name="progress">Is given each message of the answer as it comes.</param>
    /// <param name="cancellationToken">Breaks the connection, which stops the build.</param>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    Task BuildImageFromDockerfileAsync(
        ImageBuildParameters parameters,
        Stream contents,
        IReadOnlyDictionary<string, AuthConfig> authConfigs,
        IProgress<JsonMessage> progress,
        CancellationToken cancellationToken);

    /// <summary>POST /images/create: pulls an image.</summary>
    /// <param name="fromImage">The reference without tag and digest.</param>
    /// <param name="tag">The tag or digest.</param>
    /// <param name="platform">os/arch[/variant]; null for the daemon's own.</param>
    /// <param name="authConfig">The login; null for none.</param>
    /// <param name="progress">Is given each message of the answer as it comes.</param>
    /// <param name="cancellationToken">Breaks the connection, which stops the pull.</param>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    Task CreateImageAsync(string fromImage, string tag, string? platform, AuthConfig? authConfig, IProgress<JsonMessage> progress, CancellationToken cancellationToken);

    /// <summary>POST /images/{name}/push.</summary>
    /// <param name="name">Registry and repository, without the tag.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="authConfig">The login; null for none.</param>
    /// <param name="progress">Is given each message of the answer as it comes.</param>
    /// <param name="cancellationToken">Breaks the connection, which stops the push.</param>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    Task PushImageAsync(string name, string tag, AuthConfig? authConfig, IProgress<JsonMessage> progress, CancellationToken cancellationToken);

    /// <summary>GET /images/{name}/json; null when the daemon has no such image.</summary>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    Task<ImageInspectResponse?> InspectImageAsync(string name, CancellationToken cancellationToken);

    /// <summary>GET /images/{name}/history, the last step first.</summary>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    Task<IReadOnlyList<ImageHistoryResponse>> GetImageHistoryAsync(string name, CancellationToken cancellationToken);
}

/// <summary>The query of POST /build.</summary>
internal sealed record ImageBuildParameters(string Dockerfile, string Tag, IReadOnlyDictionary<string, string> BuildArgs, bool NoCache, string? Platform = null);

/// <summary>A login as the headers X-Registry-Auth and X-Registry-Config carry it.</summary>
internal sealed class AuthConfig
{
    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }

    [JsonPropertyName("serveraddress")]
    public string? ServerAddress { get; init; }

    /// <summary>The login as Docker takes it; null for none.</summary>
    public static AuthConfig? From(RegistryLogin? login, string host) => login switch
    {
        PasswordLogin known => new AuthConfig { Username = known.UserName, Password = known.Password, ServerAddress = host },
        RefreshTokenLogin token => new AuthConfig { IdentityToken = token.Token, ServerAddress = host },
        _ => null,
    };
}

/// <summary>One message of a build or push as it is under way.</summary>
internal sealed record JsonMessage
{
    [JsonPropertyName("stream")]
    public string? Stream { get; init; }

    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("progressDetail")]
    public JsonProgress? Progress { get; init; }

    [JsonPropertyName("error")]
    public string? ErrorMessage { get; init; }

    [JsonPropertyName("aux")]
    public JsonAux? Aux { get; init; }
}

/// <summary>How far a layer has come.</summary>
internal sealed record JsonProgress([property: JsonPropertyName("current")] long Current, [property: JsonPropertyName("total")] long Total);

/// <summary>What a push ends with.</summary>
internal sealed record JsonAux([property: JsonPropertyName("Digest")] string? Digest, [property: JsonPropertyName("ID")] string? Id);

/// <summary>What the daemon knows of an image.</summary>
internal sealed record ImageInspectResponse(
    [property: JsonPropertyName("Id")] string Id,
    [property: JsonPropertyName("RepoDigests")] IReadOnlyList<string>? RepoDigests,
    [property: JsonPropertyName("RootFS")] RootFs? RootFs,
    [property: JsonPropertyName("Config")] ContainerConfig? Config = null);

/// <summary>How containers of an image run; of it only the labels.</summary>
internal sealed record ContainerConfig([property: JsonPropertyName("Labels")] IReadOnlyDictionary<string, string>? Labels);

/// <summary>A step that made an image.</summary>
internal sealed record ImageHistoryResponse([property: JsonPropertyName("CreatedBy")] string? CreatedBy);

/// <summary>The layers of an image by the digests of their uncompressed content.</summary>
internal sealed record RootFs([property: JsonPropertyName("Layers")] IReadOnlyList<string>? Layers);
