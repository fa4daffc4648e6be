using System.Net;
using Azure.Core;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Tests.Aks;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Core.Tests.Azure;

/// <summary>What every provider's client stands on: addresses, tokens, subscriptions, long operations.</summary>
[Collection(AksClusterTests.EnvironmentVariables)]
public sealed class AzureConnectionTests : IAsyncLifetime
{
    private readonly RecordingCaller _caller = new();
    private AzureStandIn _azure = null!;
    private HttpMessageHandler _handler = null!;
    private StandInSubscription _subscription = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _subscription = _azure.AddSubscription("Data platform");
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _azure.DisposeAsync();
    }

    [Theory]
    [InlineData(AzureTokenSource.Auto, true, true, new[] { AzureTokenSource.ManagedIdentity })]
    [InlineData(AzureTokenSource.Auto, false, false, new[] { AzureTokenSource.Environment, AzureTokenSource.ManagedIdentity })]
    [InlineData(AzureTokenSource.Auto, false, true, new[] { AzureTokenSource.Environment, AzureTokenSource.AzurePowerShell, AzureTokenSource.AzureCli, AzureTokenSource.ManagedIdentity })]
    [InlineData(AzureTokenSource.AzureCli, true, true, new[] { AzureTokenSource.AzureCli })]
    public void Sources_are_asked_in_a_known_order(AzureTokenSource wanted, bool hostAnnouncesIdentity, bool mayStartProcesses, AzureTokenSource[] order) =>
        Assert.Equal(order, AzureCredential.Sources(wanted, hostAnnouncesIdentity, mayStartProcesses));

    [Fact]
    public void Every_cloud_has_its_addresses() =>
        Assert.All(Enum.GetValues<AzureEnvironment>().Select(AzureCloud.Of), c => Assert.All([c.ResourceManager, c.Authority, c.Graph], u => Assert.Equal("https", u.Scheme)));

    [Fact]
    public async Task The_identity_of_a_virtual_machine_is_found_where_no_other_account_is()
    {
        using var variables = new Variables(
            ("AZURE_POD_IDENTITY_AUTHORITY_HOST", _azure.InstanceMetadataEndpoint.ToString()),
            ("AZUREPS_HOST_ENVIRONMENT", "AzureAutomation/test"),
            ("IDENTITY_ENDPOINT", null),
            ("AZURE_CLIENT_ID", null));

        Assert.Equal(_subscription.Id, (await Connection(Access(null)).GetSubscriptionAsync(CancellationToken.None)).SubscriptionId);

        // Under another identity: the SDK remembers the tokens of one for the whole process.
        _azure.MachineHasIdentity = false;
        var error = await RefusalAsync("AzureSignInFailed", Access(null) with { ClientId = Guid.NewGuid().ToString() });
        Assert.Contains("Environment: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("ManagedIdentity: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_no_virtual_machine_is_told_from_one_at_once()
    {
        using var variables = new Variables(("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9"), ("IDENTITY_ENDPOINT", null));

        var error = await RefusalAsync("AzureSignInFailed", Access(null) with { TokenSource = AzureTokenSource.ManagedIdentity });

        Assert.Contains("no virtual machine of Azure", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_401_is_answered_once_with_another_token()
    {
        _azure.AnswerNext(401, """{"error":{"code":"ExpiredAuthenticationToken","message":"The access token has expired."}}""");

        await Connection().GetSubscriptionAsync(CancellationToken.None);

        Assert.Equal(2, _azure.Requests.Count);
    }

    [Fact]
    public async Task A_token_of_Resource_Manager_is_not_shown_to_Graph_and_would_be_refused_there()
    {
        var error = Assert.Throws<SparkAzureException>(() => Connection().Graph);
        Assert.Equal("NoTokenForService", error.Id);

        var wrong = Connection(Access(null) with { GraphAccessToken = Secure(_azure.AccessToken) });
        var refused = await Assert.ThrowsAsync<SparkAzureException>(() => wrong.Graph.GetAsync<object>("/v1.0/me", CancellationToken.None));
        Assert.Equal("AzureTokenRefused", refused.Id);
        Assert.Contains("Microsoft Graph refused the token", refused.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidAuthenticationTokenAudience", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_token_and_one_of_another_tenant_are_told_apart()
    {
        var expired = await RefusalAsync("AzureTokenRefused", Access(_azure.IssueToken(_azure.ResourceManagerAudience, life: TimeSpan.FromMinutes(-1))));
        Assert.Contains("ExpiredAuthenticationToken", expired.Message, StringComparison.Ordinal);

        var foreign = _azure.AddSubscription("Theirs", tenantId: Guid.NewGuid().ToString());
        var error = await Assert.ThrowsAsync<SparkAzureException>(() => Connection().ResourceManager.GetAsync<object>($"/subscriptions/{foreign.Id}?api-version=2022-12-01", CancellationToken.None));
        Assert.Contains("InvalidAuthenticationTokenTenant", error.Message, StringComparison.Ordinal);
        Assert.Contains("-TenantId", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_is_found_by_its_name_or_the_names_are_said()
    {
        var research = _azure.AddSubscription("Research");
        _azure.AddSubscription("Finance");

        Assert.Equal(research.Id, (await Connection(Access(_azure.AccessToken) with { SubscriptionId = "research" }).GetSubscriptionAsync(CancellationToken.None)).SubscriptionId);
        Assert.Equal(_azure.TenantId, await Connection(Access(_azure.AccessToken) with { SubscriptionId = research.Id }).GetTenantIdAsync(CancellationToken.None));

        var error = await RefusalAsync("SubscriptionNotFound", Access(_azure.AccessToken) with { SubscriptionId = "Resarch" });
        Assert.Contains("Finance", error.Message, StringComparison.Ordinal);
        Assert.Contains("3 subscriptions", (await RefusalAsync("SubscriptionNotChosen", Access(_azure.AccessToken))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_without_TLS_get_no_token()
    {
        foreach (var access in new[]
        {
            Access(null) with { ResourceManagerEndpoint = new Uri("http://management.example") },
            Access(_azure.AccessToken) with { AccessToken = null, Authority = new Uri("http://login.example") },
        })
        {
            await RefusalAsync("NotASecureEndpoint", access);
        }

        Assert.Empty(_azure.Requests);
    }

    [Fact]
    public async Task Work_that_goes_on_in_Azure_is_waited_for()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "asleep") { PowerState = "Stopped" });
        _azure.OperationLooks = 2;

        await StartAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(3, _azure.Requests.Count(r => r.Target.Contains("/operations/status/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Work_that_fails_in_Azure_or_takes_too_long_is_told()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "asleep") { PowerState = "Stopped" });
        _azure.NextOperationFailure = "QuotaExceeded";
        var failed = await Assert.ThrowsAsync<SparkAzureException>(() => StartAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal("AzureOperationFailed", failed.Id);
        Assert.Contains("QuotaExceeded", failed.Message, StringComparison.Ordinal);

        _azure.OperationRetryAfter = 3600;
        var late = await Assert.ThrowsAsync<SparkAzureException>(() => StartAsync(TimeSpan.FromMilliseconds(200)));
        Assert.Equal("AzureOperationTimedOut", late.Id);

        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartAsync(TimeSpan.FromMinutes(10), stop.Token));
    }

    private Task<object?> StartAsync(TimeSpan limit, CancellationToken cancellationToken = default) => Connection().ResourceManager.RunAsync<object>(
        RequestMethod.Post,
        $"/subscriptions/{_subscription.Id}/resourceGroups/rg-data/providers/Microsoft.ContainerService/managedClusters/asleep/start?api-version=2025-10-01",
        null,
        limit,
        cancellationToken);

    [Fact]
    public void Known_subscriptions_are_read_from_what_sign_ins_left()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, ".azure"));
        Directory.CreateDirectory(Path.Combine(folder.Path, ".Azure"));
        File.WriteAllText(Path.Combine(folder.Path, ".azure", "azureProfile.json"), "\ufeff{\"subscriptions\":[{\"id\":\"a\",\"name\":\"Data\"},{\"id\":\"b\",\"name\":\"Other\"}]}");
        File.WriteAllText(Path.Combine(folder.Path, ".Azure", "AzureRmContext.json"), """{"Contexts":{"x":{"Subscription":{"Id":"B","Name":"Other"}},"y":{"Subscription":{"Id":"c","Name":"Third"}}}}""");

        string? Variable(string name) => name is "HOME" or "USERPROFILE" ? folder.Path : null;

        Assert.Equal([("a", "Data"), ("b", "Other"), ("c", "Third")], KnownSubscriptions.Read(Variable));
        File.WriteAllText(Path.Combine(folder.Path, ".azure", "azureProfile.json"), "{");
        Assert.Equal(2, KnownSubscriptions.Read(Variable).Count);
    }

    private AzureConnection Connection(AzureAccess? access = null) => new(access ?? Access(_azure.AccessToken), _caller);

    private async Task<SparkAzureException> RefusalAsync(string id, AzureAccess access)
    {
        var error = await Assert.ThrowsAsync<SparkAzureException>(async () => await Connection(access).GetSubscriptionAsync(CancellationToken.None));
        Assert.Equal(id, error.Id);
        return error;
    }

    private static System.Security.SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;

    private AzureAccess Access(string? token) => new()
    {
        ResourceManagerEndpoint = _azure.Endpoint,
        GraphEndpoint = _azure.GraphEndpoint,
        AccessToken = token is null ? null : Secure(token),
        Handler = _handler,
    };
}
