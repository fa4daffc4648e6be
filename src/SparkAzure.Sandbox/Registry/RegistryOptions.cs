namespace SparkAzure.Sandbox.Registry;

/// <summary>How the stand-in wants its clients to prove who they are.</summary>
public enum RegistryAuthentication
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>HTTP Basic on every request.</summary>
    Basic,

    /// <summary>Azure Container Registry's protocol: 401 with a Bearer realm, /oauth2/exchange, /oauth2/token.</summary>
    AcrToken,
}

/// <summary>How a <see cref="RegistryStandIn"/> behaves.</summary>
public sealed record RegistryOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where blobs are kept; null for a temporary folder that goes with the stand-in.</summary>
    public string? Folder { get; init; }

    /// <summary>How clients sign in.</summary>
    public RegistryAuthentication Authentication { get; init; }

    /// <summary>The account's name.</summary>
    public string UserName { get; init; } = "sandbox";

    /// <summary>The account's password.</summary>
    public string Password { get; init; } = "sandbox-password";

    /// <summary>The Entra ID access token that /oauth2/exchange accepts; null accepts any.</summary>
    public string? EntraAccessToken { get; init; }

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
