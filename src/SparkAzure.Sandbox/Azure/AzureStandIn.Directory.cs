using System.Collections.Concurrent;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A principal of the stand-in's directory: a user, a service principal or a managed identity.</summary>
/// <param name="ObjectId">What roles are given to.</param>
/// <param name="DisplayName">Its name.</param>
/// <param name="TenantId">Its tenant.</param>
public sealed record StandInPrincipal(string ObjectId, string DisplayName, string TenantId)
{
    private int _hidden;

    /// <summary>The application (client) id; null for a user.</summary>
    public string? ClientId { get; init; }

    /// <summary>User or ServicePrincipal; managed identities are service principals.</summary>
    public string Type { get; init; } = "ServicePrincipal";

    /// <summary>The secrets that Entra ID takes from it.</summary>
    public ConcurrentBag<string> Secrets { get; init; } = [];

    /// <summary>How many look-ups still do not find it: a new principal is not known everywhere at once.</summary>
    public int HiddenLookups { get => _hidden; init => _hidden = value; }

    /// <summary>Looks for it, as a replica that may not have heard of it yet.</summary>
    internal bool IsKnownYet() => Interlocked.Decrement(ref _hidden) < 0;
}

/// <summary>The directory of Entra ID: tenants and principals.</summary>
public sealed partial class AzureStandIn
{
    private readonly ConcurrentDictionary<string, StandInPrincipal> _principals = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The tenant of everything that is not said to be in another.</summary>
    public string TenantId { get; } = "11111111-2222-3333-4444-555555555555";

    /// <summary>The client id of the application that is there from the start.</summary>
    public string ClientId { get; } = "66666666-7777-8888-9999-000000000000";

    /// <summary>That application's secret.</summary>
    public string ClientSecret { get; } = NewSecret(16);

    /// <summary>
    /// The object id of its service principal: who the tokens of this stand-in speak for unless another is asked for.
    /// </summary>
    public string CallerObjectId { get; } = "77777777-8888-9999-aaaa-bbbbbbbbbbbb";

    /// <summary>All principals that were added.</summary>
    public IReadOnlyCollection<StandInPrincipal> Principals => [.. _principals.Values];

    private IEnumerable<string> Tenants =>
        _subscriptions.Select(s => s.TenantId).Append(TenantId).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a principal.</summary>
    public StandInPrincipal AddPrincipal(StandInPrincipal principal) => _principals[principal.ObjectId] = principal;

    private StandInPrincipal Caller =>
        new(CallerObjectId, "sandbox", TenantId) { ClientId = ClientId, Secrets = [ClientSecret] };

    private StandInPrincipal? PrincipalOf(string? clientId)
    {
        if (Same(clientId, ClientId))
        {
            return Caller;
        }

        return _principals.Values.FirstOrDefault(p => p.ClientId is not null && Same(p.ClientId, clientId));
    }
}
