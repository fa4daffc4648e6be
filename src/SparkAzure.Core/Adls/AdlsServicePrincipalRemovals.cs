using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.Authorization;
using SparkAzure.Core.Azure.Graph;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Adls;

/// <summary>Which service principal goes.</summary>
public sealed record AdlsServicePrincipalRemovalOptions
{
    /// <summary>The application's name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The storage account that it was made for.</summary>
    public required string Account { get; init; }

    /// <summary>Its resource group; null to look for it.</summary>
    public string? ResourceGroupName { get; init; }

    /// <summary>Deletes the application although something else uses it.</summary>
    public bool Force { get; init; }
}

/// <summary>
/// The way back from <see cref="AdlsServicePrincipals"/>: takes the roles on the storage account away, then the service
/// principal and its application. An application that was there before, or that something else uses, loses roles and
/// secrets for this account alone. Each step looks first, so a run that was interrupted is gone on with.
/// </summary>
public static class AdlsServicePrincipalRemovals
{
    private static readonly IReadOnlyList<AzureRole> Given = [AzureRole.StorageBlobDataContributor];

    /// <summary>Removes what was made for a storage account.</summary>
    /// <exception cref="SparkAzureException">
    /// ServicePrincipalAmbiguous, ApplicationDenied, RoleRemovalDenied, RoleRemovalLocked, an id of AzureErrors.
    /// </exception>
    public static async Task<RemovedAdlsServicePrincipal> RemoveAsync(
        AdlsServicePrincipalRemovalOptions options,
        AzureAccess access,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var connection = new AzureConnection(access, caller);
        var graph = new GraphClient(connection.Graph);
        var found = await graph.FindApplicationsAsync(options.DisplayName, cancellationToken).ConfigureAwait(false);
        if (found.Count > 1)
        {
            throw GraphErrors.ServicePrincipalAmbiguous(options.DisplayName, found.Select(a => a.AppId));
        }

        var result = new RemovedAdlsServicePrincipal { DisplayName = options.DisplayName, Account = options.Account };
        if (found is not [var application])
        {
            caller.Verbose($"The tenant has no application '{options.DisplayName}'.");
            return result;
        }

        var principal = await graph.FindServicePrincipalAsync(application.AppId, cancellationToken)
            .ConfigureAwait(false);
        var roles = new RoleAssignments(connection.ResourceManager);
        var (ours, others) = await RolesAsync(connection, roles, principal, options, caller, cancellationToken)
            .ConfigureAwait(false);
        var kept = options.Force ? [] : OtherUses(application, others, options.Account);
        var steps = new Steps(caller);
        foreach (var role in ours.Concat(options.Force ? others : []))
        {
            await steps.DoAsync(
                role.Scope,
                $"Take '{role.Role}' from '{options.DisplayName}'",
                () => roles.DeleteAsync(role, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }

        if (kept.Count > 0)
        {
            await DeleteSecretsAsync(graph, application, options.Account, steps, cancellationToken)
                .ConfigureAwait(false);
            caller.Warning(
                $"The application '{options.DisplayName}' stays, as it may be in use elsewhere: {string.Join("; ", kept)}. " +
                $"-Force deletes it all the same.");
        }
        else
        {
            await DeleteAsync(graph, application, principal, steps, cancellationToken).ConfigureAwait(false);
        }

        return result with
        {
            ClientId = application.AppId,
            ObjectId = principal?.Id,
            Changes = steps.Done,
            Kept = kept,
            Changed = steps.IsChanged,
            Planned = steps.IsDeclined,
        };
    }

    private static IReadOnlyList<string> OtherUses(
        ApplicationData application, IReadOnlyList<HeldRole> roles, string account) =>
    [
        .. application.IsMadeHere ? [] : new[] { "New-AdlsServicePrincipal did not make it" },
        .. roles.Select(r => r.ToString()),
        .. application.Credentials.Where(c => c != AdlsServicePrincipals.SecretFor(account)),
    ];

    private static async Task DeleteSecretsAsync(
        GraphClient graph,
        ApplicationData application,
        string account,
        Steps steps,
        CancellationToken cancellationToken)
    {
        var ours = (application.PasswordCredentials ?? [])
            .Where(p => p.DisplayName == AdlsServicePrincipals.SecretFor(account) && p.KeyId is not null);
        foreach (var secret in ours)
        {
            await steps.DoAsync(
                $"Secret '{secret.DisplayName}' of application '{application.DisplayName}'",
                "Delete it",
                () => graph.RemovePasswordAsync(application.Id, secret.KeyId!, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task DeleteAsync(
        GraphClient graph,
        ApplicationData application,
        ServicePrincipalData? principal,
        Steps steps,
        CancellationToken cancellationToken)
    {
        if (principal is not null)
        {
            await steps.DoAsync(
                $"Service principal of '{application.DisplayName}'",
                "Delete it",
                () => graph.DeleteServicePrincipalAsync(principal.Id, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }

        await steps.DoAsync(
            $"Application '{application.DisplayName}' ({application.AppId})",
            "Delete it in Entra ID",
            () => graph.DeleteApplicationAsync(application.Id, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    // What this module gave on the account or a file system of it, and what else the principal has in the subscription.
    private static async Task<(IReadOnlyList<HeldRole> Ours, IReadOnlyList<HeldRole> Others)> RolesAsync(
        AzureConnection connection,
        RoleAssignments roles,
        ServicePrincipalData? principal,
        AdlsServicePrincipalRemovalOptions options,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        if (principal is null)
        {
            return ([], []);
        }

        var subscription = await connection.GetSubscriptionAsync(cancellationToken).ConfigureAwait(false);
        var all = await roles
            .ListAsync($"/subscriptions/{subscription.SubscriptionId}", principal.Id, Given, cancellationToken)
            .ConfigureAwait(false);
        var account = await AccountIdAsync(connection, options, caller, cancellationToken).ConfigureAwait(false);
        var ours = all
            .Where(r => account is not null && r.IsAtOrBelow(account) && r.IsOurs(principal.Id, Given[0]))
            .ToList();
        return (ours, [.. all.Except(ours)]);
    }

    // An account that is gone has taken its roles along.
    private static async Task<string?> AccountIdAsync(
        AzureConnection connection,
        AdlsServicePrincipalRemovalOptions options,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        try
        {
            var account = await AdlsAccounts.FindAsync(
                connection, options.Account, options.ResourceGroupName, cancellationToken).ConfigureAwait(false);
            return account.Id;
        }
        catch (SparkAzureException exception) when (exception.Id == "AzureStorageAccountNotFound")
        {
            caller.Verbose($"{exception.Message} Its roles are gone with it.");
            return null;
        }
    }

    // Asked before each change; once one was declined the rest can only be described.
    private sealed class Steps(ICaller caller)
    {
        public List<string> Done { get; } = [];

        public bool IsChanged { get; private set; }

        public bool IsDeclined { get; private set; }

        public async Task DoAsync(
            string what, string action, Func<Task> step, CancellationToken cancellationToken)
        {
            Done.Add($"{action}: {what}");
            if (!await caller.ShouldProcessAsync(what, action, cancellationToken).ConfigureAwait(false) || IsDeclined)
            {
                IsDeclined = true;
                return;
            }

            await step().ConfigureAwait(false);
            IsChanged = true;
        }
    }
}
