namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>How account, file system and credential are tried.</summary>
public sealed record AdlsProbeOptions
{
    /// <summary>
    /// The address that is asked where it is not that of the connection's root; null for that. https only. One of Data
    /// Lake Storage is the root's as well.
    /// </summary>
    public Uri? StorageEndpoint { get; init; }

    /// <summary>What sends the requests; null for the platform's own. The caller disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}
