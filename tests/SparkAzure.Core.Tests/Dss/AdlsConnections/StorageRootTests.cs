using System.Text.Json.Nodes;
using SparkAzure.Core.Adls;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.AdlsConnections;

/// <summary>The host of a connection's root is the account's own, as Azure names it, and so the one that was tried.</summary>
public sealed class StorageRootTests : IDisposable
{
    private const string Key = "bm90IGEgcmVhbCBrZXk=";
    private const string Zone = "https://zonelake.z01.dfs.storage.azure.net/";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();
    private readonly SampleDssHost _host;

    public StorageRootTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("govlake", "https://govlake.dfs.core.usgovcloudapi.net/", "govlake.dfs.core.usgovcloudapi.net")]
    [InlineData("zonelake", Zone, "zonelake.z01.dfs.storage.azure.net")]
    [InlineData("cnlake", "https://CNLAKE.dfs.core.chinacloudapi.cn", "cnlake.dfs.core.chinacloudapi.cn")]
    [InlineData("stacklake", "https://stacklake.dfs.local.azurestack.external/", "stacklake.dfs.local.azurestack.external")]
    [InlineData("acct", "https://127.0.0.1:8443/dfs/acct/", "acct.dfs.core.windows.net")]
    [InlineData("acct", null, "acct.dfs.core.windows.net")]
    public async Task The_root_and_the_properties_name_the_host_of_the_endpoint(string account, string? endpoint, string host)
    {
        var result = await NewAsync(Lake(account, endpoint));

        Assert.Equal($"abfss://data@{host}/", result.Root);
        Assert.Equal(account, result.Account);
        Assert.Equal([$"fs.azure.account.key.{host}"], result.Property);
        Assert.Equal(result.Root, (string?)Stored()["params"]!["root"]);
    }

    [Fact]
    public async Task What_Azure_says_of_an_account_goes_down_the_pipeline_into_the_root()
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        using var handler = azure.Certificate.CreateTrustingHandler();
        var subscription = azure.AddSubscription("Data");
        azure.AddStorageAccount(new StandInStorageAccount(subscription, "rg", "govlake"));
        azure.AnswerNext(
            200,
            """{"value":[{"id":"/subscriptions/SUB/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/govlake","name":"govlake","properties":{"isHnsEnabled":true,"primaryEndpoints":{"dfs":"https://govlake.dfs.core.usgovcloudapi.net/"}}}]}""".Replace("SUB", subscription.Id, StringComparison.Ordinal),
            method: "GET",
            target: "storageAccounts");
        var access = new AzureAccess { SubscriptionId = subscription.Id, ResourceManagerEndpoint = azure.Endpoint, AccessToken = Secret.Of(azure.AccessToken), Handler = handler };

        var key = (await AdlsAccounts.GetKeysAsync("govlake", null, "key1", false, access, _caller, CancellationToken.None))[0];
        var result = await NewAsync(Lake(key.Account, key.StorageEndpoint?.AbsoluteUri) with { AccountKey = key.AccountKey });

        Assert.Equal("abfss://data@govlake.dfs.core.usgovcloudapi.net/", result.Root);
    }

    [Theory]
    [InlineData("https://govlake.dfs.core.usgovcloudapi.net/", AzureEnvironment.AzureCloud, "belongs to AzureUSGovernment")]
    [InlineData("https://govlake.dfs.core.windows.net/", AzureEnvironment.AzureUSGovernment, "belongs to AzureCloud")]
    [InlineData("https://other.dfs.core.windows.net/", null, "that of 'other'")]
    [InlineData("https://govlake-secondary.dfs.core.windows.net/", null, "that of 'govlake-secondary'")]
    [InlineData("https://govlake.blob.core.windows.net/", null, "blob service")]
    [InlineData("https://govlake.z01.blob.storage.azure.net/", null, "blob service")]
    [InlineData("https://govlake.privatelink.dfs.core.windows.net/", null, "privatelink")]
    public async Task An_endpoint_that_is_not_that_of_the_root_is_refused(string endpoint, AzureEnvironment? environment, string says)
    {
        var before = await File.ReadAllBytesAsync(_host.Connections);

        await Refusal.IsAsync(
            "StorageEndpointInvalid",
            ErrorKind.InvalidArgument,
            says,
            "primaryEndpoints.dfs",
            () => NewAsync(Lake("govlake", endpoint) with { Environment = environment }));

        Assert.Equal(before, await File.ReadAllBytesAsync(_host.Connections));
    }

    [Fact]
    public async Task In_a_sovereign_cloud_the_endpoint_alone_says_who_signs_in()
    {
        var principal = Lake("govlake", "https://govlake.dfs.core.usgovcloudapi.net/") with
        {
            AccountKey = null,
            ClientId = "app",
            ClientSecret = Secret.Of("s3cret-of-app"),
            TenantId = "contoso.com",
        };

        Assert.Equal("https://login.microsoftonline.us/contoso.com/oauth2/token", (await NewAsync(principal)).TokenEndpoint);
    }

    [Fact]
    public async Task An_endpoint_of_gen2_is_no_gen1_account_though_no_file_system_is_named()
    {
        var principal = Lake("lake", "https://lake.dfs.core.windows.net/") with
        {
            AccountKey = null,
            ClientId = "app",
            ClientSecret = Secret.Of("s3cret-of-app"),
            TenantId = "contoso.com",
            FileSystem = null,
        };

        Assert.Equal("FileSystemInvalid", (await RefusedAsync(() => NewAsync(principal))).Id);
    }

    [Fact]
    public async Task A_connection_that_is_there_is_moved_to_the_endpoint_and_stays_in_its_zone()
    {
        await NewAsync(Lake("acct", null));
        var change = new AdlsConnectionOptions { Name = "lake" };

        var moved = await SetAsync(change with { Account = "zonelake", StorageEndpoint = new Uri(Zone), AccountKey = Secret.Of(Key) });
        Assert.Equal("abfss://data@zonelake.z01.dfs.storage.azure.net/", moved.Root);
        Assert.Equal(["fs.azure.account.key.zonelake.z01.dfs.storage.azure.net"], moved.Property);

        // The zone is in the public cloud already, and which zone another account has nobody can tell.
        Assert.False((await SetAsync(change with { Environment = AzureEnvironment.AzureCloud })).Changed);
        Assert.Equal("abfss://data@zonelake.z01.dfs.storage.azure.net/sub", (await SetAsync(change with { RootPath = "sub" })).Root);
        var failure = await RefusedAsync(() => SetAsync(change with { Account = "other", AccountKey = Secret.Of(Key) }));
        Assert.Equal("StorageEndpointMissing", failure.Id);
        Assert.Contains("-StorageEndpoint", failure.Remedy, StringComparison.Ordinal);
        Assert.Equal("StorageEndpointInvalid", (await RefusedAsync(() => SetAsync(change with { StorageEndpoint = new Uri("https://other.dfs.core.windows.net/") }))).Id);
    }

    [Fact]
    public async Task An_Azure_Blob_connection_knows_no_account_outside_the_public_clouds_names()
    {
        var azure = Lake("zonelake", Zone) with { ConnectionType = DssConnectionType.Azure };
        await File.WriteAllTextAsync(Path.Combine(_host.DataDirectory, "dss-version.json"), """{"product_version":"9.0.5"}""");

        await Refusal.IsAsync("AzureConnectionOnlyInPublicCloud", ErrorKind.NotSupported, "zonelake.z01.dfs", "HDFS", () => NewAsync(azure));
    }

    private static AdlsConnectionOptions Lake(string account, string? endpoint) => new()
    {
        Name = "lake",
        Account = account,
        FileSystem = "data",
        AccountKey = Secret.Of(Key),
        StorageEndpoint = endpoint is null ? null : new Uri(endpoint),
    };

    private DssAddress Dss => new() { DataDirectory = _host.DataDirectory };

    private JsonNode Stored() => JsonNode.Parse(File.ReadAllText(_host.Connections))!["connections"]!["lake"]!;

    private Task<DssConnection> NewAsync(AdlsConnectionOptions options) => AdlsConnectionWriter.NewAsync(Dss, options, _caller, CancellationToken.None);

    private Task<DssConnection> SetAsync(AdlsConnectionOptions options) => AdlsConnectionWriter.SetAsync(Dss, options, _caller, CancellationToken.None);

    private static Task<SparkAzureException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<SparkAzureException>(call);
}
