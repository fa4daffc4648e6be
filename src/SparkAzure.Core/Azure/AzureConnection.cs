using System.Security;
using Azure.Core;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure;

/// <summary>
/// One call's way to Azure's services: each has its own address and its own token, which no other service gets to see.
/// Made for a call and gone with it.
/// </summary>
internal sealed class AzureConnection
{
    private readonly AzureAccess _access;
    private readonly ICaller _caller;
    private readonly AzureCloud _cloud;
    private readonly Lazy<TokenCredential> _credential;
    private SubscriptionData? _subscription;

    /// <summary>Looks at the addresses; nothing is asked yet.</summary>
    /// <exception cref="SparkAzureException">NotASecureEndpoint.</exception>
    public AzureConnection(AzureAccess access, ICaller caller)
    {
        _access = access;
        _caller = caller;
        _cloud = AzureCloud.Of(access.Environment);
        _credential = new(() => AzureCredential.Create(access with { AccessToken = null }));
        ResourceManager = Service(
            "Azure Resource Manager", access.ResourceManagerEndpoint ?? _cloud.ResourceManager, access.AccessToken);
    }

    /// <summary>The cloud, for names and suffixes; its addresses are not those of <see cref="AzureAccess"/>.</summary>
    public AzureCloud Cloud => _cloud;

    /// <summary>Entra ID's address.</summary>
    /// <exception cref="SparkAzureException">NotASecureEndpoint.</exception>
    public Uri Authority => AzureCredential.AuthorityOf(_access);

    /// <summary>Azure Resource Manager.</summary>
    public AzureServiceClient ResourceManager { get; }

    /// <summary>Microsoft Graph.</summary>
    /// <exception cref="SparkAzureException">
    /// NotASecureEndpoint; NoTokenForService when only a token for Resource Manager was given.
    /// </exception>
    public AzureServiceClient Graph => _access is { AccessToken: not null, GraphAccessToken: null }
        ? throw AzureErrors.NoTokenForService("Microsoft Graph", "-GraphAccessToken")
        : Service("Microsoft Graph", _access.GraphEndpoint ?? _cloud.Graph, _access.GraphAccessToken);

    /// <summary>Another service of Azure.</summary>
    /// <param name="name">What errors call it.</param>
    /// <param name="endpoint">Its address; the token goes there and to no other host.</param>
    /// <param name="given">A token that the caller has for it; null to ask for one.</param>
    /// <param name="audience">What the token is for; null for the address itself.</param>
    public AzureServiceClient Service(string name, Uri endpoint, SecureString? given = null, Uri? audience = null)
    {
        AzureEndpoint.RequireSecure(name, endpoint);
        var credential = new Lazy<TokenCredential>(() =>
            given is null ? _credential.Value : AzureCredential.Given(given));
        var token = new AudienceToken(credential, audience ?? endpoint, _access.TenantId);
        return new AzureServiceClient(
            name,
            endpoint,
            AzurePipeline.Create(_access.Handler, _access.Bounds, endpoint, token, _caller),
            token.Mask,
            _caller);
    }

    /// <summary>
    /// The subscription that is meant: the one given by id or name, else the only one that the account sees.
    /// </summary>
    /// <exception cref="SparkAzureException">NoSubscription, SubscriptionNotChosen, SubscriptionNotFound.</exception>
    public async Task<SubscriptionData> GetSubscriptionAsync(CancellationToken cancellationToken) =>
        _subscription ??= await FindSubscriptionAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>All subscriptions that the account sees.</summary>
    public Task<IReadOnlyList<SubscriptionData>> GetSubscriptionsAsync(CancellationToken cancellationToken) =>
        ResourceManager.ListAsync<SubscriptionData>($"/subscriptions?{SubscriptionData.ApiVersion}", cancellationToken);

    /// <summary>The tenant of the subscription that is meant.</summary>
    /// <exception cref="SparkAzureException">As <see cref="GetSubscriptionAsync"/>; AzureAnswerUnreadable.</exception>
    public async Task<string> GetTenantIdAsync(CancellationToken cancellationToken)
    {
        if (Guid.TryParse(_access.TenantId, out _))
        {
            return _access.TenantId!;
        }

        var subscription = await GetSubscriptionAsync(cancellationToken).ConfigureAwait(false);
        if (subscription.TenantId is null)
        {
            var path =
                $"/subscriptions/{Uri.EscapeDataString(subscription.SubscriptionId)}?{SubscriptionData.ApiVersion}";
            _subscription = subscription = await ResourceManager.GetAsync<SubscriptionData>(path, cancellationToken)
                .ConfigureAwait(false);
        }

        return subscription.TenantId
            ?? throw AzureErrors.AzureAnswerUnreadable($"subscription {subscription.SubscriptionId}", "it names no tenant");
    }

    private async Task<SubscriptionData> FindSubscriptionAsync(CancellationToken cancellationToken)
    {
        // An id needs no look-up: an account with a role on one cluster only may not see the subscription in the list.
        if (Guid.TryParse(_access.SubscriptionId, out _))
        {
            return new SubscriptionData(_access.SubscriptionId!, null, null, null);
        }

        var all = await GetSubscriptionsAsync(cancellationToken).ConfigureAwait(false);
        var wanted = _access.SubscriptionId is { } name
            ? all.Where(s => string.Equals(s.DisplayName, name, StringComparison.OrdinalIgnoreCase)).ToList()
            : [.. all];
        switch (wanted)
        {
            case [var only]:
                _caller.Debug(
                    $"Subscription {only}: " +
                    $"{(_access.SubscriptionId is null ? "the account sees no other" : "the only one of that name")}.");
                return only;
            case [] when all.Count == 0:
                throw AzureErrors.NoSubscription();
            case []:
                throw AzureErrors.SubscriptionNotFound(_access.SubscriptionId!, [.. all.Select(s => s.ToString())]);
            default:
                throw AzureErrors.SubscriptionNotChosen([.. wanted.Select(s => s.ToString())]);
        }
    }
}

/// <summary>A subscription, as Resource Manager lists it.</summary>
internal sealed record SubscriptionData(string SubscriptionId, string? DisplayName, string? State, string? TenantId)
{
    public const string ApiVersion = "api-version=2022-12-01";

    public override string ToString()
    {
        if (DisplayName is null)
        {
            return SubscriptionId;
        }

        return $"{DisplayName} ({SubscriptionId})";
    }
}
