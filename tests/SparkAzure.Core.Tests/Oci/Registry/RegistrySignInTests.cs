using System.Net;
using System.Text;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Aks;
using SparkAzure.Core.Tests.Azure;
using SparkAzure.Core.Tests.Images;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Oci.Registry;

/// <summary>Every way to sign in, against the stand-in's sockets.</summary>
[Collection(AksClusterTests.EnvironmentVariables)]
public sealed class RegistrySignInTests : IDisposable
{
    private const string Planted = "pl4nted-s3cret/+value";
    private const string Entra = "entra-t0ken/+planted";

    private readonly SparkHomeFixture _spark = new();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _spark.Dispose();

    [Fact]
    public async Task A_token_of_Entra_is_exchanged_once_and_shows_nowhere()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync(Acr() with { EntraAccessToken = Entra });

        var images = await PublishAsync(registry, Given(Entra));

        Assert.All(images, i => Assert.True(i.Changed));
        Assert.Single(Tokens(registry, "/oauth2/exchange"));
        AssertHidden(registry, string.Join('\n', images), Entra);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_principal_signs_in_at_Entra_for_registries_and_where_they_are_unknown_for_Resource_Manager(bool tenantKnowsRegistries)
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        using var handler = azure.Certificate.CreateTrustingHandler();
        azure.RegistryAccessToken = tenantKnowsRegistries ? azure.RegistryAccessToken : null;
        await using var registry = await SparkHomeFixture.RegistryAsync(Acr() with { EntraAccessToken = azure.RegistryAccessToken ?? "none", ArmAccessToken = azure.AccessToken });
        using var variables = ServicePrincipal(azure);
        var access = new RegistryAccess { Azure = new AzureAccess { TokenSource = AzureTokenSource.Environment, Handler = handler, ResourceManagerEndpoint = azure.Endpoint } };

        Assert.All(await PublishAsync(registry, access), i => Assert.True(i.Changed));

