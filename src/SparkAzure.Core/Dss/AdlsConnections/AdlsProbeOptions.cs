namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>How account, file system and credential are tried.</summary>
public sealed record AdlsProbeOptions
{
    /// <summary>
    /// The address of the account's data where it is not that of its cloud; null for that. https only.
    /// </summary>
    public Uri? StorageEndpoint { get; init; }

    /// <summary>What sends the requests; null for the platform's own. The caller disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}
