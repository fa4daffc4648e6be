using System.Net;
using System.Security;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Tests.Azure;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>The station against the stand-in over real TLS.</summary>
[Collection(EnvironmentVariables)]
public sealed class AksClusterTests : IAsyncLifetime
{
    /// <summary>Tests that set variables of the process, and those that would feel them.</summary>
    public const string EnvironmentVariables = "Environment variables";

    private readonly RecordingCaller _caller = new();
    private AzureStandIn _azure = null!;
    private HttpMessageHandler _handler = null!;
    private StandInSubscription _subscription = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _subscription = _azure.AddSubscription("Data platform");
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "spark"));
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _azure.DisposeAsync();
    }

    [Fact]
    public async Task A_public_cluster_is_found_in_the_only_subscription()
    {
        var server = await GetAsync("rg-data", "spark");

        Assert.Equal("spark", server.ClusterName);
        Assert.Equal("rg-data", server.ResourceGroupName);
        Assert.Equal("k8s://https://spark-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443", server.SparkMaster);
        Assert.False(server.Private);
        Assert.Equal("1.34.2", server.KubernetesVersion);
        Assert.Equal("Running", server.PowerState);
        Assert.EndsWith("/managedClusters/spark", server.Source, StringComparison.Ordinal);
        Assert.Empty(_caller.Warnings);
        Assert.All(_azure.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task A_private_cluster_is_given_by_its_private_name()
    {
        var cluster = _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "inner") { Private = true });

        var server = await GetAsync("rg-data", "inner", _subscription.Id);

        Assert.True(server.Private);
        Assert.Equal($"k8s://https://{cluster.PrivateFqdn}:443", server.SparkMaster);
        Assert.DoesNotContain(_azure.Requests, r => r.Target.StartsWith("/subscriptions?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clusters_are_found_by_wildcards_over_groups_and_pages()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "spark-test"));
        _azure.AddCluster(new StandInCluster(_subscription, "rg-other", "spark-old") { AuthorizedIPRanges = ["203.0.113.0/24"] });
        _azure.AddCluster(new StandInCluster(_subscription, "rg-other", "web"));
        _azure.AddCluster(new StandInCluster(_subscription, "rg-other", "unborn") { ProvisioningState = "Creating" });

        Assert.Equal(["spark", "spark-test", "spark-old", "web"], (await FindAsync(new AksQuery())).Select(s => s.ClusterName));
        Assert.Contains("'unborn'", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
        Assert.Equal(["spark", "spark-test", "spark-old"], (await FindAsync(new AksQuery { ClusterName = "SPARK*" })).Select(s => s.ClusterName));
        Assert.Equal(["spark-old", "web"], (await FindAsync(new AksQuery { ResourceGroupName = "rg-o*r" })).Select(s => s.ClusterName));
        Assert.Equal("203.0.113.0/24", Assert.Single((await GetAsync("rg-other", "spark-old")).AuthorizedIPRanges));
        Assert.Empty(await FindAsync(new AksQuery { ClusterName = "none*" }));
    }

    [Fact]
    public async Task A_name_alone_is_enough_where_one_group_has_it()
    {
        Assert.Equal("rg-data", (await GetAsync(null, "Spark")).ResourceGroupName);
        Assert.Contains("spark", (await RefusalAsync("AksClusterNotFound", null, "sparc")).Message, StringComparison.Ordinal);

        _azure.AddCluster(new StandInCluster(_subscription, "rg-test", "spark"));
        Assert.Contains("'rg-data' and 'rg-test'", (await RefusalAsync("AksClusterAmbiguous", null, "spark")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_cluster_has_its_public_name_where_that_is_wanted_and_exists()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "inner") { Private = true, Entra = true, LocalAccountsDisabled = true });
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "closed") { Private = true, PublicFqdn = false });

        var server = Assert.Single(await FindAsync(new AksQuery { ClusterName = "inner", PublicFqdn = true }));

        Assert.Equal("k8s://https://inner-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443", server.SparkMaster);
        Assert.Contains(".privatelink.", server.PrivateName, StringComparison.Ordinal);
        Assert.True(server.LocalAccountsDisabled);
        Assert.True(server.EntraSignIn);
        Assert.NotNull(server.KubeletObjectId);
        var error = await Assert.ThrowsAsync<SparkAzureException>(() => FindAsync(new AksQuery { ClusterName = "closed", PublicFqdn = true }));
        Assert.Equal("AksClusterHasNoPublicName", error.Id);
    }

    [Fact]
    public async Task A_stopped_cluster_is_given_with_a_warning()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "asleep") { PowerState = "Stopped" });

        Assert.Equal("Stopped", (await GetAsync("rg-data", "asleep")).PowerState);
        Assert.Contains("az aks start", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_is_being_made_has_no_address_yet()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "unborn") { ProvisioningState = "Creating" });

        Assert.Contains("Creating", (await RefusalAsync("AksClusterHasNoAddress", "rg-data", "unborn")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_subscriptions_are_listed_over_all_pages_and_not_guessed()
    {
        foreach (var name in new[] { "Sandbox", "Finance", "Research" })
        {
            _azure.AddSubscription(name);
        }

        var error = await RefusalAsync("SubscriptionNotChosen", "rg-data", "spark");

        Assert.Contains("4 subscriptions", error.Message, StringComparison.Ordinal);
        Assert.Contains("Research", error.Message, StringComparison.Ordinal);
        Assert.Contains("-SubscriptionId", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_cluster_is_refused_with_the_names_of_those_there_are()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "second"));
        _azure.AddCluster(new StandInCluster(_subscription, "rg-other", "third"));

        var error = await RefusalAsync("AksClusterNotFound", "rg-data", "sparc");
        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.Contains("ResourceNotFound", error.Message, StringComparison.Ordinal);
        Assert.Contains("spark, second, third", error.Message, StringComparison.Ordinal);

        Assert.Contains("ResourceGroupNotFound", (await RefusalAsync("AksClusterNotFound", "rg-none", "spark")).Message, StringComparison.Ordinal);
        Assert.Contains("SubscriptionNotFound", (await RefusalAsync("AksClusterNotFound", "rg-data", "spark", Guid.Empty.ToString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_is_waited_out_and_told()
    {
        _azure.ThrottleNext(retryAfterSeconds: 1);

        await GetAsync("rg-data", "spark", _subscription.Id);

        Assert.Equal(2, _azure.Requests.Count);
        Assert.Contains(_caller.VerboseLines, l => l.Contains("-> 429", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_shown_nowhere()
    {
        const string Wrong = "planted-token-51c0ffee";

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync("rg-data", "spark", _subscription.Id, Access(Wrong)));

        Assert.Equal("AzureTokenRefused", error.Id);
        Assert.Contains("401 InvalidAuthenticationToken", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_caller.VerboseLines, l => l.Contains(Wrong, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_denied_request_carries_Azures_words_and_request_id()
    {
        _azure.AnswerNext(403, """{"error":{"code":"AuthorizationFailed","message":"The client 'x' does not have authorization to perform action 'Microsoft.ContainerService/managedClusters/read'."}}""");

        var error = await RefusalAsync("AzureAccessDenied", "rg-data", "spark", _subscription.Id);

        Assert.Contains("403 AuthorizationFailed: The client 'x' does not have", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"\(request [0-9a-f-]{36}\)", error.Message);
    }

    [Theory]
    [InlineData(400, "<html>proxy</html>", "text/html", "AzureRequestFailed")]
    [InlineData(200, "<html>proxy</html>", "text/html", "AzureAnswerUnreadable")]
    [InlineData(200, "null", "application/json", "AzureAnswerUnreadable")]
    public async Task What_Azure_would_not_answer_is_told(int status, string body, string contentType, string id)
    {
        _azure.AnswerNext(status, body, contentType);

        await RefusalAsync(id, "rg-data", "spark", _subscription.Id);
    }

    [Fact]
    public async Task The_token_goes_to_no_other_host_than_the_one_asked()
    {
        await using var elsewhere = await AzureStandIn.StartAsync(CancellationToken.None);
        _azure.AddSubscription("Second");
        _azure.AddSubscription("Third");
        _azure.NextLinkBase = elsewhere.Endpoint;
        using var trusting = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };

        await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync("rg-data", "spark", null, Access(_azure.AccessToken) with { Handler = trusting }));

        Assert.Empty(elsewhere.Requests);
        Assert.True(Assert.Single(_azure.Requests).CarriedToken);
    }

    [Fact]
    public async Task An_address_without_TLS_gets_no_token()
    {
        var access = Access(_azure.AccessToken) with { ResourceManagerEndpoint = new Uri("http://management.example") };

        Assert.Equal("NotASecureEndpoint", (await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync("rg-data", "spark", Guid.Empty.ToString(), access))).Id);
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_is_an_unavailable_service()
    {
        var access = Access(_azure.AccessToken) with { Handler = null };

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync("rg-data", "spark", Guid.Empty.ToString(), access));

        Assert.Equal("AzureUnavailable", error.Id);
        Assert.Empty(_azure.Requests);
    }

    [Fact]
    public async Task Stopping_ends_a_wait_for_Azure()
    {
        _azure.ThrottleNext(retryAfterSeconds: 50);
        using var stop = new CancellationTokenSource();
        var call = AksClusters.GetApiServersAsync(new AksQuery { ResourceGroupName = "rg-data", ClusterName = "spark" }, Access(_azure.AccessToken) with { SubscriptionId = _subscription.Id }, _caller, stop.Token);
        while (_azure.Requests.Count == 0)
        {
            await Task.Delay(10);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_service_principal_of_the_environment_signs_in_at_Entra()
    {
        using var variables = new Variables(
            ("AZURE_AUTHORITY_HOST", _azure.Endpoint.ToString()),
            ("AZURE_TENANT_ID", _azure.TenantId),
            ("AZURE_CLIENT_ID", _azure.ClientId),
            ("AZURE_CLIENT_SECRET", _azure.ClientSecret));
        var access = Access(null) with { TokenSource = AzureTokenSource.Environment };

        Assert.Equal("spark", (await GetAsync("rg-data", "spark", null, access)).ClusterName);
        Assert.Single(_azure.Requests, r => r.Target.Contains("/oauth2/v2.0/token", StringComparison.Ordinal));

        Environment.SetEnvironmentVariable("AZURE_CLIENT_SECRET", "planted-secret-0badcafe");
        var error = await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync("rg-data", "spark", null, access));
        Assert.Equal("AzureSignInFailed", error.Id);
        Assert.Contains("AADSTS7000215", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_identity_of_a_runbook_is_used_without_being_asked_for()
    {
        using var variables = new Variables(
            ("IDENTITY_ENDPOINT", _azure.IdentityEndpoint.ToString()),
            ("IDENTITY_HEADER", _azure.IdentityHeader));

        Assert.Equal("spark", (await GetAsync("rg-data", "spark", null, Access(null))).ClusterName);
        Assert.Contains(_azure.Requests, r => r.Target.StartsWith("/msi/token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_account_the_source_asked_is_named()
    {
        using var variables = new Variables(("AZURE_TENANT_ID", null), ("AZURE_CLIENT_ID", null));

        var error = await RefusalAsync("AzureSignInFailed", "rg-data", "spark", _subscription.Id, Access(null) with { TokenSource = AzureTokenSource.Environment });
        Assert.Contains("EnvironmentCredential", error.Message, StringComparison.Ordinal);
        Assert.Contains("-TokenSource", error.Remedy, StringComparison.Ordinal);
        Assert.Empty(_azure.Requests);
    }

    private async Task<SparkAzureException> RefusalAsync(string id, string? group, string name, string? subscription = null, AzureAccess? access = null)
    {
        var error = await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync(group, name, subscription, access));
        Assert.Equal(id, error.Id);
        return error;
    }

    private async Task<AksApiServer> GetAsync(string? group, string name, string? subscription = null, AzureAccess? access = null) =>
        Assert.Single(await FindAsync(new AksQuery { ResourceGroupName = group, ClusterName = name }, (access ?? Access(_azure.AccessToken)) with { SubscriptionId = subscription }));

    private Task<IReadOnlyList<AksApiServer>> FindAsync(AksQuery query, AzureAccess? access = null) =>
        AksClusters.GetApiServersAsync(query, access ?? Access(_azure.AccessToken), _caller, CancellationToken.None);

    private AzureAccess Access(string? token)
    {
        SecureString? secure = token is null ? null : new NetworkCredential("", token).SecurePassword;
        return new AzureAccess { ResourceManagerEndpoint = _azure.Endpoint, AccessToken = secure, Handler = _handler };
    }

}
