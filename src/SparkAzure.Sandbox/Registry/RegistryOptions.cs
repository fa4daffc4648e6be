namespace SparkAzure.Sandbox.Registry;

/// <summary>How the stand-in wants its clients to prove who they are.</summary>
public enum RegistryAuthentication
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>HTTP Basic on every request.</summary>
    Basic,

    /// <summary>
    /// Azure Container Registry's protocol: 401 with a Bearer realm, /oauth2/exchange, /oauth2/token.
    /// </summary>
    AcrToken,
}

/// <summary>A repository token of Azure Container Registry, with its scope map.</summary>
/// <param name="Name">The token's name, which is the user name.</param>
/// <param name="Password">One of its passwords.</param>
/// <param name="Actions">
/// Such as <c>repositories/team/spark/content/read</c>; also content/write, content/delete, metadata/read,
/// metadata/write.
/// </param>
public sealed record RepositoryToken(string Name, string Password, params string[] Actions);

/// <summary>How a <see cref="RegistryStandIn"/> behaves.</summary>
public sealed record RegistryOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where blobs are kept; null for a temporary folder that goes with the stand-in.</summary>
    public string? Folder { get; init; }

    /// <summary>How clients sign in.</summary>
    public RegistryAuthentication Authentication { get; init; }

    /// <summary>The account's name: Azure's admin user, or a service principal's application id.</summary>
    public string UserName { get; init; } = "sandbox";

    /// <summary>The account's password.</summary>
    public string Password { get; init; } = "sandbox-password";

    /// <summary>Tokens of the registry itself that open some repositories only.</summary>
    public IReadOnlyList<RepositoryToken> RepositoryTokens { get; init; } = [];

    /// <summary>The Entra ID access token for registries that /oauth2/exchange accepts; null accepts any.</summary>
    public string? EntraAccessToken { get; init; }

    /// <summary>
    /// The Entra ID access token for Resource Manager; null for none but what <see cref="EntraAccessToken"/> accepts.
    /// </summary>
    public string? ArmAccessToken { get; init; }

    /// <summary>
    /// Refuses <see cref="ArmAccessToken"/>, as a registry does whose policy azureADAuthenticationAsArmPolicy is
    /// disabled.
    /// </summary>
    public bool RefuseArmAudience { get; init; }

    /// <summary>How long an access token holds; Azure's hold 75 minutes.</summary>
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromSeconds(4500);

    /// <summary>How long a refresh token holds; Azure's hold three hours.</summary>
    public TimeSpan RefreshTokenLifetime { get; init; } = TimeSpan.FromHours(3);

    /// <summary>Hands out tokens that do not tell when they end.</summary>
    public bool OpaqueTokens { get; init; }

    /// <summary>Lets everybody in at /v2/, so that the challenge only comes with the first repository.</summary>
    public bool OpenPing { get; init; }

    /// <summary>Overrides the realm that the challenge names; null for the stand-in's own /oauth2/token.</summary>
    public string? Realm { get; init; }
}

/// <summary>A request as the stand-in saw it.</summary>
/// <param name="Method">GET, PUT, …</param>
/// <param name="Url">Path and query.</param>
/// <param name="Status">What was answered.</param>
/// <param name="BodyBytes">How many bytes of body came.</param>
public sealed record RegistryRequest(string Method, string Url, int Status, long BodyBytes)
{
    /// <summary>True for a request that brought the content of a blob.</summary>
    public bool IsBlobUpload => BodyBytes > 0 && Url.Contains("/blobs/uploads/", StringComparison.Ordinal);

    /// <summary>True for a request that stored a manifest.</summary>
    public bool IsManifestUpload => Method == "PUT" && Url.Contains("/manifests/", StringComparison.Ordinal);
}

/// <summary>What shall go wrong; may be changed while the stand-in runs.</summary>
public sealed class RegistryFaults
{
    /// <summary>How many of the next blob uploads are read and then answered with 503.</summary>
    public int UploadsToFail { get; set; }

    /// <summary>The digest of a blob whose downloads come with their first byte changed.</summary>
    public string? DamagedBlob { get; set; }

    /// <summary>Every change is answered with 403 DENIED.</summary>
    public bool DenyPush { get; set; }

    /// <summary>Blob uploads are held back until this is set; null lets them through.</summary>
    public TaskCompletionSource? HoldUploads { get; set; }
}
