using System.Diagnostics;
using System.Security.Cryptography;
using Docker.DotNet.Models;
using k8s;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Images.AcrTask;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;
using Secret = SparkAzure.Core.Tests.Dss.Secret;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Servers that stall, drip, never end, or want to be left alone for a day.</summary>
public sealed class EndlessAnswerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Bodies => ["silence", "drip", "endless", "stall"];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Azure_is_not_waited_for_without_end(string body)
    {
        await using var server = new HostileServer(_ => Answer(body));

        await FailsAsync(["AzureUnavailable", "AzureAnswerUnreadable"], () => Azure(server).GetSubscriptionsAsync(default));
    }

    [Fact]
    public async Task A_service_that_asks_for_a_day_is_asked_once_and_the_error_says_so()
    {
        await using var server = new HostileServer(_ => HostileAnswer.Json("""{"error":{"code":"TooManyRequests","message":"slow"}}""", 429, "Retry-After: 86400"));

        var error = await Attack.FailsAsync("AzureRequestFailed", () => Azure(server).GetSubscriptionsAsync(default));

        Assert.Single(server.Requests);
        Assert.Contains("left alone for 86400 s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("itself")]
    [InlineData("another each time")]
    public async Task A_list_without_end_is_not_read_without_end(string next)
    {
        HostileServer? self = null;
        var pages = 0;
        await using var server = self = new HostileServer(r =>
        {
            var link = next == "itself" ? "/subscriptions?page=1" : $"/subscriptions?page={++pages}";
            return HostileAnswer.Json($$"""{"value":[],"nextLink":"{{self!.Address.GetLeftPart(UriPartial.Authority)}}{{link}}"}""");
        });

        var error = await Attack.FailsAsync("AzureAnswerUnreadable", () => Azure(server).GetSubscriptionsAsync(default));

        Assert.Contains("the list has no end", error.Message, StringComparison.Ordinal);
        Assert.True(server.Requests.Count <= 1_001, $"{server.Requests.Count} requests were made.");
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Neither_is_an_API_server(string body)
    {
        await using var server = new HostileServer(_ => Answer(body));
        using var client = await KubernetesAsync(server);

        await Attack.FailsAsync("KubernetesUnavailable", () => client.CallAsync((api, stop) => api.Version.GetCodeAsync(stop), default));
    }

    [Theory]
    [InlineData(429, "GET", 3)]
    [InlineData(500, "GET", 3)]
    [InlineData(503, "GET", 3)]
    [InlineData(429, "POST", 3)]
    [InlineData(500, "POST", 1)]
    public async Task A_busy_API_server_is_asked_again_and_not_for_ever(int status, string method, int times)
    {
        await using var server = new HostileServer(_ => status == 429
            ? HostileAnswer.Json("""{"kind":"Status","message":"too many requests"}""", status, "Retry-After: 3600")
            : HostileAnswer.Json("""{"kind":"Status","message":"etcd is away"}""", status));
        using var client = await KubernetesAsync(server);

        var error = await Attack.FailsAsync("KubernetesRequestFailed", () => method == "GET"
            ? client.CallAsync((api, stop) => api.CoreV1.ReadNamespaceAsync("jobs", cancellationToken: stop), default)
            : client.CallAsync((api, stop) => api.CoreV1.CreateNamespaceAsync(new k8s.Models.V1Namespace(), cancellationToken: stop), default));

        Assert.Equal(times, server.Requests.Count);
        Assert.Equal(status == 429, error.Message.Contains("left alone for 3600 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_API_server_that_was_busy_for_a_moment_is_no_error()
    {
        var asked = 0;
        await using var server = new HostileServer(_ => ++asked < 3
            ? HostileAnswer.Json("{}", asked == 1 ? 429 : 500, "Retry-After: 0")
            : HostileAnswer.Json("""{"major":"1","minor":"34","gitVersion":"v1.34.2"}"""));
        using var client = await KubernetesAsync(server);

        Assert.Equal("v1.34.2", (await client.CallAsync((api, stop) => api.Version.GetCodeAsync(stop), default)).GitVersion);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Nor_is_DSS(string body)
    {
        await using var server = new HostileServer(_ => Answer(body));
        using var settings = new DssSettingsApi(server.Address, Secret.Of("key"), false, new RecordingCaller(), Attack.Bounds);

        await Attack.FailsAsync("DssUnavailable", () => settings.ReadGeneralSettingsAsync(default));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Nor_is_a_registry(string body)
    {
        await using var server = new HostileServer(r => r.Target == "/v2/" ? HostileAnswer.Json("{}") : Answer(body));
        using var client = new RegistryClient(RegistryAddress.Parse(server.Host), null, new RecordingCaller(), Attack.Registry);

        await FailsAsync(["RegistryUnavailable", "RegistryRefused"], () => client.GetManifestAsync("spark", "v1", default));
    }

    [Fact]
    public async Task Nor_one_that_never_says_how_to_sign_in()
    {
        await using var server = new HostileServer(_ => HostileAnswer.Silence());
        using var client = new RegistryClient(RegistryAddress.Parse(server.Host), null, new RecordingCaller(), Attack.Registry);

        await Attack.FailsAsync("RegistryUnavailable", () => client.ResolveAsync("spark", "v1", RegistryClient.Pull("spark"), default));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Nor_is_a_token_service(string body)
    {
        HostileServer? self = null;
        await using var server = self = new HostileServer(r => r.Target == "/v2/"
            ? HostileAnswer.Json("{}", 401, $"WWW-Authenticate: Bearer realm=\"http://{self!.Host}/token\",service=\"r\"")
            : Answer(body));
        using var client = new RegistryClient(RegistryAddress.Parse(server.Host), new PasswordLogin("a", "b"), new RecordingCaller(), Attack.Registry);

        await Attack.FailsAsync("RegistryUnavailable", () => client.GetManifestAsync("spark", "v1", default));
    }

    [Fact]
    public async Task A_layer_that_stalls_ends()
    {
        var digest = "sha256:" + Convert.ToHexString(SHA256.HashData("x"u8)).ToLowerInvariant();
        await using var server = new HostileServer(r => r.Target == "/v2/" ? HostileAnswer.Json("{}") : HostileAnswer.Stall("half"u8.ToArray(), 1000));
        using var client = new RegistryClient(RegistryAddress.Parse(server.Host), null, new RecordingCaller(), Attack.Registry);

        await using var layer = await client.OpenBlobAsync("spark", digest, 1000, 0, default);
        var clock = Stopwatch.StartNew();
        var error = await Assert.ThrowsAnyAsync<IOException>(() => layer.CopyToAsync(Stream.Null).WaitAsync(TimeSpan.FromMinutes(2)));

        Assert.Contains("nothing has come for 1 s", error.Message, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Nor_is_a_daemon_that_is_asked_something(string body)
    {
        await using var server = new HostileServer(_ => Answer(body));
        using var docker = Docker(server);

        await Attack.FailsAsync("DockerUnavailable", () => docker.FindImageAsync("spark", default));
        await FailsAsync(["DockerUnavailable", null], () => docker.PingAsync(default));
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("a line without end")]
    [InlineData("lines without end")]
    public async Task Nor_one_that_works(string body)
    {
        await using var server = new HostileServer(_ => body switch
        {
            "silence" => HostileAnswer.Silence(),
            "a line without end" => HostileAnswer.Endless("{\"stream\":\"", "x"),
            _ => HostileAnswer.Endless("", "{\"stream\":\"step\\n\"}\n{\"status\":\"Pushing\",\"id\":\"a\"}\n"),
        });
        using var docker = Docker(server);
        using var log = new DockerPushLog(new RecordingCaller(), "Working");
        var build = new DockerBuildLog(_ => { });

        await Attack.FailsAsync("DockerUnavailable", () => docker.PushAsync("r.test/spark", "v1", null, log, default));
        await Attack.FailsAsync("DockerUnavailable", () => docker.PullAsync(new ImagesCreateParameters { FromImage = "base", Tag = "1" }, null, log, default));
        await Attack.FailsAsync("DockerUnavailable", () => docker.BuildAsync(
            new ImageBuildParameters { Tags = ["spark"] }, new MemoryStream(new byte[1024]), new Dictionary<string, AuthConfig>(), build, default));
    }

    [Fact]
    public async Task Nor_a_log_behind_a_signature()
    {
        await using var server = new HostileServer(_ => HostileAnswer.Endless("", "x"));
        using var blob = new SasBlob(server.Address, null, new RecordingCaller());

        await Attack.FailsAsync("AcrStorageUnavailable", () => blob.ReadAsync(0, default));
    }

    private static HostileAnswer Answer(string body) => body switch
    {
        "silence" => HostileAnswer.Silence(),
        "drip" => HostileAnswer.Drip(TimeSpan.FromMilliseconds(200), "Content-Type: application/json"),
        "stall" => HostileAnswer.Stall("{\"a\":"u8.ToArray(), 1000, "Content-Type: application/json"),
        _ => HostileAnswer.Endless("[", "\"a lot of nothing\",", "Content-Type: application/json"),
    };

    private static async Task FailsAsync(string?[] ids, Func<Task> call)
    {
        SparkAzureException? error = null;
        try
        {
            await call().WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (SparkAzureException exception)
        {
            error = exception;
        }

        Assert.Contains(error?.Id, ids);
    }

    private static AzureConnection Azure(HostileServer server) => new(
        new AzureAccess { ResourceManagerEndpoint = server.Address, AccessToken = Secret.Of("token"), Bounds = Attack.Bounds with { Attempts = 2 } },
        new RecordingCaller());

    private static DockerDaemon Docker(HostileServer server) => new(DockerEndpoint.Parse($"tcp://{server.Host}", null) with
    {
        Patience = new DockerPatience { Questions = Attack.Bounds, Work = Attack.Bounds with { WholeTime = null, LargestAnswer = 20 << 20 } },
    });

    private async Task<ApiServerClient> KubernetesAsync(HostileServer server)
    {
        var config = await KubeConfig.OpenAsync(_folder.Write("config", ForeignTextTests.KubeConfigOf(server.Address, "token: any")), default);
        return new ApiServerClient(await config.OpenAccessAsync(null, default), new RecordingCaller(), Attack.Bounds);
    }
}
