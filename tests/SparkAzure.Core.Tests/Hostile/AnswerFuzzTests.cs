using System.Net;
using System.Text;
using System.Text.Json;
using Docker.DotNet.Models;
using FsCheck;
using FsCheck.Fluent;
using SparkAzure.Core.Adls;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Aks;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Kubernetes;
using SparkAzure.Sandbox.Registry;
using Secret = SparkAzure.Core.Tests.Dss.Secret;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// Whole conversations with stand-ins, one answer of which is spoilt: they end well or in an error of the module, never
/// otherwise. SPARKAZURE_TEST_FUZZ says how many cases of each there are.
/// </summary>
[Collection(AksClusterTests.EnvironmentVariables)]
public sealed class AnswerFuzzTests : IDisposable
{
    private const int UsualCases = 60;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Azure_Resource_Manager_and_Graph()
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        await using var images = await RegistryStandIn.StartAsync();
        var subscription = azure.AddSubscription("Data");
        var cluster = azure.AddCluster(new StandInCluster(subscription, "rg-data", "spark"));
        azure.AddPrincipal(new StandInPrincipal(cluster.KubeletObjectId!, "spark-agentpool", azure.TenantId));
        azure.AddRegistry(new StandInContainerRegistry(subscription, "rg-data", "images", images));
        azure.AddStorageAccount(new StandInStorageAccount(subscription, "rg-lake", "acct").WithFileSystem("data"));
        using var trusting = azure.Certificate.CreateTrustingHandler();

