using System.Security;

namespace SparkAzure.Core.Azure;

/// <summary>How to reach Azure and as whom. Nothing of it outlives the call it is given to.</summary>
public sealed record AzureAccess
{
    /// <summary>Which cloud.</summary>
    public AzureEnvironment Environment { get; init; } = AzureEnvironment.AzureCloud;

    /// <summary>The address of Azure Resource Manager; null for that of the cloud. https, or http on this very host.</summary>
    public Uri? ResourceManagerEndpoint { get; init; }

    /// <summary>Where the token comes from; not used when <see cref="AccessToken"/> is given.</summary>
    public AzureTokenSource TokenSource { get; init; } = AzureTokenSource.Auto;

    /// <summary>The client id of a user-assigned managed identity; null for the system-assigned one.</summary>
    public string? ClientId { get; init; }

    /// <summary>A token the caller already has.</summary>
    public SecureString? AccessToken { get; init; }

    /// <summary>What sends the requests, Entra ID's included; null for the platform's own. The caller disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}
