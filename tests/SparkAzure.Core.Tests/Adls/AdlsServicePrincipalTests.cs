using System.Text.Json;
using SparkAzure.Core.Adls;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Tests.Dss;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Adls;

/// <summary>Access keys and service principals of storage accounts, against the stand-ins of Resource Manager, Graph and the data plane.</summary>
public sealed class AdlsServicePrincipalTests : IAsyncLifetime, IDisposable
{
    private const string Contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

    private readonly RecordingCaller _caller = new();
    private readonly List<TimeSpan> _pauses = [];
    private AzureStandIn _azure = null!;
    private StandInSubscription _subscription = null!;
    private StandInStorageAccount _account = null!;
    private HttpMessageHandler _handler = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _subscription = _azure.AddSubscription("Data");
        _account = _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg-lake", "acct").WithFileSystem("data"));
        _handler = _azure.Certificate.CreateTrustingHandler();
    }

    public async Task DisposeAsync() => await _azure.DisposeAsync();

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task Keys_come_with_their_age_and_what_stands_in_their_way()
    {
        var keys = await KeysAsync("acct", "rg-lake");

        Assert.Equal(["key1 False", "key2 True"], keys.Select(k => $"{k.KeyName} {k.Newest}"));
        Assert.Equal(_account.Keys.Values.OrderBy(k => k.KeyName, StringComparer.Ordinal).Select(k => k.Value), keys.Select(k => k.AccountKey.Reveal()));
        Assert.Equal(_account.Keys["key2"].CreationTime.ToUnixTimeSeconds(), keys[1].CreationTime!.Value.ToUnixTimeSeconds());
        Assert.Equal((true, true, "rg-lake", _subscription.Id), (keys[0].SharedKeyAllowed, keys[0].HierarchicalNamespace, keys[0].ResourceGroupName, keys[0].SubscriptionId));
        Assert.Equal(_azure.StorageEndpoint("acct"), keys[0].StorageEndpoint);
        Assert.Empty(_caller.Warnings);
        Assert.Equal("key2", Assert.Single(await KeysAsync("acct", null, newest: true)).KeyName);
        Assert.Equal("key1", Assert.Single(await KeysAsync("acct", null, "KEY1")).KeyName);
        Assert.All(keys, k => Assert.DoesNotContain(k.AccountKey.Reveal(), k + JsonSerializer.Serialize(k), StringComparison.Ordinal));
        Assert.DoesNotContain(_caller.VerboseLines, l => keys.Any(k => l.Contains(k.AccountKey.Reveal(), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Switched_off_keys_and_a_flat_account_are_said()
    {
        _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg-lake", "bare") { AllowSharedKeyAccess = false, IsHnsEnabled = false });

        var key = (await KeysAsync("bare", null))[0];

        Assert.Equal((false, false), (key.SharedKeyAllowed, key.HierarchicalNamespace));
        Assert.Contains(_caller.Warnings, w => w.Contains("allowSharedKeyAccess", StringComparison.Ordinal));
        Assert.Contains(_caller.Warnings, w => w.Contains("hierarchical namespace", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_missing_or_denied_is_said_with_its_remedy()
    {
        async Task<SparkAzureException> IsRefused(string id, string account, string? group, string? key = null)
        {
            var failure = await Assert.ThrowsAsync<SparkAzureException>(() => KeysAsync(account, group, key));
            Assert.Equal(id, failure.Id);
            return failure;
        }

        Assert.Contains("rg-lake", (await IsRefused("AzureStorageAccountNotFound", "acct", "rg-other")).Message, StringComparison.Ordinal);
        Assert.Contains("acct", (await IsRefused("AzureStorageAccountNotFound", "accd", null)).Message, StringComparison.Ordinal);
        await IsRefused("StorageAccountInvalid", "Acct!", null);
        await IsRefused("StorageKeyNotFound", "acct", null, "key3");
        _azure.AnswerNext(403, """{"error":{"code":"AuthorizationFailed","message":"does not have authorization to perform action 'Microsoft.Storage/storageAccounts/listKeys/action'"}}""", target: "listKeys");
        Assert.Contains("Key Operator", (await IsRefused("StorageKeysDenied", "acct", null)).Remedy, StringComparison.Ordinal);
        _azure.AnswerNext(409, """{"error":{"code":"ScopeLocked","message":"The scope cannot perform write operation because following scope(s) are locked"}}""", target: "listKeys");
        await IsRefused("StorageAccountLocked", "acct", null);
        _azure.AnswerNext(403, """{"error":{"code":"DenyAssignmentAuthorizationFailed","message":"denied because of the deny assignment 'system'"}}""", target: "listKeys");
        Assert.Contains("deny assignment", (await IsRefused("StorageKeysDenied", "acct", null)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_principal_is_made_once_with_secret_and_role_and_really_opens_the_storage()
    {
        var made = await NewAsync(Lake);

        Assert.Equal((true, false, 4), (made.Changed, made.Planned, made.Changes.Count));
        var application = Assert.Single(_azure.Applications);
        Assert.Equal((application.AppId, "dss lake's", _azure.TenantId), (made.ClientId, application.DisplayName, made.TenantId));
        Assert.Equal(new Uri(_azure.Endpoint, $"/{_azure.TenantId}/oauth2/token"), made.TokenEndpoint);
        var role = Assert.Single(_azure.RoleAssignments);
        Assert.Equal((Contributor, made.ObjectId, "ServicePrincipal"), (role.RoleId, role.PrincipalId, role.PrincipalType));
        Assert.EndsWith("/storageAccounts/acct/blobServices/default/containers/data", role.Scope, StringComparison.Ordinal);
        Assert.InRange(made.SecretEnd!.Value, DateTimeOffset.UtcNow.AddDays(29), DateTimeOffset.UtcNow.AddDays(31));

        var requests = _azure.Requests.Count;
        var again = await NewAsync(Lake);
        Assert.Equal((false, false, null, made.ClientId), (again.Changed, again.Planned, again.ClientSecret, again.ClientId));
        Assert.Equal(made.SecretEnd, again.SecretEnd);
        Assert.All(_azure.Requests.Skip(requests), r => Assert.Equal("GET", r.Method));

        // It goes down the pipeline: the connection is tried with it, and made.
        using var folder = new TemporaryFolder();
        var host = SampleDssHost.Create(folder.Path);
        var connection = await AdlsConnectionWriter.NewAsync(
            new DssAddress { DataDirectory = host.DataDirectory },
            new AdlsConnectionOptions
            {
                Name = "lake", Account = made.Account, FileSystem = made.FileSystem, ClientId = made.ClientId, ClientSecret = made.ClientSecret, TenantId = made.TenantId,
                TokenEndpoint = made.TokenEndpoint, Test = new AdlsProbeOptions { StorageEndpoint = made.StorageEndpoint, Handler = _handler },
            },
            _caller,
            CancellationToken.None);
        Assert.Equal((true, true), (connection.Changed, connection.Tested));
    }

    [Fact]
    public async Task What_replication_delays_is_waited_for()
    {
        _azure.ReplicationLag = 2;

        var made = await NewAsync(Lake with { WholeAccount = true });

        Assert.True(made.Changed);
        Assert.Equal(4, _pauses.Count);
        Assert.EndsWith("/storageAccounts/acct", Assert.Single(_azure.RoleAssignments).Scope, StringComparison.Ordinal);
        Assert.Single(_azure.Applications);
    }

    [Fact]
    public async Task When_the_wait_is_over_it_is_said_and_the_next_run_goes_on()
    {
        _azure.ReplicationLag = 20;
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => NewAsync(Lake with { ReplicationLimit = TimeSpan.FromSeconds(5) }));
        Assert.Equal("ReplicationTimedOut", failure.Id);

        var made = await NewAsync(Lake with { ReplicationLimit = TimeSpan.FromMinutes(30) });

        Assert.NotNull(made.ClientSecret);
        Assert.Equal(Assert.Single(_azure.Applications).AppId, made.ClientId);
        Assert.Single(_azure.RoleAssignments);
    }

    [Fact]
    public async Task A_secret_is_not_made_before_the_role_is_given_and_so_not_lost_with_it()
    {
        _azure.MayAssignRoles = false;
        Assert.Equal("RoleAssignmentDenied", (await Assert.ThrowsAsync<SparkAzureException>(() => NewAsync(Lake))).Id);
        Assert.DoesNotContain(_azure.Requests, r => r.Target.Contains("addPassword", StringComparison.OrdinalIgnoreCase));

        _azure.MayAssignRoles = true;
        Assert.NotNull((await NewAsync(Lake)).ClientSecret);
    }

    [Fact]
    public async Task A_secret_is_not_made_either_where_a_lock_keeps_the_role_from_being_given()
    {
        _azure.AnswerNext(409, """{"error":{"code":"ScopeLocked","message":"The scope is locked: 'lake-lock'"}}""", method: "PUT", target: "roleAssignments");

        await Refusal.IsAsync("RoleAssignmentLocked", ErrorKind.PermissionDenied, "lake-lock", "az lock list", () => NewAsync(Lake));

        Assert.DoesNotContain(_azure.Requests, r => r.Target.Contains("addPassword", StringComparison.OrdinalIgnoreCase));
        Assert.NotNull((await NewAsync(Lake)).ClientSecret);
    }

    [Fact]
    public async Task A_data_role_at_a_management_group_does()
    {
        await NewAsync(Lake);
        var principal = Assert.Single(_azure.RoleAssignments).PrincipalId;
        _azure.AddRoleAssignment("/providers/Microsoft.Management/managementGroups/platform", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", principal);
        _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg-lake", "other").WithFileSystem("data"));

        var again = await NewAsync(Lake with { Account = "other" });

        Assert.Equal((false, "/providers/Microsoft.Management/managementGroups/platform"), (again.Changed, again.Scope));
    }

    [Fact]
    public async Task A_new_secret_is_made_only_when_asked_for_and_the_old_one_stays()
    {
        var first = await NewAsync(Lake);

        var second = await NewAsync(Lake with { NewSecret = true });

        Assert.Single(second.Changes);
        Assert.NotEqual(first.ClientSecret!.Reveal(), second.ClientSecret!.Reveal());
        Assert.Equal(2, Assert.Single(_azure.Applications).Passwords.Count);
        Assert.Single(_azure.RoleAssignments);
    }

    [Fact]
    public async Task A_role_above_does_too()
    {
        await NewAsync(Lake with { WholeAccount = true });

        var again = await NewAsync(Lake);

        Assert.False(again.Changed);
        Assert.EndsWith("/storageAccounts/acct", again.Scope, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rehearsal_sends_nothing_but_gets_and_describes_all()
    {
        var planned = await AdlsServicePrincipals.NewAsync(Lake, Access, RecordingCaller.WhatIf(), CancellationToken.None);

        Assert.Equal((false, true, 4, Guid.Empty.ToString()), (planned.Changed, planned.Planned, planned.Changes.Count, planned.ClientId));
        Assert.All(_azure.Requests.Where(r => !r.Target.Contains("oauth2", StringComparison.Ordinal)), r => Assert.Equal("GET", r.Method));
        Assert.Empty(_azure.Applications);
    }

    [Fact]
    public async Task Several_of_the_name_and_lacking_rights_are_errors_in_plain_words()
    {
        async Task<SparkAzureException> IsRefused(string id, AdlsServicePrincipalOptions options)
        {
            var failure = await Assert.ThrowsAsync<SparkAzureException>(() => NewAsync(options));
            Assert.Equal(id, failure.Id);
            return failure;
        }

        await IsRefused("SecretEndInvalid", Lake with { SecretEnd = DateTimeOffset.UtcNow.AddDays(-1) });
        await IsRefused("SecretEndInvalid", Lake with { SecretEnd = DateTimeOffset.UtcNow.AddYears(3) });
        _azure.MayRegisterApplications = false;
        Assert.Contains("Application.ReadWrite.OwnedBy", (await IsRefused("ApplicationDenied", Lake)).Remedy, StringComparison.Ordinal);
        _azure.MayRegisterApplications = true;
        _azure.MayAssignRoles = false;
        Assert.Contains("roleAssignments/write", (await IsRefused("RoleAssignmentDenied", Lake)).Message, StringComparison.Ordinal);
        _azure.MayAssignRoles = true;

        // What was made before the refusal is found again; with a second of that name nobody could tell which is meant.
        var one = Assert.Single(_azure.Applications);
        var two = _azure.AddApplication("DSS lake's");
        var failure = await IsRefused("ServicePrincipalAmbiguous", Lake);
        Assert.Contains(one.AppId, failure.Message, StringComparison.Ordinal);
        Assert.Contains(two.AppId, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gen1_gets_owner_and_the_news_of_its_end()
    {
        var made = await NewAsync(Lake with { Generation = 1, FileSystem = null, Account = "oldlake" });

        Assert.Equal("Owner", made.Role);
        Assert.Contains("2024-02-29", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
        Assert.EndsWith("Microsoft.DataLakeStore/accounts/oldlake", Assert.Single(_azure.RoleAssignments).Scope, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secret_is_in_no_line_and_no_text_of_the_answer()
    {
        var made = await NewAsync(Lake);
        var secret = made.ClientSecret!.Reveal();

        Assert.True(secret.Length > 20);
        Assert.DoesNotContain(secret, made + JsonSerializer.Serialize(made), StringComparison.Ordinal);
        Assert.DoesNotContain(_caller.VerboseLines.Concat(_caller.Asked.Select(a => a.Target + a.Action)).Concat(_azure.Requests.Select(r => r.Target)), l => l.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_made_is_rehearsed_and_removed_once()
    {
        var made = await NewAsync(Lake);
        var requests = _azure.Requests.Count;

        var planned = await AdlsServicePrincipalRemovals.RemoveAsync(Removal, Access, RecordingCaller.WhatIf(), default);
        Assert.Equal((true, false, 3), (planned.Planned, planned.Changed, planned.Changes.Count));
        Assert.All(_azure.Requests.Skip(requests), r => Assert.Equal("GET", r.Method));

        var removed = await RemoveAsync(Removal);
        Assert.Equal((true, made.ClientId, made.ObjectId), (removed.Changed, removed.ClientId, removed.ObjectId));
        Assert.Empty(removed.Kept);
        Assert.Empty(_azure.Applications);
        Assert.Empty(_azure.RoleAssignments);
        Assert.DoesNotContain(_azure.Principals, p => p.ObjectId == made.ObjectId);

        Assert.Equal((false, null), ((await RemoveAsync(Removal)).Changed, (await RemoveAsync(Removal)).ClientId));
    }

    [Fact]
    public async Task An_application_that_something_else_uses_loses_the_roles_alone()
    {
        var made = await NewAsync(Lake);
        _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg-lake", "other").WithFileSystem("data"));
        await NewAsync(Lake with { Account = "other", NewSecret = true });

        var removed = await RemoveAsync(Removal);

        Assert.True(removed.Changed);
        Assert.Equal(2, removed.Kept.Count);
        Assert.Contains("/storageAccounts/other/", removed.Kept[0], StringComparison.Ordinal);
        Assert.Equal("DSS connection to other", removed.Kept[1]);
        Assert.Contains("-Force", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
        Assert.Contains("/storageAccounts/other/", Assert.Single(_azure.RoleAssignments).Scope, StringComparison.Ordinal);
        Assert.Equal(made.ClientId, Assert.Single(_azure.Applications).AppId);

        Assert.False((await RemoveAsync(Removal)).Changed);
        Assert.True((await RemoveAsync(Removal with { Force = true })).Changed);
        Assert.Empty(_azure.RoleAssignments);
        Assert.Empty(_azure.Applications);
    }

    [Fact]
    public async Task An_interrupted_removal_is_gone_on_with_and_a_certificate_is_a_reason_to_stay()
    {
        _azure.AddApplication("dss lake's", "CN=theirs");
        Assert.Equal(["New-AdlsServicePrincipal did not make it", "certificate CN=theirs"], (await RemoveAsync(Removal)).Kept);
        Assert.True((await RemoveAsync(Removal with { Force = true })).Changed);

        await NewAsync(Lake);
        _azure.MayRegisterApplications = false;
        Assert.Equal("ApplicationDenied", (await Assert.ThrowsAsync<SparkAzureException>(() => RemoveAsync(Removal))).Id);
        Assert.Empty(_azure.RoleAssignments);
        Assert.Single(_azure.Applications);
        _azure.MayRegisterApplications = true;
        Assert.Equal(2, (await RemoveAsync(Removal)).Changes.Count);
        Assert.Empty(_azure.Applications);
    }

    [Fact]
    public async Task Of_a_storage_account_that_is_gone_the_application_still_goes()
    {
        await NewAsync(Lake);
        _azure.AddApplication("another");
        var renamed = Removal with { Account = "gone", ResourceGroupName = null };

        Assert.Equal(2, (await RemoveAsync(renamed)).Kept.Count);
        Assert.True((await RemoveAsync(renamed with { Force = true })).Changed);
        Assert.Equal("another", Assert.Single(_azure.Applications).DisplayName);
    }

    [Fact]
    public async Task An_application_that_was_there_before_loses_what_was_made_in_it_and_stays()
    {
        var theirs = _azure.AddApplication("dss lake's");
        await NewAsync(Lake);
        Assert.Single(theirs.Passwords);

        var removed = await RemoveAsync(Removal);

        Assert.Equal((true, 2), (removed.Changed, removed.Changes.Count));
        Assert.Equal(["New-AdlsServicePrincipal did not make it"], removed.Kept);
        Assert.Empty(theirs.Passwords);
        Assert.Empty(_azure.RoleAssignments);
        Assert.Same(theirs, Assert.Single(_azure.Applications));
        Assert.False((await RemoveAsync(Removal)).Changed);
    }

    private static AdlsServicePrincipalRemovalOptions Removal => new() { DisplayName = "dss lake's", Account = "acct", ResourceGroupName = "rg-lake" };

    private Task<RemovedAdlsServicePrincipal> RemoveAsync(AdlsServicePrincipalRemovalOptions options) =>
        AdlsServicePrincipalRemovals.RemoveAsync(options, Access, _caller, CancellationToken.None);

    private AdlsServicePrincipalOptions Lake => new()
    {
        DisplayName = "dss lake's",
        Account = "acct",
        ResourceGroupName = "rg-lake",
        FileSystem = "data",
        SecretEnd = DateTimeOffset.UtcNow.AddDays(30),
        Pause = (pause, _) =>
        {
            _pauses.Add(pause);
            return Task.CompletedTask;
        },
    };

    private AzureAccess Access => new()
    {
        ResourceManagerEndpoint = _azure.Endpoint,
        GraphEndpoint = _azure.GraphEndpoint,
        Authority = _azure.Endpoint,
        AccessToken = Secret.Of(_azure.AccessToken),
        GraphAccessToken = Secret.Of(_azure.IssueToken(_azure.GraphAudience)),
        SubscriptionId = _subscription.Id,
        Handler = _handler,
    };

    private Task<AdlsServicePrincipal> NewAsync(AdlsServicePrincipalOptions options) => AdlsServicePrincipals.NewAsync(options, Access, _caller, CancellationToken.None);

    private Task<IReadOnlyList<AdlsAccessKey>> KeysAsync(string account, string? group, string? key = null, bool newest = false) =>
        AdlsAccounts.GetKeysAsync(account, group, key, newest, Access, _caller, CancellationToken.None);
}