        Check(5, mutation =>
        {
            using var handler = new SpoilingHandler(trusting, mutation);
            var access = new AzureAccess
            {
                ResourceManagerEndpoint = azure.Endpoint,
                GraphEndpoint = azure.Endpoint,
                AccessToken = Secret.Of(azure.AccessToken),
                GraphAccessToken = Secret.Of(azure.AccessToken),
                Handler = handler,
                Bounds = Attack.Bounds with { Attempts = 1, Patience = TimeSpan.FromSeconds(20), WholeTime = TimeSpan.FromSeconds(20) },
            };
            var caller = RecordingCaller.WhatIf();
            return (mutation.Places[0] % 6) switch
            {
                0 => AksClusters.GetApiServersAsync(new AksQuery(), access, caller, default),
                1 => AksClusters.GetApiServersAsync(new AksQuery { ResourceGroupName = "rg-data", ClusterName = "spark" }, access, caller, default),
                2 => AksCredentials.ImportAsync(new AksCredentialOptions { ClusterName = "spark", KubeConfig = _folder["kube", "config"] }, access, new RecordingCaller(), default),
                3 => AcrPullGrants.GrantAsync(new AcrPullOptions { ClusterName = "spark", Registry = images.Host }, access, caller, default),
                4 => AdlsAccounts.GetKeysAsync("acct", null, null, false, access, caller, default),
                _ => AdlsServicePrincipals.NewAsync(new AdlsServicePrincipalOptions { DisplayName = "spark", Account = "acct", FileSystem = "data" }, access, caller, default),
            };
        });
    }

    [Fact]
    public async Task The_API_server()
    {
        await using var cluster = await KubernetesStandIn.StartAsync(CancellationToken.None);
        using var trusting = cluster.Certificate.CreateTrustingHandler();
        await using var proxy = new SpoilingProxy(cluster.Endpoint, trusting);
        var config = _folder.Write("config", ForeignTextTests.KubeConfigOf(proxy.Address, $"token: {cluster.AdminToken}"));
        var options = new SparkNamespaceOptions { KubeConfig = config, Namespace = "jobs" };
        await SparkNamespaces.InitializeAsync(options, new RecordingCaller(), default);

        Check(8, mutation =>
        {
            proxy.Begin(mutation);
            return SparkNamespaces.InitializeAsync(options, new RecordingCaller(), default);
        });
    }

    [Fact]
    public async Task The_API_of_DSS()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        using var handler = new SocketsHttpHandler();
        await using var proxy = new SpoilingProxy(dss.Uri, handler);
        var address = new DssAddress { Uri = proxy.Address, ApiKey = Secret.Of(dss.ApiKey) };

        Check(3, mutation =>
        {
            proxy.Begin(mutation);
            return (mutation.Places[0] % 3) switch
            {
                0 => SparkConfig.GetAsync(address, [], new RecordingCaller(), default),
                1 => Core.Dss.AdlsConnections.AdlsConnectionStore.GetAsync(address, null, new RecordingCaller(), default),
                _ => SparkConfig.SetAsync(
                    address, new SparkConfigOptions { Name = "fuzz", SparkMaster = "k8s://https://api.test:443" }, RecordingCaller.WhatIf(), default),
            };
        });
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("configuration")]
    [InlineData("index")]
    [InlineData("token")]
    [InlineData("refusal")]
    public async Task A_registry(string what)
    {
        JsonMutation? now = null;
        HostileServer? self = null;
        byte[] Spoilt(string name, byte[] good) => name == what ? now!.Of(good) : good;
        await using var server = self = new HostileServer(request =>
        {
            var config = Spoilt("configuration", Documents.Configuration);
            var manifest = Spoilt("manifest", Documents.Manifest(config));
            var index = Spoilt("index", Documents.Index(manifest));
            return request.Target.Split('?')[0] switch
            {
                "/v2/" => HostileAnswer.Json("{}", 401, $"WWW-Authenticate: Bearer realm=\"http://{self!.Host}/token\",service=\"r\""),
                "/token" => HostileAnswer.Of(200, Spoilt("token", """{"token":"t0ken","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}"""u8.ToArray())),
                _ when what == "refusal" => HostileAnswer.Of(400, Spoilt("refusal", """{"errors":[{"code":"NAME_UNKNOWN","message":"no such repository","detail":{"name":"spark"}}]}"""u8.ToArray())),
                "/v2/spark/manifests/v1" when what == "index" => HostileAnswer.Of(200, index, "Content-Type: application/vnd.oci.image.index.v1+json"),
                var target when target.Contains("/manifests/", StringComparison.Ordinal) => HostileAnswer.Of(200, manifest, "Content-Type: application/vnd.oci.image.manifest.v1+json"),
                _ => HostileAnswer.Of(200, config),
            };
        });
        var reference = ImageReference.Parse($"{server.Host}/spark:v1");

        Check(1, async mutation =>
        {
            now = mutation;
            using var client = new RegistryClient(reference.Registry, new PasswordLogin("a", "secret"), new RecordingCaller(), Attack.Registry);
            var image = await RegistryImage.OpenAsync(client, reference, null, default);
            _ = image.History;
            _ = image.Configuration.Environment.ToList();
            _ = image.Configuration.Write(image.Layers.Select(l => l.DiffId));
        }, alwaysRefused: what == "refusal");
    }

    [Fact]
    public async Task A_daemon()
    {
        JsonMutation? now = null;
        await using var server = new HostileServer(request => HostileAnswer.Of(200, now!.Of(request.Target switch
        {
            var t when t.Contains("/history", StringComparison.Ordinal) => """[{"Id":"sha256:a","Created":1700000000,"CreatedBy":"/bin/sh","Tags":["a:b"],"Size":1,"Comment":""}]"""u8.ToArray(),
            var t when t.Contains("/push", StringComparison.Ordinal) => """{"status":"Pushing","progressDetail":{"current":512,"total":1024},"id":"0123456789ab","aux":{"Tag":"v1","Digest":"sha256:a","Size":1234},"errorDetail":{"message":"x"},"error":"x"}"""u8.ToArray(),
            _ => """{"Id":"sha256:a","RepoTags":["a:b"],"RepoDigests":["a@sha256:b"],"Created":"2026-01-01T00:00:00Z","Config":{"Labels":{"a":"b"},"Env":["A=b"]},"RootFS":{"Type":"layers","Layers":["sha256:c"]},"Size":12}"""u8.ToArray(),
        }), "Content-Type: application/json"));
        using var docker = new DockerDaemon(DockerEndpoint.Parse($"tcp://{server.Host}", null) with
        {
            Patience = new DockerPatience { Questions = Attack.Bounds, Work = Attack.Bounds },
        });

        var odd = 0;
        Check(1, async mutation =>
        {
            now = mutation;
            using var log = new DockerPushLog(new RecordingCaller(), "Pushing");
            foreach (var call in new Func<Task>[] { () => docker.FindImageAsync("spark", default), () => docker.GetHistoryAsync("spark", default), () => docker.PushAsync("r.test/spark", "v1", new AuthConfig { Password = "secret" }, log, default) })
            {
                odd += await EndsWellAsync(call) ? 0 : 1;
            }

            Assert.True(log.Digest is null || ContentDigest.IsOne(log.Digest));
            if (odd > 0)
            {
                odd = 0;
                await docker.FindImageAsync("spark", default);
            }
        });
    }

    private static void Check(int answers, Func<JsonMutation, Task> conversation, bool alwaysRefused = false)
    {
        var (well, refused) = (0, 0);
        Prop.ForAll(JsonMutation.Any(answers), mutation =>
        {
            if (EndsWellAsync(() => conversation(mutation)).GetAwaiter().GetResult())
            {
                well++;
            }
            else
            {
                refused++;
            }
        }).Check(FuzzConfig.Of(UsualCases));

        // Else nothing was spoilt, or nothing was good to begin with.
        Assert.True((well > 0 || alwaysRefused) && refused > 0, $"{well} ended well and {refused} in an error.");
    }

    // Anything else is a defect of the module.
    private static async Task<bool> EndsWellAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(TimeSpan.FromSeconds(40));
            return true;
        }
        catch (SparkAzureException exception)
        {
            Assert.True(exception.Message.Length < 40_000);
            Assert.DoesNotContain('\u001b', exception.Message);
            return false;
        }
    }

    private static class Documents
    {
        public static readonly byte[] Configuration = Encoding.UTF8.GetBytes(
            $$$"""{"os":"linux","architecture":"amd64","config":{"Env":["PATH=/bin"],"User":"185","Labels":{"a":"b"}},"rootfs":{"type":"layers","diff_ids":["sha256:{{{new string('a', 64)}}}"]},"history":[{"created":"2026-01-01T00:00:00Z","created_by":"COPY"},{"created_by":"ENV","empty_layer":true}]}""");

        public static byte[] Manifest(byte[] config) => Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{ContentDigest.Of(config)}}}","size":{{{config.Length}}} },"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:{{{new string('b', 64)}}}","size":7}]}""");

        public static byte[] Index(byte[] manifest) => Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{ContentDigest.Of(manifest)}}}","size":{{{manifest.Length}}},"platform":{"os":"linux","architecture":"amd64"} }]}""");
    }

    /// <summary>Spoils one answer of what passes through it.</summary>
    private sealed class SpoilingHandler(HttpMessageHandler inner, JsonMutation mutation) : DelegatingHandler(inner)
    {
        private int _answers = -1;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (Interlocked.Increment(ref _answers) != mutation.Answer)
            {
                return answer;
            }

            var spoilt = new ByteArrayContent(mutation.Of(await answer.Content.ReadAsByteArrayAsync(cancellationToken)));
            spoilt.Headers.ContentType = answer.Content.Headers.ContentType;
            answer.Content = spoilt;
            return answer;
        }

        // The handler inside goes on to the next case.
        protected override void Dispose(bool disposing) => base.Dispose(disposing: false);
    }

    /// <summary>A server before a stand-in that spoils one of its answers.</summary>
    private sealed class SpoilingProxy : IAsyncDisposable
    {
        private readonly HostileServer _server;
        private readonly HttpClient _http;
        private JsonMutation? _mutation;
        private int _answers;

        public SpoilingProxy(Uri target, HttpMessageHandler handler)
        {
            _http = new HttpClient(handler, disposeHandler: false) { BaseAddress = target };
            _server = new HostileServer(request => AnswerAsync(request).GetAwaiter().GetResult());
        }

        public Uri Address => _server.Address;

        public void Begin(JsonMutation mutation) => (_mutation, _answers) = (mutation, -1);

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            _http.Dispose();
        }

        // A connection that the stand-in closes at that moment is no answer to be spoilt.
        private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
        {
            try
            {
                return await _http.SendAsync(request);
            }
            catch (HttpRequestException)
            {
                return new HttpResponseMessage(HttpStatusCode.BadGateway);
            }
        }

        private async Task<HostileAnswer> AnswerAsync(HeardRequest heard)
        {
            using var request = new HttpRequestMessage(new HttpMethod(heard.Method), heard.Target);
            if (heard.Body.Length > 0)
            {
                request.Content = new StringContent(heard.Body, Encoding.UTF8, "application/json");
            }

            if (heard.Head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase)) is { } line)
            {
                request.Headers.TryAddWithoutValidation("Authorization", line[14..].Trim());
            }

            using var answer = await SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (Interlocked.Increment(ref _answers) == _mutation?.Answer)
            {
                body = _mutation.Of(body);
            }

            string[] headers = answer.Headers.TryGetValues("DSS-Version", out var versions) ? [$"DSS-Version: {versions.First()}"] : [];
            return HostileAnswer.Of((int)answer.StatusCode, body, [$"Content-Type: {answer.Content.Headers.ContentType?.MediaType ?? "application/json"}", .. headers]);
        }
    }
}
