using SparkAzure.Core.Adls;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Dss;
using SparkAzure.Core.Tests.Images;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Registry;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests;

/// <summary>What administrators get wrong, or find taken from them: each is one clear error with its remedy, and nothing is half done anywhere.</summary>
public sealed class BadInputTests : IAsyncLifetime, IDisposable
{
    private const string Key = "bm90IGEgcmVhbCBrZXk=";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();
    private AzureStandIn _azure = null!;
    private DssApiStandIn _dss = null!;
    private HttpMessageHandler _handler = null!;
    private StandInSubscription _subscription = null!;
    private SampleDssHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = SampleDssHost.Create(_folder.Path);
        _dss = await DssApiStandIn.StartAsync();
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _subscription = _azure.AddSubscription("Data platform");
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "spark"));
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _azure.DisposeAsync();
        await _dss.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_expired_token()
    {
        var expired = Access with { AccessToken = Secret.Of(_azure.IssueToken(_azure.ResourceManagerAudience, life: TimeSpan.FromMinutes(-1))) };

        await IsRefusedAsync("AzureTokenRefused", ErrorKind.AuthenticationFailed, "ExpiredAuthenticationToken", "take a new one",
            () => AksClusters.GetApiServersAsync(new AksQuery { ClusterName = "spark" }, expired, _caller, default),
            () => AksCredentials.ImportAsync(Import("spark"), expired, _caller, default),
            () => AcrPullGrants.GrantAsync(Pull("images"), expired, _caller, default),
            () => AdlsAccounts.GetKeysAsync("acct", null, null, false, expired, _caller, default));
    }

    [Fact]
    public async Task No_subscription()
    {
        await using var empty = await AzureStandIn.StartAsync(CancellationToken.None);
        using var handler = empty.Certificate.CreateTrustingHandler();
        var access = new AzureAccess { ResourceManagerEndpoint = empty.Endpoint, AccessToken = Secret.Of(empty.AccessToken), Handler = handler };

        await IsRefusedAsync("NoSubscription", ErrorKind.NotFound, "sees no subscription", "Give the account a role",
            () => AksClusters.GetApiServersAsync(new AksQuery { ClusterName = "spark" }, access, _caller, default),
            () => AksCredentials.ImportAsync(Import("spark"), access, _caller, default),
            () => AdlsAccounts.GetKeysAsync("acct", null, null, false, access, _caller, default));
        Assert.All(empty.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task A_cluster_name_in_two_groups()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-test", "spark"));

        await IsRefusedAsync("AksClusterAmbiguous", ErrorKind.InvalidArgument, "'rg-data' and 'rg-test'", "-ResourceGroupName",
            () => AksClusters.GetApiServersAsync(new AksQuery { ClusterName = "spark" }, Access, _caller, default),
            () => AksCredentials.ImportAsync(Import("spark"), Access, _caller, default),
            () => AcrPullGrants.GrantAsync(Pull("images"), Access, _caller, default));
    }

    [Fact]
    public async Task A_stopped_cluster()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "asleep") { PowerState = "Stopped" });

        await IsRefusedAsync("AksClusterStopped", ErrorKind.Unavailable, "'asleep' is stopped", "az aks start",
            () => AksCredentials.ImportAsync(Import("asleep"), Access, _caller, default));

        // Its address stays what it is, so it may be written into DSS; that jobs would fail now is said.
        Assert.Equal("Stopped", Assert.Single(await AksClusters.GetApiServersAsync(new AksQuery { ClusterName = "asleep" }, Access, _caller, default)).PowerState);
        Assert.Contains("az aks start", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_in_another_tenant()
    {
        var foreign = _azure.AddSubscription("Theirs", tenantId: Guid.NewGuid().ToString());
        var id = $"/subscriptions/{foreign.Id}/resourceGroups/r/providers/Microsoft.ContainerRegistry/registries/theirs";

        await IsRefusedAsync("AcrInOtherTenant", ErrorKind.NotSupported, "another tenant than cluster 'spark'", "az acr import",
            () => AcrPullGrants.GrantAsync(Pull(id), Access, _caller, default));
        await IsRefusedAsync("AcrNotVisible", ErrorKind.NotFound, "no registry 'theirs'", "It may be in another tenant",
            () => AcrPullGrants.GrantAsync(Pull("theirs"), Access, _caller, default));

        // Pushing there: the registry exchanges tokens of its own tenant only.
        using var spark = new SparkHomeFixture();
        await using var theirs = await SparkHomeFixture.RegistryAsync(new RegistryOptions { Authentication = RegistryAuthentication.AcrToken, EntraAccessToken = "of their tenant" });
        var options = spark.Options(theirs.Host, SparkImageEngine.Registry) with { Access = new RegistryAccess { Azure = Access, DockerConfigFolder = spark.DockerConfig } };
        await IsRefusedAsync("RegistryLoginRefused", ErrorKind.AuthenticationFailed, theirs.Host, "-TenantId", () => SparkHomeFixture.PublishAsync(options, _caller));
        Assert.DoesNotContain(theirs.Requests, r => r.Method is "PUT" or "PATCH" || r.Url.Contains("/blobs/uploads", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_authentication_switched_off()
    {
        var account = _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "nokeys") { AllowSharedKeyAccess = false }.WithFileSystem("data"));
        var connection = Connection("lake") with
        {
            Account = "nokeys",
            AccountKey = Secret.Of(account.Keys["key1"].Value),
            Test = new AdlsProbeOptions { StorageEndpoint = _azure.StorageEndpoint("nokeys"), Handler = _handler },
        };

        await IsRefusedAsync("SharedKeyDisabled", ErrorKind.NotSupported, "allowSharedKeyAccess is false", "New-AdlsServicePrincipal",
            () => AdlsConnectionWriter.NewAsync(Files, connection, _caller, default),
            () => AdlsConnectionWriter.NewAsync(Api(), connection, _caller, default));

        // Without -Test the key's own cmdlet says so.
        Assert.False((await AdlsAccounts.GetKeysAsync("nokeys", null, null, true, Access, _caller, default))[0].SharedKeyAllowed);
        Assert.Contains(_caller.Warnings, w => w.Contains("allowSharedKeyAccess", StringComparison.Ordinal));
    }

    [Fact]
    public Task A_key_of_DSS_without_admin_right() =>
        IsRefusedAsync("DssApiForbidden", ErrorKind.PermissionDenied, "DSS knows the API key", "admin rights",
            () => SparkConfig.SetAsync(Api(_dss.LimitedApiKey), Wish("default"), _caller, default),
            () => SparkConfig.RemoveAsync(Api(_dss.LimitedApiKey), new SparkConfigRemoval { Name = "sample-yarn-config" }, _caller, default),
            () => AdlsConnectionWriter.NewAsync(Api(_dss.LimitedApiKey), Connection("lake"), _caller, default),
            () => AdlsConnectionStore.RemoveAsync(Api(_dss.LimitedApiKey), "lake", _caller, default));

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(407)]
    public async Task DSS_behind_a_proxy_that_answers_HTML(int status)
    {
        Func<Task>[] calls =
        [
            () => SparkConfig.SetAsync(Api(), Wish("default"), _caller, default),
            () => AdlsConnectionWriter.NewAsync(Api(), Connection("lake"), _caller, default),
            () => AdlsConnectionStore.GetAsync(Api(), null, _caller, default),
        ];
        foreach (var call in calls)
        {
            _dss.FailNext(new DssApiFault(status, "text/html; charset=utf-8", "<!DOCTYPE html><html><title>Corporate sign-in</title></html>"));
            await IsRefusedAsync("DssApiAnswerUnexpected", ErrorKind.InvalidData, "not DSS's API", "the address of DSS itself", call);
        }
    }

    [Fact]
    public async Task A_configuration_that_an_administrator_removed()
    {
        await IsRefusedAsync("SparkConfigNotFound", ErrorKind.NotFound, "sample-yarn-config", "-Create",
            () => SparkConfig.SetAsync(Files, Wish("gone"), _caller, default),
            () => SparkConfig.SetAsync(Api(), Wish("gone"), _caller, default));

        // Removed while this was at work: seen before the write, and told from a name that never was.
        _dss.SomebodyElseSavesAfterNextRead(settings => settings["sparkSettings"]!["executionConfigs"]!.AsArray().RemoveAt(0));
        await IsRefusedAsync("DssSettingsConflict", ErrorKind.Busy, "Somebody else saved", "Run the same command again", () => SparkConfig.SetAsync(Api(), Wish("default"), _caller, default));
        Assert.DoesNotContain(_dss.GeneralSettings["sparkSettings"]!["executionConfigs"]!.AsArray(), c => (string?)c!["name"] == "default");
        await IsRefusedAsync("SparkConfigNotFound", ErrorKind.NotFound, "sample-local-config", "-Create", () => SparkConfig.SetAsync(Api(), Wish("default"), _caller, default));
    }

    [Fact]
    public Task A_connection_name_taken_by_another_type() =>
        IsRefusedAsync("ConnectionOfAnotherType", ErrorKind.AlreadyExists, "of type PostgreSQL, not HDFS", "Choose another -Name",
            () => AdlsConnectionWriter.NewAsync(Files, Connection("warehouse"), _caller, default),
            () => AdlsConnectionWriter.NewAsync(Files, Connection("warehouse") with { Force = true }, _caller, default),
            () => AdlsConnectionWriter.NewAsync(Api(), Connection("warehouse") with { Force = true }, _caller, default));

    // Each call ends in that error; no file, no document of DSS and nothing in Azure is another one afterwards.
    private async Task IsRefusedAsync(string id, ErrorKind kind, string says, string remedy, params Func<Task>[] calls)
    {
        foreach (var call in calls)
        {
            var before = StateOfFiles();
            var writes = _dss.Requests.Count(r => r.Method != "GET");

            var failure = await Assert.ThrowsAsync<SparkAzureException>(call);

            Assert.Equal((id, kind), (failure.Id, failure.Kind));
            Assert.Contains(says, failure.Message, StringComparison.Ordinal);
            Assert.Contains(remedy, failure.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
            Assert.Equal(before, StateOfFiles());
            Assert.Equal(writes, _dss.Requests.Count(r => r.Method != "GET"));
            Assert.All(_azure.Requests, r => Assert.True(r.Method is "GET" or "HEAD", $"{r.Method} {r.Target}"));
            Assert.Empty(_azure.RoleAssignments);
        }
    }

    private string[] StateOfFiles() =>
    [
        .. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(f => $"{f} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}"),
    ];

    private AzureAccess Access => new()
    {
        SubscriptionId = _subscription.Id,
        ResourceManagerEndpoint = _azure.Endpoint,
        AccessToken = Secret.Of(_azure.AccessToken),
        Handler = _handler,
    };

    private DssAddress Files => new() { DataDirectory = _host.DataDirectory };

    private DssAddress Api(string? key = null) => new() { Uri = _dss.Uri, ApiKey = Secret.Of(key ?? _dss.ApiKey) };

    private AksCredentialOptions Import(string cluster) => new() { ClusterName = cluster, KubeConfig = _folder["kube", "config"] };

    private static AcrPullOptions Pull(string registry) => new() { ClusterName = "spark", Registry = registry, Pause = (_, _) => Task.CompletedTask };

    private static SparkConfigOptions Wish(string name) => new() { Name = name, SparkMaster = "k8s://https://aks.example:443" };

    private static AdlsConnectionOptions Connection(string name) => new() { Name = name, Account = "acct", FileSystem = "data", AccountKey = Secret.Of(Key) };
}
