using System.Net;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>That nodes may pull: by the role that the registry honours, given once.</summary>
public sealed class AcrPullGrantsTests : IAsyncLifetime
{
    private const string AcrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    private const string RepositoryReader = "b93aa761-3e63-49ed-ac28-beffa264f7ac";

    private readonly RecordingCaller _caller = new();
    private AzureStandIn _azure = null!;
    private RegistryStandIn _images = null!;
    private HttpMessageHandler _handler = null!;
    private StandInSubscription _subscription = null!;
    private StandInCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _images = await RegistryStandIn.StartAsync();
        _handler = _azure.Certificate.CreateTrustingHandler();
        _subscription = _azure.AddSubscription("Data platform");
        _cluster = _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "spark"));
        _azure.AddPrincipal(new StandInPrincipal(_cluster.KubeletObjectId!, "spark-agentpool", _azure.TenantId));
        _azure.AddRegistry(new StandInContainerRegistry(_subscription, "rg-data", "images", _images));
        _azure.AddRegistry(new StandInContainerRegistry(_subscription, "rg-data", "strict", _images) { RoleAssignmentMode = "AbacRepositoryPermissions" });
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _images.DisposeAsync();
        await _azure.DisposeAsync();
    }

    [Theory]
    [InlineData("images", AcrPull, "AcrPull")]
    [InlineData("strict", RepositoryReader, "Container Registry Repository Reader")]
    public async Task The_role_that_the_registry_honours_is_given_once(string registry, string roleId, string role)
    {
        var grant = await GrantAsync(Options(registry));

        Assert.True(grant.Changed);
        Assert.Equal(role, grant.Role);
        Assert.Equal(_images.Host, grant.Registry);
        var assignment = Assert.Single(_azure.RoleAssignments);
        Assert.Equal((roleId, _cluster.KubeletObjectId, "ServicePrincipal"), (assignment.RoleId, assignment.PrincipalId, assignment.PrincipalType));

        var again = await GrantAsync(Options(registry));
        Assert.False(again.Changed);
        Assert.False(again.Inherited);
        Assert.Single(_azure.Requests, r => r.Method == "PUT");
    }

    [Fact]
    public async Task A_role_from_above_will_do_where_it_is_honoured()
    {
        _azure.AddRoleAssignment($"/subscriptions/{_subscription.Id}", AcrPull, _cluster.KubeletObjectId!);

        var inherited = await GrantAsync(Options("images"));
        Assert.False(inherited.Changed);
        Assert.True(inherited.Inherited);
        Assert.Equal($"/subscriptions/{_subscription.Id}", inherited.Scope);

        // In ABAC mode AcrPull counts for nothing.
        Assert.True((await GrantAsync(Options("strict"))).Changed);
    }

    [Fact]
    public async Task A_rehearsal_sends_nothing_but_GET_and_says_who_must_do_it()
    {
        _azure.MayAssignRoles = false;
        var rehearsal = RecordingCaller.WhatIf();

        var grant = await AcrPullGrants.GrantAsync(Options("images"), Access, rehearsal, default);

        Assert.True(grant.Planned);
        Assert.False(grant.CallerMayAssign);
        Assert.Contains("User Access Administrator", Assert.Single(rehearsal.Warnings), StringComparison.Ordinal);
        Assert.All(_azure.Requests, r => Assert.Equal("GET", r.Method));

        Assert.Equal("RoleAssignmentDenied", (await RefusalAsync(Options("images"))).Id);
        _azure.MayAssignRoles = true;
        Assert.True((await AcrPullGrants.GrantAsync(Options("images"), Access, RecordingCaller.WhatIf(), default)).CallerMayAssign);
    }

    [Fact]
    public async Task An_identity_that_is_not_known_everywhere_yet_is_waited_for()
    {
        _azure.AddPrincipal(new StandInPrincipal(_cluster.KubeletObjectId!, "spark-agentpool", _azure.TenantId) { HiddenLookups = 2 });

        Assert.True((await GrantAsync(Options("images"))).Changed);
        Assert.Equal(3, _azure.Requests.Count(r => r.Method == "PUT"));
    }

    [Fact]
    public async Task A_cluster_with_a_service_principal_is_asked_for_at_Graph()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "old") { ServicePrincipalClientId = "0ldc1ust-0000-4000-8000-000000000000".Replace("0ldc1ust", "01dc1057", StringComparison.Ordinal) });

        Assert.Equal("NoTokenForService", (await RefusalAsync(Options("images") with { ClusterName = "old" })).Id);
    }

    [Fact]
    public async Task A_registry_is_found_in_other_subscriptions_and_told_from_one_of_another_tenant()
    {
        var other = _azure.AddSubscription("Shared");
        _azure.AddRegistry(new StandInContainerRegistry(other, "rg-shared", "shared", _images));
        var foreign = _azure.AddSubscription("Theirs", tenantId: Guid.NewGuid().ToString());

        Assert.Contains(other.Id, (await GrantAsync(Options("shared"))).RegistryId, StringComparison.Ordinal);
        Assert.False((await GrantAsync(Options($"/subscriptions/{other.Id}/resourceGroups/rg-shared/providers/Microsoft.ContainerRegistry/registries/shared"))).Changed);

        var unseen = await RefusalAsync(Options("theirs"));
        Assert.Equal("AcrNotVisible", unseen.Id);
        Assert.Equal("AcrInOtherTenant", (await RefusalAsync(Options($"/subscriptions/{foreign.Id}/resourceGroups/r/providers/Microsoft.ContainerRegistry/registries/theirs"))).Id);
    }

    private static AcrPullOptions Options(string registry) => new() { ClusterName = "spark", ResourceGroupName = "rg-data", Registry = registry, Pause = (_, _) => Task.CompletedTask };

    private AzureAccess Access => new() { SubscriptionId = _subscription.Id, ResourceManagerEndpoint = _azure.Endpoint, AccessToken = new NetworkCredential("", _azure.AccessToken).SecurePassword, Handler = _handler };

    private Task<AcrPullGrant> GrantAsync(AcrPullOptions options) => AcrPullGrants.GrantAsync(options, Access, _caller, default);

    private Task<SparkAzureException> RefusalAsync(AcrPullOptions options) => Assert.ThrowsAsync<SparkAzureException>(() => GrantAsync(options));
}
