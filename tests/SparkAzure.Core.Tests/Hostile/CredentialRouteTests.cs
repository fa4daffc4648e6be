using System.Net;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting.Http;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Aks;
using SparkAzure.Core.Tests.Dss;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Where tokens, API keys and passwords go, and where they do not.</summary>
[Collection(AksClusterTests.EnvironmentVariables)]
public sealed class CredentialRouteTests : IDisposable
{
    private const string Planted = "pl4nted-s3cret";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(302, "password")]
    [InlineData(307, "password")]
    [InlineData(307, "refresh token")]
    [InlineData(308, "refresh token")]
    [InlineData(307, "Entra")]
    [InlineData(308, "Entra")]
    public async Task A_token_request_is_led_to_no_other_host(int status, string kind)
    {
        await using var thief = new HostileServer(_ => HostileAnswer.Json("""{"access_token":"t","refresh_token":"t"}"""));
        HostileServer? registry = null;
        await using var server = registry = new HostileServer(request => request.Target switch
        {
            "/v2/" => HostileAnswer.Json("{}", 401, $"WWW-Authenticate: Bearer realm=\"http://{registry!.Host}/oauth2/token\",service=\"r\""),
            _ when request.Target.StartsWith("/v2/", StringComparison.Ordinal) => HostileAnswer.Json("{}", 401),
            _ => HostileAnswer.Redirect(status, thief.Address),
        });
        RegistryLogin login = kind switch
        {
            "password" => new PasswordLogin("anna", Planted),
            "refresh token" => new RefreshTokenLogin(Planted),
            _ => new EntraLogin(new AzureAccess { AccessToken = Secret.Of(Planted) }, isChosen: true),
        };
        using var client = new RegistryClient(RegistryAddress.Parse(server.Host), login, new RecordingCaller(), Attack.Registry);

        await Attack.FailsAsync("RegistryRealmNotTrusted", () => client.GetManifestAsync("spark", "v1", default));

        Assert.Empty(thief.Requests);
    }

    [Fact]
    public async Task An_API_key_is_led_to_no_other_host()
    {
        await using var thief = new HostileServer(_ => HostileAnswer.Json("{}"));
        await using var dss = new HostileServer(_ => HostileAnswer.Redirect(307, thief.Address));
        using var settings = new DssSettingsApi(dss.Address, Secret.Of(Planted), false, new RecordingCaller(), Attack.Bounds);

        await Attack.FailsAsync("DssApiAnswerUnexpected", () => settings.ReadGeneralSettingsAsync(default));

        Assert.Empty(thief.Requests);
    }

    [Theory]
    [InlineData("https://dss.example.com", true)]
    [InlineData("http://localhost:11000", true)]
    [InlineData("http://127.0.0.1:11000", true)]
    [InlineData("http://127.8.8.8", true)]
    [InlineData("http://[::1]:11000", true)]
    [InlineData("http://dss.example.com", false)]
    [InlineData("http://localhost.example.com", false)]
    [InlineData("http://192.0.2.1", false)]
    [InlineData("ftp://localhost", false)]
    public void In_clear_a_credential_stays_on_this_machine(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, CredentialRoute.IsPrivate(new Uri(address)));

    [Fact]
    public async Task An_API_key_does_not_go_over_plain_http_unless_that_is_allowed()
    {
        var address = new Uri("http://192.0.2.1:11000");

        await Refusal.IsAsync(
            "AuthenticationNotEncrypted",
            ErrorKind.InvalidArgument,
            "The API key would go to http://192.0.2.1:11000 over plain http",
            "-AllowUnencryptedAuthentication",
            () => Task.FromResult(new DssSettingsApi(address, Secret.Of(Planted), false, new RecordingCaller())));
        using var allowed = new DssSettingsApi(address, Secret.Of(Planted), false, new RecordingCaller(), allowUnencrypted: true);
        Assert.Equal("http://192.0.2.1:11000/", allowed.Source);
    }

    [Theory]
    [InlineData("token: pl4nted-s3cret")]
    [InlineData("username: anna, password: pl4nted-s3cret")]
    public async Task Neither_does_the_credential_of_a_kubeconfig(string user)
    {
        var config = Config("http://192.0.2.1:8001", user);

        await Attack.FailsAsync("AuthenticationNotEncrypted", () => SparkNamespaces.InitializeAsync(Options(config), new RecordingCaller(), default));

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var allowed = Options(config) with { AllowUnencryptedAuthentication = true };
        var later = await Record.ExceptionAsync(() => SparkNamespaces.InitializeAsync(allowed, new RecordingCaller(), stop.Token));
        Assert.True(later is OperationCanceledException or SparkAzureException { Id: "KubernetesUnavailable" }, $"{later}");
    }

    [Fact]
    public async Task A_proxy_of_the_kubeconfig_sees_nothing_of_what_goes_to_this_machine()
    {
        await using var proxy = new HostileServer(_ => HostileAnswer.Json("{}"));
        await using var server = new HostileServer(_ => HostileAnswer.Json("""{"kind":"Status","message":"not for you"}""", 403));
        var config = Config(server.Address.ToString(), $"token: {Planted}", $", proxy-url: \"{proxy.Address}\"");

        await Attack.FailsAsync("KubernetesAccessDenied", () => SparkNamespaces.InitializeAsync(Options(config), new RecordingCaller(), default));

        Assert.Empty(proxy.Requests);
        Assert.Contains(Planted, server.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public void Nor_does_that_of_the_environment()
    {
        var proxy = HttpHandlers.EnvironmentProxy();

        Assert.All(
            ["http://127.0.0.1:1", "http://localhost:1", "https://[::1]:1", "http://169.254.169.254/metadata"],
            address => Assert.True(proxy.IsBypassed(new Uri(address))));
        Assert.All(
            [HttpHandlers.Create(), HttpHandlers.CreateFollowing()],
            handler => Assert.True(handler.Proxy!.IsBypassed(new Uri("http://127.0.0.1"))));
    }

    private static SparkNamespaceOptions Options(string config) => new() { KubeConfig = config, Namespace = "jobs" };

    private string Config(string server, string user, string more = "") => _folder.Write("config", $$"""
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u} }]
        clusters: [{name: c, cluster: {server: "{{server}}"{{more}} } }]
        users: [{name: u, user: { {{user}} } }]
        """);
}
