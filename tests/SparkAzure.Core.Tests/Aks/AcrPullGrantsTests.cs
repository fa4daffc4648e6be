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

    private const string AtManagementGroup = """
        {"value": [{
          "id": "/providers/Microsoft.Management/managementGroups/platform/providers/Microsoft.Authorization/roleAssignments/43f1843d-1137-4009-bdb6-f730e7d50e53",
          "name": "43f1843d-1137-4009-bdb6-f730e7d50e53",
          "type": "Microsoft.Authorization/roleAssignments",
          "properties": {
            "roleDefinitionId": "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
            "principalId": "PRINCIPAL", "principalType": "ServicePrincipal",
            "scope": "/providers/Microsoft.Management/managementGroups/platform", "condition": null}}]}
        """;

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
    public async Task A_role_at_a_management_group_that_Azure_lists_is_above()
    {
        // As azure-cli PR 30841 shows the answer.
        _azure.AnswerNext(200, AtManagementGroup.Replace("PRINCIPAL", _cluster.KubeletObjectId, StringComparison.Ordinal), method: "GET", target: "roleAssignments");

        var grant = await GrantAsync(Options("images"));

        Assert.Equal((false, true), (grant.Changed, grant.Inherited));
        Assert.Equal("/providers/Microsoft.Management/managementGroups/platform", grant.Scope);
        Assert.DoesNotContain(_azure.Requests, r => r.Method == "PUT");
    }

    [Theory]
    [InlineData("images", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", true)]
    [InlineData("strict", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "Container Registry Repository Reader", false)]
    [InlineData("strict", RepositoryReader, "Container Registry Repository Reader", true)]
    public async Task Reader_pulls_where_roles_hold_for_the_whole_registry(string registry, string role, string named, bool does)
    {
        _azure.AddRoleAssignment("/providers/Microsoft.Management/managementGroups/root", role, _cluster.KubeletObjectId!);

        var grant = await GrantAsync(Options(registry));

        Assert.Equal((!does, does, named), (grant.Changed, grant.Inherited, grant.Role));
    }

    [Theory]
    [InlineData("images", "Microsoft.ContainerRegistry/*/read", null, true)]
    [InlineData("images", "Microsoft.ContainerRegistry/registries/push/write", null, false)]
    [InlineData("images", null, "Microsoft.ContainerRegistry/registries/repositories/content/read", false)]
    [InlineData("strict", null, "Microsoft.ContainerRegistry/registries/repositories/content/read", true)]
    public async Task A_role_of_the_organization_will_do_where_it_allows_a_pull(string registry, string? action, string? dataAction, bool does)
    {
        var own = _azure.AddRole(new StandInRole(Guid.NewGuid().ToString(), "Node", action is null ? [] : [action], dataAction is null ? [] : [dataAction]));
        _azure.AddRoleAssignment($"/subscriptions/{_subscription.Id}", own.Id, _cluster.KubeletObjectId!);

        var grant = await GrantAsync(Options(registry));

        Assert.Equal((!does, does), (grant.Changed, grant.Role == "Node"));
    }

    [Fact]
    public async Task A_role_that_may_not_be_read_is_not_counted_on()
    {
        _azure.AddRoleAssignment($"/subscriptions/{_subscription.Id}", Guid.NewGuid().ToString(), _cluster.KubeletObjectId!);
        _azure.AnswerNext(403, """{"error":{"code":"AuthorizationFailed","message":"no"}}""", target: "roleDefinitions");

        Assert.True((await GrantAsync(Options("images"))).Changed);
    }

    [Theory]
    [InlineData(403, "DenyAssignmentAuthorizationFailed", "however, the access is denied because of the deny assignment with name 'system'", "RoleAssignmentDenied", "managed application")]
    [InlineData(403, "AuthorizationFailed", "The client does not have authorization or an ABAC condition not fulfilled to perform action", "RoleAssignmentDenied", "holds under a condition")]
    [InlineData(403, "AuthorizationFailed", "The client has an authorization with ABAC condition that is not fulfilled to perform action", "RoleAssignmentDenied", "holds under a condition")]
    [InlineData(403, "RequestDisallowedByPolicy", "Resource was disallowed by policy 'roles'", "RoleAssignmentDenied", "policy")]
    [InlineData(409, "ScopeLocked", "The scope cannot perform write operation because following scope(s) are locked", "RoleAssignmentLocked", "az lock list")]
    public async Task A_refusal_that_no_role_would_cure_is_said_in_azures_words_with_its_own_remedy(int status, string code, string words, string id, string remedy)
    {
        var body = "{\"error\": {\"code\": \"" + code + "\", \"message\": \"" + words + "\"}}";
        _azure.AnswerNext(status, body, method: "PUT", target: "roleAssignments");

        var failure = await Refusal.IsAsync(id, ErrorKind.PermissionDenied, words, remedy, () => GrantAsync(Options("images")));

        Assert.Contains(code, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("it lacks", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("as an Owner", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_somebody_gave_in_between_is_none_that_was_given_here()
    {
        _azure.AnswerNext(
            409,
            """{"error":{"code":"RoleAssignmentExists","message":"The role assignment already exists."}}""",
            method: "PUT",
            target: "roleAssignments");

        var grant = await GrantAsync(Options("images"));

        Assert.Equal((false, false, "AcrPull"), (grant.Changed, grant.Planned, grant.Role));
    }

    [Fact]
    public async Task A_role_that_is_missing_is_said_to_be_missing_also_with_azures_words()
    {
        _azure.MayAssignRoles = false;

        await Refusal.IsAsync(
            "RoleAssignmentDenied",
            ErrorKind.PermissionDenied,
            "it lacks Microsoft.Authorization/roleAssignments/write there. Azure says: 403 AuthorizationFailed: The client",
            "as an Owner",
            () => GrantAsync(Options("images")));
    }

    [Fact]
    public async Task Any_request_that_a_deny_assignment_forbids_names_it_as_what_to_look_at()
    {
        _azure.AnswerNext(403, """{"error":{"code":"DenyAssignmentAuthorizationFailed","message":"denied because of the deny assignment 'system'"}}""", target: "managedClusters");

        await Refusal.IsAsync("AzureAccessDenied", ErrorKind.PermissionDenied, "'system'", "Look up the deny assignment", () => GrantAsync(Options("images")));
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

    [Theory]
    [InlineData("images")]
    [InlineData("strict")]
    public async Task What_was_given_is_taken_away_once(string registry)
    {
        await GrantAsync(Options(registry));

        var planned = await AcrPullGrants.RevokeAsync(Options(registry), Access, RecordingCaller.WhatIf(), default);
        Assert.Equal((true, false, true), (planned.Planned, planned.Changed, planned.CallerMayAssign));
        Assert.DoesNotContain(_azure.Requests, r => r.Method == "DELETE");

        var revoked = await RevokeAsync(Options(registry));
        Assert.True(revoked.Changed);
        Assert.Empty(_azure.RoleAssignments);
        Assert.Empty(_caller.Warnings);

        Assert.False((await RevokeAsync(Options(registry))).Changed);
        Assert.Single(_azure.Requests, r => r.Method == "DELETE");
    }

    [Fact]
    public async Task What_others_gave_or_comes_from_above_is_told_and_left()
    {
        await GrantAsync(Options("images"));
        var registry = Assert.Single(_azure.RoleAssignments).Scope;
        _azure.AddRoleAssignment(registry, "8311e382-0749-4cb8-b61a-304f252e45ec", _cluster.KubeletObjectId!);
        _azure.AddRoleAssignment($"/subscriptions/{_subscription.Id}", AcrPull, _cluster.KubeletObjectId!);

        var revoked = await RevokeAsync(Options("images"));

        Assert.Equal((true, true), (revoked.Changed, revoked.Inherited));
        Assert.Equal([$"AcrPull on /subscriptions/{_subscription.Id}", $"AcrPush on {registry}"], revoked.Remaining.Order(StringComparer.Ordinal));
        Assert.Contains("may still pull", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, _azure.RoleAssignments.Count);
    }

    [Fact]
    public async Task A_refusal_to_take_a_role_away_is_said_in_azures_words()
    {
        await GrantAsync(Options("images"));
        _azure.MayAssignRoles = false;
        var rehearsal = RecordingCaller.WhatIf();
        Assert.False((await AcrPullGrants.RevokeAsync(Options("images"), Access, rehearsal, default)).CallerMayAssign);
        Assert.Contains("User Access Administrator", Assert.Single(rehearsal.Warnings), StringComparison.Ordinal);
        await Refusal.IsAsync("RoleRemovalDenied", ErrorKind.PermissionDenied, "roleAssignments/delete", "as an Owner", () => RevokeAsync(Options("images")));

        _azure.MayAssignRoles = true;
        _azure.AnswerNext(409, """{"error":{"code":"ScopeLocked","message":"The scope cannot perform delete operation because following scope(s) are locked"}}""", method: "DELETE", target: "roleAssignments");
        await Refusal.IsAsync("RoleRemovalLocked", ErrorKind.PermissionDenied, "scope(s) are locked", "az lock list", () => RevokeAsync(Options("images")));
        Assert.Single(_azure.RoleAssignments);
    }

    private static AcrPullOptions Options(string registry) => new() { ClusterName = "spark", ResourceGroupName = "rg-data", Registry = registry, Pause = (_, _) => Task.CompletedTask };

    private AzureAccess Access => new() { SubscriptionId = _subscription.Id, ResourceManagerEndpoint = _azure.Endpoint, AccessToken = new NetworkCredential("", _azure.AccessToken).SecurePassword, Handler = _handler };

    private Task<AcrPullGrant> GrantAsync(AcrPullOptions options) => AcrPullGrants.GrantAsync(options, Access, _caller, default);

    private Task<AcrPullGrant> RevokeAsync(AcrPullOptions options) => AcrPullGrants.RevokeAsync(options, Access, _caller, default);

    private Task<SparkAzureException> RefusalAsync(AcrPullOptions options) => Assert.ThrowsAsync<SparkAzureException>(() => GrantAsync(options));
}