        Assert.Single(Tokens(registry, "/oauth2/exchange"));
        AssertHidden(registry, "", azure.AccessToken, azure.ClientSecret, azure.RegistryAccessToken ?? Entra);
    }

    [Fact]
    public async Task The_registrys_token_is_of_the_tenant_that_was_asked_for()
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        using var handler = azure.Certificate.CreateTrustingHandler();
        await using var registry = await SparkHomeFixture.RegistryAsync(Acr() with { EntraAccessToken = azure.RegistryAccessToken });
        const string Home = "0f0e0d0c-0b0a-0908-0706-050403020100";
        using var variables = ServicePrincipal(azure);
        using var home = new Variables(("AZURE_TENANT_ID", Home));
        var access = new AzureAccess { TokenSource = AzureTokenSource.Environment, Handler = handler, ResourceManagerEndpoint = azure.Endpoint };

        Assert.All(await PublishAsync(registry, new RegistryAccess { Azure = access with { TenantId = azure.TenantId } }), i => Assert.True(i.Changed));

        var asked = azure.Requests.Select(r => r.Target).Where(u => u.Contains("/oauth2/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, u => Assert.StartsWith($"/{azure.TenantId}/", u, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_older_registry_gets_the_token_for_Resource_Manager_after_it_refused_the_other()
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        using var handler = azure.Certificate.CreateTrustingHandler();
        await using var old = await SparkHomeFixture.RegistryAsync(Acr() with { EntraAccessToken = "another", ArmAccessToken = azure.AccessToken });
        await using var strict = await SparkHomeFixture.RegistryAsync(Acr() with { EntraAccessToken = "another", ArmAccessToken = azure.AccessToken, RefuseArmAudience = true });
        using var variables = ServicePrincipal(azure);
        var access = new RegistryAccess { Azure = new AzureAccess { TokenSource = AzureTokenSource.Environment, Handler = handler, ResourceManagerEndpoint = azure.Endpoint } };

        Assert.All(await PublishAsync(old, access), i => Assert.True(i.Changed));
        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => PublishAsync(strict, access));

        Assert.Equal([401, 200], Tokens(old, "/oauth2/exchange").Select(r => r.Status));
        Assert.Equal("RegistryLoginRefused", refusal.Id);
        Assert.Contains("did not exchange the token of Entra ID (401, UNAUTHORIZED: authentication required", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_refused_or_missing_is_one_clear_error()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync(Acr() with { EntraAccessToken = "another" });
        using var variables = new Variables(("AZURE_TENANT_ID", null), ("AZURE_CLIENT_ID", null));

        var refused = await Assert.ThrowsAsync<SparkAzureException>(() => PublishAsync(registry, Given(Planted)));
        var missing = await Assert.ThrowsAsync<SparkAzureException>(
            () => PublishAsync(registry, new RegistryAccess { Azure = new AzureAccess { TokenSource = AzureTokenSource.Environment } }));
        var both = await Assert.ThrowsAsync<SparkAzureException>(() => PublishAsync(registry, Given(Planted) with { Credential = new NetworkCredential("a", "b") }));

        Assert.Equal(("RegistryLoginRefused", "AzureSignInFailed", "RegistryLoginAmbiguous"), (refused.Id, missing.Id, both.Id));
        Assert.Single(Tokens(registry, "/oauth2/exchange"));
        AssertHidden(registry, refused.ToString(), Planted);
    }

    [Fact]
    public async Task A_registry_that_is_not_of_Azure_gets_no_token_of_Entra()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync(new RegistryOptions { Authentication = RegistryAuthentication.Basic });

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => PublishAsync(registry, Given(Entra)));

        Assert.Equal("RegistryNotInAzure", refusal.Id);
        Assert.DoesNotContain(registry.Requests, r => r.Method == "POST");
    }

    [Fact]
    public async Task Where_nobody_chose_Entra_the_lack_of_an_account_leaves_anonymous_access_and_is_told_when_that_is_refused()
    {
        await using var open = await SparkHomeFixture.RegistryAsync();
        await using var closed = await SparkHomeFixture.RegistryAsync(Acr());
        using var variables = new Variables(("AZURE_TENANT_ID", null), ("AZURE_CLIENT_ID", null));
        var login = new EntraLogin(new AzureAccess { TokenSource = AzureTokenSource.Environment }, isChosen: false);

        using var reader = new RegistryClient(Address(open), login, _caller);
        Assert.NotNull(await reader.GetManifestAsync("base/jre", "8", CancellationToken.None));
        using var stranger = new RegistryClient(Address(closed), login, _caller);
        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => stranger.GetManifestAsync("base/jre", "8", CancellationToken.None));

        Assert.Equal("RegistryLoginRefused", refusal.Id);
        Assert.Contains("without a login", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("EnvironmentCredential", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("team.azurecr.io", AzureEnvironment.AzureCloud)]
    [InlineData("team-a1b2c3d4e5f6g7h8.azurecr.io", AzureEnvironment.AzureCloud)]
    [InlineData("team.azurecr.us", AzureEnvironment.AzureUSGovernment)]
    [InlineData("TEAM.azurecr.cn", AzureEnvironment.AzureChinaCloud)]
    [InlineData("azurecr.io.example.com", null)]
    [InlineData("docker.io", null)]
    public async Task Registries_of_Azure_are_known_by_their_names(string host, AzureEnvironment? cloud)
    {
        var access = new RegistryAccess { DockerConfigFolder = _spark.DockerConfig };

        var login = await access.FindLoginAsync(RegistryAddress.Parse(host), isTarget: true, _caller, CancellationToken.None);

        Assert.Equal(cloud, (login as EntraLogin)?.Access.Environment);
        Assert.Equal(cloud is not null, login is EntraLogin { IsChosen: false });
    }

    [Fact]
    public async Task What_is_given_counts_before_dockers_own_and_for_the_target_only()
    {
        _spark.WriteLogin("team.azurecr.io", $$"""{"auth":"{{Convert.ToBase64String("own:login"u8)}}"}""");
        var given = new RegistryAccess { DockerConfigFolder = _spark.DockerConfig, Credential = new NetworkCredential("given", Planted) };
        var azure = new RegistryAccess { DockerConfigFolder = _spark.DockerConfig, Azure = new AzureAccess() };

        Assert.Equal("given", Assert.IsType<PasswordLogin>(await FindAsync(given, true)).UserName);
        Assert.Equal("own", Assert.IsType<PasswordLogin>(await FindAsync(given, false)).UserName);
        Assert.True(Assert.IsType<EntraLogin>(await FindAsync(azure, true)).IsChosen);
        Assert.Equal("own", Assert.IsType<PasswordLogin>(await FindAsync(azure, false)).UserName);

        Task<RegistryLogin?> FindAsync(RegistryAccess access, bool isTarget) =>
            access.FindLoginAsync(RegistryAddress.Parse("team.azurecr.io"), isTarget, _caller, CancellationToken.None);
    }

    [Theory]
    [InlineData("identitytoken")]
    [InlineData("auth")]
    public async Task What_az_acr_login_left_is_passed_over_when_its_time_is_over(string form)
    {
        foreach (var (until, isUsed) in new[] { (DateTimeOffset.UtcNow.AddMinutes(10), true), (DateTimeOffset.UtcNow.AddMinutes(-1), false) })
        {
            var claims = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"exp":{{until.ToUnixTimeSeconds()}}}""")).TrimEnd('=');
            var value = form == "auth" ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RegistryLogin.TokenUser}:x.{claims}.x")) : $"x.{claims}.x";
            _spark.WriteLogin("team.azurecr.io", $$"""{"{{form}}":"{{value}}"}""");

            var login = await new RegistryAccess { DockerConfigFolder = _spark.DockerConfig }.FindLoginAsync(RegistryAddress.Parse("team.azurecr.io"), isTarget: true, _caller, CancellationToken.None);

            Assert.Equal(isUsed, login is not EntraLogin);
        }
    }

    [Theory]
    [InlineData("pusher", Planted)]
    [InlineData("team-token", "t0ken-pass/+word")]
    public async Task Accounts_and_repository_tokens_sign_in_by_name_and_password(string name, string password)
    {
        var token = new RepositoryToken(
            "team-token",
            "t0ken-pass/+word",
            "repositories/base/jre/content/read",
            "repositories/spark/content/read",
            "repositories/spark/content/write",
            "repositories/spark-py/content/read",
            "repositories/spark-py/content/write");
        await using var registry = await SparkHomeFixture.RegistryAsync(Acr() with { UserName = "pusher", Password = Planted, RepositoryTokens = [token] });

        Assert.All(await PublishAsync(registry, new RegistryAccess { Credential = new NetworkCredential(name, password) }), i => Assert.True(i.Changed));

        AssertHidden(registry, "", password);
    }

    [Fact]
    public async Task A_repository_token_that_may_only_read_is_denied_the_push_before_anything_is_sent()
    {
        var token = new RepositoryToken("reader", Planted, "repositories/base/jre/content/read", "repositories/spark/content/read", "repositories/spark-py/content/read");
        await using var registry = await SparkHomeFixture.RegistryAsync(Acr() with { RepositoryTokens = [token] });

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => PublishAsync(registry, new RegistryAccess { Credential = new NetworkCredential("reader", Planted) }));

        Assert.Equal(("RegistryAccessDenied", ErrorKind.PermissionDenied), (refusal.Id, refusal.Kind));
        Assert.DoesNotContain(registry.Requests, r => r.BodyBytes > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_requests_fetch_one_token_and_after_its_end_one_more(bool opaque)
    {
        var options = Acr() with { EntraAccessToken = Entra, OpaqueTokens = opaque, AccessTokenLifetime = TimeSpan.FromSeconds(2) };
        await using var registry = await SparkHomeFixture.RegistryAsync(options);
        using var client = new RegistryClient(Address(registry), new EntraLogin(Given(Entra).Azure!, isChosen: true), _caller);

        for (var round = 1; round <= 2; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.GetManifestAsync("base/jre", "8", CancellationToken.None)));

            Assert.Equal(round, Tokens(registry, "/oauth2/token").Count());
            await Task.Delay(TimeSpan.FromSeconds(2.1));
        }

        Assert.Single(registry.Requests, r => r.Url == "/v2/");
        Assert.Single(Tokens(registry, "/oauth2/exchange"));

        // Who knows when its token ends does not try it after.
        Assert.Equal(opaque, registry.Requests.Any(r => r.Url.EndsWith("/manifests/8", StringComparison.Ordinal) && r.Status == 401));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tokens_that_end_in_the_middle_of_a_publish_are_renewed(bool opaque)
    {
        // Both kinds end again and again: the refresh token too is had anew from Entra's.
        var options = Acr() with { EntraAccessToken = Entra, OpaqueTokens = opaque, AccessTokenLifetime = TimeSpan.FromSeconds(1), RefreshTokenLifetime = TimeSpan.FromSeconds(1.5) };
        await using var registry = await SparkHomeFixture.RegistryAsync(options);
        registry.Faults.HoldUploads = new TaskCompletionSource();
        var publishing = PublishAsync(registry, Given(Entra));
        while (!_caller.VerboseLines.Any(l => l.StartsWith("Uploading", StringComparison.Ordinal)))
        {
            await Task.Delay(10);
        }

        await Task.Delay(TimeSpan.FromSeconds(1.6));
        registry.Faults.HoldUploads.SetResult();

        Assert.All(await publishing, i => Assert.NotNull(registry.Manifest(i.Repository, i.Digest!)));
        Assert.InRange(Tokens(registry, "/oauth2/exchange").Count(), 2, 20);
    }

    [Fact]
    public async Task A_refused_token_does_not_throw_a_newer_one_away_and_who_stops_waiting_stops_nobody()
    {
        var fetched = 0;
        var hold = new TaskCompletionSource();
        using var token = new SharedToken(async stop =>
        {
            await hold.Task.WaitAsync(stop);
            return new IssuedToken($"t{Interlocked.Increment(ref fetched)}", null);
        });
        using var impatience = new CancellationTokenSource();
        var first = token.GetAsync(null, impatience.Token);
        var others = Enumerable.Range(0, 8).Select(_ => token.GetAsync(null, CancellationToken.None)).ToArray();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        hold.SetResult();

        Assert.All(await Task.WhenAll(others), t => Assert.Equal("t1", t));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => token.GetAsync("t1", CancellationToken.None))), t => Assert.Equal("t2", t));
        Assert.Equal("t2", await token.GetAsync("t1", CancellationToken.None));
    }

    [Fact]
    public async Task The_time_of_a_token_is_reckoned_on_the_issuers_clock()
    {
        var past = DateTimeOffset.UtcNow.AddDays(-2).ToUnixTimeSeconds();
        Assert.True(IssuedToken.Read(Jwt($$"""{"iat":{{past}},"exp":{{past + 3600}}}"""), null).IsFresh);
        Assert.False(IssuedToken.Read(Jwt($$"""{"exp":{{past}}}"""), 3600).IsFresh);
        Assert.True(IssuedToken.Read("opaque", null).IsFresh);
        var brief = IssuedToken.Read("opaque", 0.2);
        Assert.True(brief.IsFresh);
        await Task.Delay(300);
        Assert.False(brief.IsFresh);

        static string Jwt(string claims) => $"x.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=')}.x";
    }

    [SkippableFact]
    public async Task Docker_is_handed_what_Entra_was_exchanged_for()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync(Acr() with { EntraAccessToken = Entra });
        var options = _spark.Options(registry.Host) with { Images = ["spark"], Access = Given(Entra) };
        try
        {
            var image = Assert.Single(await SparkHomeFixture.PublishAsync(options, _caller));

            Assert.NotNull(registry.Manifest("spark", image.Digest!));
            AssertHidden(registry, image.ToString(), Entra);
        }
        finally
        {
            await ContainerTools.TryRunAsync("docker", ["rmi", "-f", $"{registry.Host}/spark:v1"]);
        }
    }

    private static RegistryOptions Acr() => new() { Authentication = RegistryAuthentication.AcrToken };

    private static RegistryAccess Given(string token) => new() { Azure = new AzureAccess { AccessToken = new NetworkCredential("", token).SecurePassword } };

    private static RegistryAddress Address(RegistryStandIn registry) => RegistryAddress.Parse(registry.Host);

    private static IEnumerable<RegistryRequest> Tokens(RegistryStandIn registry, string path) =>
        registry.Requests.Where(r => r.Url.StartsWith(path, StringComparison.Ordinal));

    private static Variables ServicePrincipal(AzureStandIn azure) => new(
        ("AZURE_AUTHORITY_HOST", azure.Endpoint.ToString()),
        ("AZURE_TENANT_ID", azure.TenantId),
        ("AZURE_CLIENT_ID", azure.ClientId),
        ("AZURE_CLIENT_SECRET", azure.ClientSecret));

    private Task<List<SparkImage>> PublishAsync(RegistryStandIn registry, RegistryAccess access) =>
        SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry) with { Access = access with { DockerConfigFolder = _spark.DockerConfig } }, _caller);

    private void AssertHidden(RegistryStandIn registry, string more, params string[] secrets)
    {
        var seen = string.Join('\n', [.. registry.Requests.Select(r => r.Url), .. _caller.VerboseLines, .. _caller.Warnings, more]);
        foreach (var secret in secrets.SelectMany(s => new[] { s, Uri.EscapeDataString(s), Convert.ToBase64String(Encoding.UTF8.GetBytes(s)) }))
        {
            Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("eyJ", seen, StringComparison.Ordinal);
    }
}
