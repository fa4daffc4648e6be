namespace SparkAzure.Sandbox.DssApi;

/// <summary>How the stand-in for DSS's public API is set up.</summary>
public sealed record DssApiOptions
{
    /// <summary>The port on 127.0.0.1; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// A data directory whose <c>config/</c> is served and saved to, as DSS does with its own; null for settings in
    /// memory.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>True to answer over https with a certificate whose authority nobody knows, as many DSS do.</summary>
    public bool Https { get; init; }

    /// <summary>The DSS version named in every answer.</summary>
    public string Version { get; init; } = "5.1.3";

    /// <summary>A path before the API's own, as a reverse proxy gives DSS one: <c>/dss</c>; empty for none.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>True to take the key as Bearer token only.</summary>
    public bool BearerOnly { get; init; }

    /// <summary>True when user isolation is on; only of settings in memory.</summary>
    public bool UserIsolation { get; init; }

    /// <summary>The secret of the API key with admin rights.</summary>
    public string ApiKey { get; init; } = "sandbox-" + Guid.NewGuid().ToString("N");

    /// <summary>The secret of an API key without admin rights.</summary>
    public string LimitedApiKey { get; init; } = "limited-" + Guid.NewGuid().ToString("N");

    /// <summary>
    /// Top-level keys of the general settings that this version does not know: dropped on saving, with status 200.
    /// </summary>
    public IReadOnlyList<string> UnknownKeys { get; init; } = [];

    /// <summary>
    /// Members of a Spark property that this version does not know, for example <c>value</c>: dropped on saving, with
    /// status 200.
    /// </summary>
    public IReadOnlyList<string> UnknownPropertyFields { get; init; } = [];
}

/// <summary>A request as it came in.</summary>
/// <param name="Method">GET, PUT, POST or DELETE.</param>
/// <param name="Url">Path and query as they were sent, escapes included.</param>
/// <param name="Status">How it was answered.</param>
public sealed record DssApiRequest(string Method, string Url, int Status);

/// <summary>An answer that takes the place of the real one.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="Body">The body.</param>
/// <param name="RetryAfter">The Retry-After header, in seconds; null for none.</param>
/// <param name="Location">The Location header of a redirect; null for none.</param>
public sealed record DssApiFault(
    int Status,
    string ContentType,
    string Body,
    int? RetryAfter = null,
    string? Location = null)
{
    /// <summary>True when it is not DSS that answers, so that its headers are missing: DSS answers in JSON.</summary>
    public bool IsOfProxy => ContentType != "application/json";

    /// <summary>What a proxy says when DSS behind it does not answer.</summary>
    public static DssApiFault BadGateway { get; } = new(
        502, "text/html", "<html><head><title>502 Bad Gateway</title></head></html>");

    /// <summary>A page instead of an answer, with status 500.</summary>
    public static DssApiFault ErrorPage { get; } = new(500, "text/html", "<html><body>Internal error</body></html>");

    /// <summary>A sign-in page with status 200, as single sign-on in front of DSS gives.</summary>
    public static DssApiFault SignInPage { get; } = new(200, "text/html", "<html><body>Please sign in</body></html>");
}
