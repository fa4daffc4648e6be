using System.Text;
using SparkAzure.Core.Adls;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Images;
using SparkAzure.Sandbox.Registry;
using Secret = SparkAzure.Core.Tests.Dss.Secret;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Answers that are well-formed and make no sense: the far side's fault, and said to be.</summary>
public sealed class OddAnswerTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Theory]
    [InlineData("""{"value":[],"nextLink":"/subscriptions?page=2"}""", "no address")]
    [InlineData("""{"value":[],"nextLink":"page2"}""", "no address")]
    [InlineData("""{"value":[],"nextLink":"file:///etc/passwd"}""", "no address")]
    [InlineData("""{"value":[],"nextLink":"https://elsewhere.test/"}""", "another host")]
    [InlineData("""{"value":[],"nextLink":7}""", "not the expected JSON")]
    [InlineData("""{"value":[null]}""", "not the expected JSON")]
    [InlineData("""{"value":[{"subscriptionId":null}]}""", "not the expected JSON")]
    [InlineData("""{"value":[{"displayName":"no id"}]}""", "not the expected JSON")]
    [InlineData("""{"value":{"a":1}}""", "not the expected JSON")]
    [InlineData("null", "not the expected JSON")]
    public async Task Azure(string body, string why)
    {
        await using var server = new HostileServer(_ => HostileAnswer.Json(body));
        var azure = new AzureConnection(
            new AzureAccess { ResourceManagerEndpoint = server.Address, AccessToken = Secret.Of("token"), Bounds = Attack.Bounds }, new RecordingCaller());

        var error = await Attack.FailsAsync("AzureAnswerUnreadable", () => azure.GetSubscriptionsAsync(default));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    // Behind the endpoint's host it would be a part of that host's name, and the token would go there.
    [Theory]
    [InlineData(".evil.test/subscriptions/1")]
    [InlineData("@evil.test/")]
    [InlineData(":1/")]
    [InlineData("\u001b[2J")]
    [InlineData("")]
    public async Task Azures_id_of_a_resource_leads_to_no_other_host(string id)
    {
        await using var server = new HostileServer(_ => HostileAnswer.Json("{}"));
        var caller = new RecordingCaller();
        var azure = new AzureConnection(
            new AzureAccess { ResourceManagerEndpoint = server.Address, AccessToken = Secret.Of("token"), Bounds = Attack.Bounds }, caller);

        var error = await Attack.FailsAsync("AzureAnswerUnreadable", () => azure.ResourceManager.GetAsync<object>(id, default));

        Assert.Contains("the id of the resource is none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_a_service_repeats_stands_nowhere()
    {
        const string Token = "pl4nted.t0ken/+value";
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(Token));
        await using var server = new HostileServer(_ => HostileAnswer.Json($$"""{"error":{"code":"Bad","message":"what is {{Token}} or {{base64}}"} }""", 400));
        var azure = new AzureConnection(
            new AzureAccess { ResourceManagerEndpoint = server.Address, AccessToken = Secret.Of(Token), Bounds = Attack.Bounds }, new RecordingCaller());

        var error = await Attack.FailsAsync("AzureRequestFailed", () => azure.GetSubscriptionsAsync(default));

        Assert.Contains("what is *** or ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(base64, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(400, ((global::Azure.RequestFailedException)error.InnerException!).Status);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("-1e300")]
    [InlineData("\"soon\"")]
    [InlineData("null")]
    [InlineData("99999999999999999999999999")]
    public async Task A_token_that_holds_for_ever_is_a_token(string expiresIn)
    {
        await using var server = Registry("""{"token":"t0ken","expires_in":EXPIRES}""".Replace("EXPIRES", expiresIn, StringComparison.Ordinal));
        using var client = Client(server);

        Assert.Null(await client.GetManifestAsync("spark", "v1", default));
    }

    [Theory]
    [InlineData("""{"token":"a\r\nX-Evil: 1"}""")]
    [InlineData("""{"token":7}""")]
    [InlineData("""{"token":"\ud800"}""")]
    [InlineData("""[1]""")]
    [InlineData("""{"token":""}""")]
    public async Task What_is_no_token_is_never_sent(string answer)
    {
        await using var server = Registry(answer);
        using var client = Client(server);

        var error = await Attack.FailsAsync("RegistryRefused", () => client.GetManifestAsync("spark", "v1", default));

        Assert.Contains("holds no token", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Evil", server.Heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("")]
    [InlineData("/subscriptions/s")]
    [InlineData("/subscriptions/s/resourceGroups/rg/providers")]
    [InlineData("/providers/Microsoft.Storage/storageAccounts/lake")]
    [InlineData("https://elsewhere.test/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/lake")]
    public async Task A_path_that_names_no_resource_is_no_account(string id)
    {
        var account = $$"""{"id":"{{id}}","name":"lake","properties":{"isHnsEnabled":true} }""";
        await using var server = new HostileServer(request => HostileAnswer.Json(request.Target switch
        {
            var t when t.Contains("/storageAccounts?", StringComparison.Ordinal) => $$"""{"value":[{{account}}]}""",
            var t when t.Contains("/storageAccounts/lake", StringComparison.Ordinal) => account,
            _ => """{"value":[{"id":"/subscriptions/s","subscriptionId":"s","displayName":"Data","state":"Enabled","tenantId":"t"}]}""",
        }));
        var access = new AzureAccess { ResourceManagerEndpoint = server.Address, AccessToken = Secret.Of("t0ken"), Bounds = Attack.Bounds };

        await Attack.FailsAsync("AzureAnswerUnreadable", () => AdlsAccounts.GetKeysAsync("lake", "rg", null, false, access, new RecordingCaller(), default));
        await Attack.FailsAsync("AzureAnswerUnreadable", () => AdlsAccounts.GetKeysAsync("lake", null, null, false, access, new RecordingCaller(), default));
        Assert.DoesNotContain("listKeys", server.Heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///tmp/upload")]
    [InlineData("ftp://elsewhere.test/upload")]
    [InlineData("gopher:upload")]
    [InlineData("http://[bad")]
    public async Task An_upload_goes_on_at_an_address_of_the_web_or_not_at_all(string location)
    {
        await using var server = new HostileServer(request => request.Method == "POST"
            ? HostileAnswer.Of(202, [], $"Location: {location}")
            : HostileAnswer.Json("{}", request.Target == "/v2/" ? 200 : 404));
        using var client = Client(server);

        await Attack.FailsAsync("RegistryRefused", () => client.UploadBlobAsync(
            "spark", ContentDigest.Of("x"u8), 1, (_, _) => Task.FromResult<Stream>(new MemoryStream("x"u8.ToArray())), _ => { }, default));
    }

    [Theory]
    [InlineData("\"digest\":7", "lacks what one must have")]
    [InlineData("\"digest\":\"sha256:ffff\"", "lacks what one must have")]
    [InlineData("\"digest\":\"sha256:../../../v2/other/blobs/x\"", "lacks what one must have")]
    [InlineData("\"digest\":null", "lacks what one must have")]
    public async Task What_is_no_digest_becomes_no_part_of_an_address(string digest, string why)
    {
        var manifest = Encoding.UTF8.GetBytes(
            """{"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"size":2,DIGEST},"layers":[]}""".Replace("DIGEST", digest, StringComparison.Ordinal));
        await using var server = new HostileServer(request => request.Target.Contains("/manifests/", StringComparison.Ordinal)
            ? HostileAnswer.Of(200, manifest, "Content-Type: application/vnd.oci.image.manifest.v1+json", "Docker-Content-Digest: not a digest")
            : HostileAnswer.Json("{}"));
        using var client = Client(server);

        var error = await Attack.FailsAsync(
            "BaseImageNotSupported", () => RegistryImage.OpenAsync(client, ImageReference.Parse($"{server.Host}/spark:v1"), null, default));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, r => r.Target.Contains("/blobs/", StringComparison.Ordinal));
        Assert.Equal(ContentDigest.Of(manifest), await client.ResolveAsync("spark", "v1", RegistryClient.Pull("spark"), default));
    }

    [Theory]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "the registry has no such manifest")]
    [InlineData("not a digest", "did not say under which digest")]
    [InlineData("7", "did not say under which digest")]
    public async Task What_Docker_says_that_it_pushed_is_read_back(string digest, string why)
    {
        await using var registry = await RegistryStandIn.StartAsync();
        await using var daemon = new HostileServer(request => Daemon(request, digest.Length == 64 ? "sha256:" + digest : digest));

        var error = await SparkHomeFixture.RefusedAsync(_spark.Options(registry.Host) with { DockerHost = new Uri($"tcp://{daemon.Host}") });

        Assert.Equal("ImagePushFailed", error.Id);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    // A daemon that builds everything at once, knows every base image, and has odd things to say of them.
    private static HostileAnswer Daemon(HeardRequest request, string digest)
    {
        if (request.Method == "POST")
        {
            var isPush = request.Target.Contains("/push", StringComparison.Ordinal);
            return HostileAnswer.Json(isPush
                ? "{\"status\":\"Pushed\",\"id\":\"0123456789ab\"}\n{\"aux\":{\"Tag\":\"v1\",\"Digest\":\"" + digest + "\",\"Size\":7}}\n"
                : "{\"stream\":\"Successfully built\\n\"}\n");
        }

        if (request.Target.Contains("/history", StringComparison.Ordinal))
        {
            return HostileAnswer.Json("[null]");
        }

        return HostileAnswer.Json(request.Target.EndsWith("/json", StringComparison.Ordinal)
            ? $$"""{"Id":"sha256:{{new string('c', 64)}}","RepoDigests":[null,"<none>@<none>","no reference@","sparkazure-test/base@7"],"RootFS":{"Layers":[null,"x"]},"Config":null}"""
            : "OK");
    }

    private static RegistryClient Client(HostileServer server) =>
        new(RegistryAddress.Parse(server.Host), new PasswordLogin("anna", "secret"), new RecordingCaller(), Attack.Registry);

    private static HostileServer Registry(string token)
    {
        HostileServer? self = null;
        return self = new HostileServer(request => request.Target.Split('?')[0] switch
        {
            "/v2/" => HostileAnswer.Json("{}", 401, $"WWW-Authenticate: Bearer realm=\"http://{self!.Host}/token\",service=\"r\""),
            "/token" => HostileAnswer.Json(token),
            _ => HostileAnswer.Json("{}", 404),
        });
    }
}
