using System.Net;
using System.Security;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.Authorization;
using SparkAzure.Core.Azure.Graph;
using SparkAzure.Core.Azure.Storage;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Adls;

/// <summary>Which service principal, for what.</summary>
public sealed record AdlsServicePrincipalOptions
{
    /// <summary>The application's name; one of that name is taken, not made again.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The storage account.</summary>
    public required string Account { get; init; }

    /// <summary>Its resource group; null to look for it (gen2 only).</summary>
    public string? ResourceGroupName { get; init; }

    /// <summary>The file system that the role is for.</summary>
    public string? FileSystem { get; init; }

    /// <summary>Gives the role on the whole account, also where a file system is named.</summary>
    public bool WholeAccount { get; init; }

    /// <summary>2, or 1 for the retired gen1.</summary>
    public int Generation { get; init; } = 2;

    /// <summary>When a new secret ends; null for a year from now.</summary>
    public DateTimeOffset? SecretEnd { get; init; }

    /// <summary>Makes a secret although there is one that holds; that one stays.</summary>
    public bool NewSecret { get; init; }

    /// <summary>How long to wait for what was made to be known everywhere.</summary>
    public TimeSpan ReplicationLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How to wait.</summary>
    internal Func<TimeSpan, CancellationToken, Task> Pause { get; init; } = Task.Delay;
}

/// <summary>
/// The procedure's steps in the portal (howto 5.1): an application with a secret, and a role on the storage account.
/// Each step looks first, so a run that was interrupted is gone on with, and a second run changes nothing. A secret is
/// shown once by Entra ID: it is made when the application has none that holds, or when a new one is asked for.
/// </summary>
public static class AdlsServicePrincipals
{
    private static readonly TimeSpan LongestSecret = TimeSpan.FromDays(731);

    /// <summary>Makes a service principal for a storage account, or finds that it is there.</summary>
    /// <param name="options">Which, for what.</param>
    /// <param name="access">How to reach Azure and as whom.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops between the steps.</param>
    /// <exception cref="SparkAzureException">
    /// ServicePrincipalAmbiguous, ApplicationDenied, RoleAssignmentDenied, ReplicationTimedOut, SecretEndInvalid,
    /// AzureStorageAccountNotFound, an id of AzureErrors.
    /// </exception>
    public static async Task<AdlsServicePrincipal> NewAsync(
        AdlsServicePrincipalOptions options,
        AzureAccess access,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var end = options.SecretEnd ?? now.AddDays(365);
        if (end <= now || end - now > LongestSecret)
        {
            throw GraphErrors.SecretEndInvalid(end <= now
                ? "it is past"
                : "Entra ID's portal and most tenants allow two years at most");
        }

        var connection = new AzureConnection(access, caller);
        var target = await TargetAsync(connection, options, caller, cancellationToken).ConfigureAwait(false);
        var tenant = await connection.GetTenantIdAsync(cancellationToken).ConfigureAwait(false);
        var graph = new GraphClient(connection.Graph);
        var applications = await graph.FindApplicationsAsync(options.DisplayName, cancellationToken)
            .ConfigureAwait(false);
        if (applications.Count > 1)
        {
            throw GraphErrors.ServicePrincipalAmbiguous(options.DisplayName, applications.Select(a => a.AppId));
        }

        var work = new Work(
            graph,
            new RoleAssignments(connection.ResourceManager),
            target,
            options,
            caller,
            new Replication(options.ReplicationLimit, caller, options.Pause));
        var result = await work.DoAsync(applications is [var there] ? there : null, end, now, cancellationToken)
            .ConfigureAwait(false);
        return result with
        {
            TenantId = tenant,
            TokenEndpoint = new Uri($"{connection.Authority.GetLeftPart(UriPartial.Authority)}/{tenant}/oauth2/token"),
        };
    }

    /// <summary>What a secret is called in Entra ID that was made for a storage account.</summary>
    internal static string SecretFor(string account) => $"DSS connection to {account}";

    private static async Task<Target> TargetAsync(
        AzureConnection connection,
        AdlsServicePrincipalOptions options,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        if (options.FileSystem is not null)
        {
            _ = StorageNames.CheckFileSystem(options.FileSystem);
        }

        if (options.Generation == 1)
        {
            caller.Warning(
                "ADLS gen1 was retired on 2024-02-29 and its accounts answer nobody any more; a role on one opens " +
                "nothing.");
            var subscription = await connection.GetSubscriptionAsync(cancellationToken).ConfigureAwait(false);
            if (options.ResourceGroupName is { } group)
            {
                return new Target(
                    $"/subscriptions/{subscription.SubscriptionId}/resourceGroups/{group}/providers/Microsoft.DataLakeStore/accounts/{StorageNames.CheckAccount(options.Account)}",
                    subscription.SubscriptionId,
                    [AzureRole.Owner],
                    null);
            }

            throw AzureStorageErrors.AzureStorageAccountNotFound(
                options.Account,
                null,
                subscription.ToString(),
                null,
                []);
        }

        var account = await AdlsAccounts.FindAsync(
            connection, options.Account, options.ResourceGroupName, cancellationToken).ConfigureAwait(false);
        if (!account.HierarchicalNamespace)
        {
            AdlsAccounts.Warn(account, caller);
        }

        var scope = options.FileSystem is null || options.WholeAccount
            ? account.Id
            : $"{account.Id}/blobServices/default/containers/{options.FileSystem}";
        return new Target(
            scope,
            account.Id.SubscriptionId,
            [AzureRole.StorageBlobDataContributor, AzureRole.StorageBlobDataOwner],
            account.Properties?.PrimaryEndpoints?.Dfs);
    }

