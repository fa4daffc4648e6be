using System.Net;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.AdlsConnections;

/// <summary>-Test: account, file system and credential are tried over TLS before DSS is touched.</summary>
public sealed class AdlsProbeTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();
    private AzureStandIn _azure = null!;
    private StandInSubscription _subscription = null!;
    private StandInStorageAccount _account = null!;
    private HttpMessageHandler _handler = null!;
    private SampleDssHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = SampleDssHost.Create(_folder.Path);
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _subscription = _azure.AddSubscription("Data");
        _account = _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "acct").WithFileSystem("data", "projects"));
        _handler = _azure.Certificate.CreateTrustingHandler();
    }

    public async Task DisposeAsync()
    {
        await _azure.DisposeAsync();
    }

    public void Dispose()
    {
        _handler.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_right_key_is_signed_with_and_the_connection_is_made()
    {
        foreach (var key in _account.Keys.Values)
        {
            Assert.True((await NewAsync(Key with { Name = key.KeyName, AccountKey = Secret.Of(key.Value), RootPath = "projects" })).Tested);
        }

        Assert.Empty(_caller.OtherWarnings);
        Assert.Equal(["GET", "HEAD", "GET", "HEAD"], _azure.Requests.Select(r => r.Method));
        Assert.Contains("directory=projects", _azure.Requests[0].Target, StringComparison.Ordinal);
        Assert.True((await NewAsync(Key with { Name = "new", RootPath = "not/there yet" })).Tested);
        Assert.True((await NewAsync(Key with { Name = "whole", FileSystem = null, ConnectionType = DssConnectionType.Azure, HadoopRelease = "3.2.0" }, "9.0.5")).Tested);
    }

    [Fact]
    public async Task What_azure_refuses_is_said_in_our_words_and_dss_is_not_touched()
    {
        var disabled = _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "nokeys") { AllowSharedKeyAccess = false }.WithFileSystem("data"));
        var closed = _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "closed") { LetsIn = false }.WithFileSystem("data"));
        var late = _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "late") { ClockOffset = TimeSpan.FromHours(1) }.WithFileSystem("data"));

        await IsRefused("StorageKeyRefused", "not one of this account's", Key with { AccountKey = Secret.Of(Convert.ToBase64String(new byte[64])) });
        await IsRefused("StorageKeyRefused", "60 minutes", Key with { Account = "late", AccountKey = KeyOf(late) });
        await IsRefused("SharedKeyDisabled", "allowSharedKeyAccess", Key with { Account = "nokeys", AccountKey = KeyOf(disabled) });
        await IsRefused("StorageFirewall", "does not let this host in", Key with { Account = "closed", AccountKey = KeyOf(closed) });
        await IsRefused("StorageFileSystemNotFound", "'dota'", Key with { FileSystem = "dota" });
        await IsRefused("StorageRoleMissing", "Owner", Client);
        await IsRefused("EntraRefused", "client secret is wrong", Client with { ClientSecret = Secret.Of("n0t-the-secret~") });
        await IsRefused("EntraRefused", "no such application", Client with { ClientId = Guid.NewGuid().ToString() });
        await IsRefused("EntraRefused", "no such tenant", Client with { TokenEndpoint = new Uri(_azure.Endpoint, $"/{Guid.NewGuid()}/oauth2/token") });
        await IsRefused("StorageSasRefused", "Signature did not match", Sas with { SasToken = Secret.Of(_account.CreateSas("other")) });
        await IsRefused("StorageSasRefused", "using this permission", Sas with { SasToken = Secret.Of(_account.CreateSas("data", "r")) });
        await IsRefused("AdlsGen1Retired", "2024-02-29", Client with { FileSystem = null });
    }

    [Fact]
    public async Task A_service_principal_with_a_data_role_works_with_either_version_of_the_endpoint()
    {
        _account.DataReaders.Add(_azure.CallerObjectId);

        Assert.True((await NewAsync(Client)).Tested);
        var second = Client with { Name = "v2", TokenEndpoint = new Uri(_azure.Endpoint, $"/{_azure.TenantId}/oauth2/v2.0/token") };
        Assert.True((await NewAsync(second)).Tested);
        Assert.True((await NewAsync(second with { Name = "v2 kept", HadoopRelease = "3.4.1" })).Tested);

        // Repaired where Hadoop cannot use version 2, and tried in the form it is written in.
        Assert.Equal(2, _azure.Requests.Count(r => r.Target.EndsWith("/oauth2/token", StringComparison.Ordinal)));
        Assert.Equal(1, _azure.Requests.Count(r => r.Target.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_token_of_another_tenant_is_refused()
    {
        var foreign = _azure.AddSubscription("Foreign", tenantId: Guid.NewGuid().ToString());
        _azure.AddStorageAccount(new StandInStorageAccount(foreign, "rg", "theirs").WithFileSystem("data"));

        await IsRefused("StorageTokenRefused", "Issuer", Client with { Account = "theirs" });
    }

    [Fact]
    public async Task A_signature_works_and_is_shown_nowhere()
    {
        var sas = _account.CreateSas("data");

        Assert.True((await NewAsync(Sas with { SasToken = Secret.Of(sas) })).Tested);

        var signature = sas[(sas.IndexOf("sig=", StringComparison.Ordinal) + 4)..];
        Assert.Contains(_azure.Requests, r => r.Target.Contains(signature, StringComparison.Ordinal));
        Assert.DoesNotContain(_caller.VerboseLines, l => l.Contains(signature, StringComparison.Ordinal) || l.Contains(Uri.UnescapeDataString(signature), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_managed_identity_is_tried_where_the_machine_has_one_and_else_said_to_be_untried()
    {
        var identity = new AdlsConnectionOptions
        {
            Name = "identity", Account = "acct", FileSystem = "data", Authentication = AdlsAuthentication.ManagedIdentity, HadoopRelease = "3.4.1",
            ManagedIdentityEndpoint = new Uri(_azure.Endpoint, "/metadata/identity/oauth2/token"),
        };
        _account.DataReaders.Add(_azure.CallerObjectId);

        Assert.True((await NewAsync(identity)).Tested);
        _azure.MachineHasIdentity = false;
        var untried = await NewAsync(identity with { Name = "elsewhere" });

        Assert.Equal((true, null), (untried.Changed, untried.Tested));
        Assert.Contains("cannot be tried from here", Assert.Single(_caller.OtherWarnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flat_account_is_warned_about()
    {
        var flat = _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "flat") { IsHnsEnabled = false }.WithFileSystem("data"));

        Assert.True((await NewAsync(Key with { Account = "flat", AccountKey = KeyOf(flat) })).Tested);

        Assert.Contains("hierarchical namespace", Assert.Single(_caller.OtherWarnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_account_is_asked_again_and_what_does_not_answer_is_said()
    {
        _azure.AnswerNext(503, """{"error":{"code":"ServerBusy","message":"The server is busy."}}""", retryAfterSeconds: 0, target: "/dfs/");
        Assert.True((await NewAsync(Key)).Tested);
        Assert.Equal(3, _azure.Requests.Count);

        _azure.AnswerNext(200, "<html>sign in</html>", "text/html", target: "/oauth2/");
        await IsRefused("TokenEndpointNotEntra", "text/html", Client);

        using var refusing = new RefusingPort();
        var port = refusing.Number;
        await IsRefused("StorageUnavailable", "DSS was not touched", Key, new Uri($"https://127.0.0.1:{port}/acct"));
        await IsRefused("StorageEndpointNotSecure", "http://", Key, new Uri($"http://127.0.0.1:{port}/acct"));
        await IsRefused("StorageAccountNotFound", "no such account", Key, new Uri("https://acct.invalid/"));
    }

    [Fact]
    public async Task A_host_of_Entra_ID_that_cannot_be_reached_is_not_blamed_on_the_account()
    {
        using var refusing = new RefusingPort();
        (string Endpoint, string Why)[] hosts =
        [
            ("https://login.invalid/contoso.com/oauth2/token", "its name cannot be resolved"),
            ($"https://127.0.0.1:{refusing.Number}/contoso.com/oauth2/token", "refused"),
        ];
        foreach (var (endpoint, why) in hosts)
        {
            var host = new Uri(endpoint).Host;

            var failure = await IsRefused("EntraUnavailable", why, Client with { TokenEndpoint = new Uri(endpoint) });

            Assert.Equal(ErrorKind.Unavailable, failure.Kind);
            Assert.Contains($"Entra ID cannot be reached at '{host}'", failure.Message, StringComparison.Ordinal);
            Assert.Contains($"name resolution (DNS), proxy (HTTPS_PROXY) and firewall between this host and '{host}'", failure.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("account", failure.Message + failure.Remedy, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("StorageUnavailable", false)]
    [InlineData("EntraUnavailable", true)]
    public async Task A_proxy_whose_name_nobody_knows_is_blamed_and_not_who_is_behind_it(string id, bool signsIn)
    {
        using var handler = new SocketsHttpHandler { Proxy = new WebProxy("http://proxy.invalid:3128") };
        var options = signsIn ? Client with { TokenEndpoint = new Uri("https://login.invalid/contoso.com/oauth2/token") } : Key;

        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => NewAsync(options with { Test = new AdlsProbeOptions { StorageEndpoint = new Uri("https://acct.dfs.core.windows.net/"), Handler = handler } }));

        Assert.Equal(id, failure.Id);
        Assert.Contains("proxy 'http://proxy.invalid:3128' cannot be resolved", failure.Message, StringComparison.Ordinal);
        Assert.Contains("proxy", failure.Remedy, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_certificate_that_nobody_knows_is_said()
    {
        using var strict = new SocketsHttpHandler();
        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => NewAsync(Key with { Test = new AdlsProbeOptions { StorageEndpoint = _azure.StorageEndpoint("acct"), Handler = strict } }));

        Assert.Equal("StorageCertificateNotTrusted", failure.Id);
    }

    [Fact]
    public async Task What_dss_has_encrypted_cannot_be_tried()
    {
        await NewAsync(Key);
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionWriter.SetAsync(
            Files, new() { Name = "lake", RootPath = "x", Test = Probe("acct") }, _caller, CancellationToken.None));

        Assert.Equal("TestNeedsSecret", failure.Id);
        Assert.True((await AdlsConnectionWriter.SetAsync(Files, new() { Name = "lake", FileSystem = "data", AccountKey = KeyOf(_account), Test = Probe("acct") }, _caller, CancellationToken.None)).Tested);
    }

    private AdlsConnectionOptions Key => new() { Name = "lake", Account = "acct", FileSystem = "data", AccountKey = KeyOf(_account) };

    private AdlsConnectionOptions Client => new()
    {
        Name = "client", Account = "acct", FileSystem = "data", ClientId = _azure.ClientId, ClientSecret = Secret.Of(_azure.ClientSecret),
        TokenEndpoint = new Uri(_azure.Endpoint, $"/{_azure.TenantId}/oauth2/token"),
    };

    private static AdlsConnectionOptions Sas => new() { Name = "sas", Account = "acct", FileSystem = "data", HadoopRelease = "3.4.1" };

    private DssAddress Files => new() { DataDirectory = _host.DataDirectory };

    private static System.Security.SecureString KeyOf(StandInStorageAccount account) => Secret.Of(account.Keys["key1"].Value);

    private AdlsProbeOptions Probe(string account, Uri? endpoint = null) => new() { StorageEndpoint = endpoint ?? _azure.StorageEndpoint(account), Handler = _handler };

    private async Task<DssConnection> NewAsync(AdlsConnectionOptions options, string version = "5.1.3")
    {
        await File.WriteAllTextAsync(Path.Combine(_host.DataDirectory, "dss-version.json"), new JsonObject { ["product_version"] = version }.ToJsonString());
        return await AdlsConnectionWriter.NewAsync(Files, options with { Test = options.Test ?? Probe(options.Account!) }, _caller, CancellationToken.None);
    }

    private async Task<SparkAzureException> IsRefused(string id, string says, AdlsConnectionOptions options, Uri? endpoint = null)
    {
        var bytes = await File.ReadAllBytesAsync(_host.Connections);

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => NewAsync(options with { Name = "refused", Test = Probe(options.Account!, endpoint) }));

        Assert.Equal(id, failure.Id);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_host.Connections));
        foreach (var secret in new[] { _account.Keys["key1"].Value, _azure.ClientSecret, "n0t-the-secret~" })
        {
            Assert.DoesNotContain(secret, failure.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(_caller.VerboseLines, l => l.Contains(secret, StringComparison.Ordinal));
        }

        return failure;
    }
}
