using System.Security;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Azure;

/// <summary>How to reach Azure and as whom. Nothing of it outlives the call it is given to.</summary>
public sealed record AzureAccess
{
    /// <summary>Which cloud.</summary>
    public AzureEnvironment Environment { get; init; } = AzureEnvironment.AzureCloud;

    /// <summary>
    /// The address of Azure Resource Manager; null for that of the cloud. https, or http on this very host.
    /// </summary>
    public Uri? ResourceManagerEndpoint { get; init; }

    /// <summary>The address of Microsoft Graph; null for that of the cloud. https, or http on this very host.</summary>
    public Uri? GraphEndpoint { get; init; }

    /// <summary>
    /// The address of Entra ID; null for <c>AZURE_AUTHORITY_HOST</c>, else that of the cloud. https only.
    /// </summary>
    public Uri? Authority { get; init; }

    /// <summary>Where the token comes from; not used when <see cref="AccessToken"/> is given.</summary>
    public AzureTokenSource TokenSource { get; init; } = AzureTokenSource.Auto;

    /// <summary>The client id of a user-assigned managed identity; null for the system-assigned one.</summary>
    public string? ClientId { get; init; }

    /// <summary>The tenant that the token shall be of; null for the source's own.</summary>
    public string? TenantId { get; init; }

    /// <summary>The subscription, by its id or its name; null where the account sees only one.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>A token for Azure Resource Manager that the caller already has.</summary>
    public SecureString? AccessToken { get; init; }

    /// <summary>
    /// A token for Microsoft Graph that the caller already has; <see cref="AccessToken"/> is never shown to Graph.
    /// </summary>
    public SecureString? GraphAccessToken { get; init; }

    /// <summary>
    /// What sends the requests, Entra ID's included; null for the platform's own. The caller disposes it.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>How often services are asked, how long they are waited for, and for how much.</summary>
    internal HttpTransportOptions Bounds { get; init; } = AzureTransport.Usual;
}