    // What the role is for; the first role is given, the others do as well.
    private sealed record Target(string Scope, string SubscriptionId, IReadOnlyList<AzureRole> Roles, Uri? Endpoint);

    private sealed class Work(
        GraphClient graph, RoleAssignments roles, Target target, AdlsServicePrincipalOptions options, ICaller caller, Replication replication)
    {
        private readonly List<string> _changes = [];
        private bool _declined;
        private bool _changed;

        public async Task<AdlsServicePrincipal> DoAsync(
            ApplicationData? found, DateTimeOffset end, DateTimeOffset now, CancellationToken cancellationToken)
        {
            var name = options.DisplayName;
            var application = found
                ?? await StepAsync($"Application '{name}'", "Register it in Entra ID", () => graph.CreateApplicationAsync(name, cancellationToken), cancellationToken).ConfigureAwait(false);
            var principal = found is null ? null : await graph.FindServicePrincipalAsync(found.AppId, cancellationToken)
                .ConfigureAwait(false);
            principal ??= await StepAsync(
                $"Service principal of '{name}'",
                "Make it",
                () => replication.UntilKnownAsync(
                    $"Application '{name}'",
                    () => graph.CreateServicePrincipalAsync(application!.AppId, cancellationToken),
                    IsUnknownApplication,
                    cancellationToken),
                cancellationToken).ConfigureAwait(false);

            // The secret last: it is shown this once, so nothing may fail between its making and its return.
            var scope = await RoleAsync(principal, cancellationToken).ConfigureAwait(false);
            var secret = await SecretAsync(application, end, now, cancellationToken).ConfigureAwait(false);
            return new AdlsServicePrincipal
            {
                DisplayName = name,
                ClientId = application?.AppId ?? PlannedApplication.ClientId,
                ObjectId = principal?.Id,
                TenantId = "",
                TokenEndpoint = new Uri("about:blank"),
                ClientSecret = SecretOf(application, secret),
                SecretId = secret?.KeyId,
                SecretEnd = secret?.EndDateTime ?? application?.ValidPasswords(now).Max(p => p.EndDateTime) ?? end,
                Account = options.Account,
                FileSystem = options.FileSystem,
                StorageEndpoint = target.Endpoint,
                Role = target.Roles[0].Name,
                Scope = scope,
                Changes = _changes,
                Changed = _changed,
                Planned = _declined,
            };
        }

        // A rehearsal's object has a secret too, so that the next cmdlet can be rehearsed with it.
        private static SecureString? SecretOf(ApplicationData? application, PasswordCredentialData? made)
        {
            var text = made?.SecretText;
            if (text is null && application is null)
            {
                text = "planned";
            }

            if (text is null)
            {
                return null;
            }

            return new NetworkCredential("", text).SecurePassword;
        }

        private async Task<PasswordCredentialData?> SecretAsync(
            ApplicationData? application, DateTimeOffset end, DateTimeOffset now, CancellationToken cancellationToken)
        {
            if (application is not null && application.ValidPasswords(now).Any() && !options.NewSecret)
            {
                caller.Verbose(
                    $"'{options.DisplayName}' has a secret that holds. Entra ID does not show it again; -NewSecret " +
                    $"makes another beside it.");
                return null;
            }

            return await StepAsync(
                $"Secret of application '{options.DisplayName}'",
                $"Make one that ends on {end:yyyy-MM-dd}",
                () => replication.UntilKnownAsync(
                    $"Application '{options.DisplayName}'",
                    () => graph.AddPasswordAsync(
                        application!.Id, SecretFor(options.Account), end, cancellationToken),
                    e => e.IsAnswer(404),
                    cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }

        private async Task<string> RoleAsync(ServicePrincipalData? principal, CancellationToken cancellationToken)
        {
            if (principal is not null
                && await roles.FindAsync(target.Scope, principal.Id, target.Roles, cancellationToken)
                    .ConfigureAwait(false) is { } there)
            {
                caller.Verbose($"'{options.DisplayName}' has {there} already.");
                return there.Scope;
            }

            _ = await StepAsync(
                target.Scope,
                $"Give '{target.Roles[0]}' to '{options.DisplayName}'",
                () => replication.UntilKnownAsync(
                    $"Service principal '{options.DisplayName}'",
                    async () =>
                    {
                        await roles
                            .CreateAsync(
                                target.Scope,
                                target.SubscriptionId,
                                principal!.Id,
                                target.Roles[0],
                                cancellationToken)
                            .ConfigureAwait(false);
                        return principal;
                    },
                    e => e.IsAnswer(400, "PrincipalNotFound"),
                    cancellationToken),
                cancellationToken).ConfigureAwait(false);
            return target.Scope;
        }

        // Asked before each change; once one was declined the rest can only be described, as it builds on that.
        private async Task<T?> StepAsync<T>(
            string what, string action, Func<Task<T>> step, CancellationToken cancellationToken)
            where T : class
        {
            _changes.Add($"{action}: {what}");
            if (!await caller.ShouldProcessAsync(what, action, cancellationToken).ConfigureAwait(false) || _declined)
            {
                _declined = true;
                return null;
            }

            var made = await step().ConfigureAwait(false);
            _changed = true;
            return made;
        }

        private static bool IsUnknownApplication(SparkAzureException exception) =>
            exception.IsAnswer(404)
                || (exception.IsAnswer(400) && exception.Message.Contains("valid application object", StringComparison.OrdinalIgnoreCase));
    }
}
