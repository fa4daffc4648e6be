using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.Settings;

/// <summary>
/// The stand-in for DSS's API, asked as DSS's own Python client asks (dataiku-api-client 14.3.3): its address, its way of
/// signing in, its parameters, and the members that it reads of the answers.
/// </summary>
public sealed class DssClientCallsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SampleDssHost _host = null!;
    private DssApiStandIn _dss = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _host = SampleDssHost.Create(_folder.Path);
        _dss = await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = _host.DataDirectory });
        _http = ClientOf(_dss.ApiKey);
    }

    public async Task DisposeAsync() => await _dss.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_connection_goes_through_the_clients_whole_life_of_one()
    {
        await AskAsync("POST", "/admin/connections/", """{"name": "lake", "description": null, "type": "Azure", "params": {"storageAccount": "acct", "accessKey": "c2VjcmV0"}, "usableBy": "ALL", "allowedGroups": []}""");

        var list = await AskAsync("GET", "/admin/connections/");
        Assert.All(list.AsObject(), c => Assert.Equal(c.Key, (string?)c.Value!["name"]));
        Assert.Contains("filesystem_managed", list.AsObject().Select(c => c.Key));

        var settings = await AskAsync("GET", "/admin/connections/lake");
        Assert.Equal(("lake", "Azure"), ((string?)settings["name"], (string?)settings["type"]));
        Assert.StartsWith("e:AES:", (string?)settings["params"]!["accessKey"], StringComparison.Ordinal);
        Assert.Equal("NONE", (string?)settings["detailsReadability"]!["readableBy"]);

        settings["allowManagedFolders"] = true;
        settings["allowWrite"] = true;
        await AskAsync("PUT", "/admin/connections/lake", settings.ToJsonString());
        Assert.True((bool)(await AskAsync("GET", "/admin/connections/lake"))["allowManagedFolders"]!);

        // Encrypted once, and sent back as it came: the secret is still the one that was given.
        var info = await AskAsync("GET", "/connections/lake/info?contextualProjectKey=P");
        Assert.Equal(("Azure", "GLOBAL", "c2VjcmV0"), ((string?)info["type"], (string?)info["credentialsMode"], (string?)info["params"]!["accessKey"]));
        Assert.Equal("c2VjcmV0", (string?)info["resolvedParams"]!["accessKey"]);
        Assert.True((bool)(await AskAsync("GET", "/connections/lake/test"))["connectionOK"]!);
        Assert.True((bool)(await AskAsync("POST", "/admin/connections/lake/sync", """{"root": true}"""))["hasResult"]!);

        await AskAsync("DELETE", "/admin/connections/lake");
        Assert.Contains("does not exist", await RefusedAsync(500, "GET", "/connections/lake/info"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_those_of_a_type_and_of_what_one_may_use()
    {
        Assert.Equal(["filesystem_managed", "warehouse"], await NamesAsync(_http, "all"));
        Assert.Equal(["warehouse"], await NamesAsync(_http, "PostgreSQL"));
        Assert.Empty(await NamesAsync(_http, "HDFS"));

        using var limited = ClientOf(_dss.LimitedApiKey);
        Assert.Equal(["filesystem_managed"], await NamesAsync(limited, "all"));
    }

    [Fact]
    public async Task What_there_is_no_test_for_and_what_one_may_not_read_are_errors()
    {
        await AdlsConnectionWriter.NewAsync(
            new DssAddress { Uri = _dss.Uri, ApiKey = Secret.Of(_dss.ApiKey) },
            new AdlsConnectionOptions { Name = "lake", Account = "acct", FileSystem = "data", AccountKey = Secret.Of("c2VjcmV0") },
            new RecordingCaller(),
            CancellationToken.None);

        Assert.Contains("no test for the type HDFS", await RefusedAsync(500, "GET", "/connections/lake/test"), StringComparison.Ordinal);
        var info = await AskAsync("GET", "/connections/lake/info");
        Assert.Equal("c2VjcmV0", (string?)info["params"]!["extraConf"]![0]!["value"]);

        using var limited = ClientOf(_dss.LimitedApiKey);
        Assert.Contains("UnauthorizedException", await RefusedAsync(403, "GET", "/connections/lake/info", client: limited), StringComparison.Ordinal);
        Assert.Contains("not an administrator", await RefusedAsync(403, "GET", "/admin/licensing/status", client: limited), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_is_made_started_saved_and_kept_in_its_file()
    {
        var made = await AskAsync("POST", "/admin/clusters/", """{"name": "aks", "type": "pycluster_aks-clusters_attach", "architecture": "KUBERNETES", "params": {"config": {}}}""");
        Assert.Equal(("aks", false), ((string?)made["id"], (bool)made["messages"]!["error"]!));
        Assert.True((bool)(await AskAsync("POST", "/admin/clusters/", """{"name": "aks", "type": "manual", "architecture": "HADOOP", "params": {}}"""))["messages"]!["error"]!);

        var listed = Assert.Single((await AskAsync("GET", "/admin/clusters/")).AsArray());
        Assert.Equal(("aks", "KUBERNETES", "NONE"), ((string?)listed!["name"], (string?)listed["architecture"], (string?)listed["state"]));

        var settings = await AskAsync("GET", "/admin/clusters/aks");
        settings["params"]!["config"]!["cluster"] = "spark";
        await AskAsync("PUT", "/admin/clusters/aks", settings.ToJsonString());
        Assert.False((bool)(await AskAsync("POST", "/admin/clusters/aks/actions/start"))["messages"]!["error"]!);
        Assert.Equal("RUNNING", (string?)(await AskAsync("GET", "/admin/clusters/aks/status"))["state"]);

        var file = Path.Combine(_host.DataDirectory, "config", "clusters", "aks.json");
        Assert.Equal("spark", (string?)JsonNode.Parse(await File.ReadAllTextAsync(file))!["params"]!["config"]!["cluster"]);
        await using (var again = await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = _host.DataDirectory, ApiKey = _dss.ApiKey }))
        {
            Assert.Equal("spark", (string?)(await AskAsync("GET", "/admin/clusters/aks", dss: again))["params"]!["config"]!["cluster"]);
        }

        // Python writes its truths with a capital.
        await AskAsync("POST", "/admin/clusters/aks/actions/stop?terminate=True&forceStop=False");
        Assert.Empty((await AskAsync("GET", "/admin/clusters/")).AsArray());
        Assert.False(File.Exists(file));
        Assert.Contains("NotFoundException", await RefusedAsync(404, "GET", "/admin/clusters/aks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_client_asks_of_the_instance_is_answered()
    {
        Assert.NotNull((await AskAsync("GET", "/auth/info?withSecrets=False"))["authIdentifier"]);
        Assert.NotNull((await AskAsync("GET", "/instance-info"))["nodeType"]);
        Assert.True((bool)(await AskAsync("GET", "/admin/licensing/status"))["base"]!["hasLicense"]!);
        var settings = await AskAsync("GET", "/admin/general-settings");
        settings["maxRunningActivities"] = 9;
        await AskAsync("PUT", "/admin/general-settings", settings.ToJsonString());
        Assert.Equal(9, (int)_dss.GeneralSettings["maxRunningActivities"]!);
    }

    [Theory]
    [InlineData("/public/api", 200)]
    [InlineData("/dip/publicapi", 200)]
    [InlineData("/dip/api", 404)]
    public async Task Both_addresses_lead_to_the_api_and_no_other(string root, int status)
    {
        using var answer = await _http.GetAsync(new Uri(_dss.Uri, $"{root}/auth/info"));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    // HTTPBasicAuth(api_key, "").
    private static HttpClient ClientOf(string key)
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        return client;
    }

    private async Task<IEnumerable<string?>> NamesAsync(HttpClient client, string type) =>
        (await AskAsync("GET", $"/connections/get-names?type={type}", client: client)).AsArray().Select(n => (string?)n);

    private async Task<JsonNode> AskAsync(string method, string path, string? body = null, HttpClient? client = null, DssApiStandIn? dss = null)
    {
        var (status, text) = await SendAsync(method, path, body, client, dss);
        Assert.True(status == 200, $"{method} {path}: {status} {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<string> RefusedAsync(int status, string method, string path, HttpClient? client = null)
    {
        var (found, text) = await SendAsync(method, path, null, client, null);
        Assert.Equal(status, found);

        // What the client makes its exception of.
        var problem = JsonNode.Parse(text)!;
        return $"{problem["errorType"]}: {problem["detailedMessage"]}";
    }

    private async Task<(int Status, string Text)> SendAsync(string method, string path, string? body, HttpClient? client, DssApiStandIn? dss)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri((dss ?? _dss).Uri, "/dip/publicapi" + path));

        // requests sends a string without a content type.
        request.Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var answer = await (client ?? _http).SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
