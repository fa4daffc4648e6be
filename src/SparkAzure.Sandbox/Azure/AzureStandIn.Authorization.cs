using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A role that a principal has.</summary>
/// <param name="Name">The assignment's name, a GUID.</param>
/// <param name="Scope">What the role holds for, and all below it.</param>
/// <param name="RoleId">The role's GUID.</param>
/// <param name="PrincipalId">Who has it.</param>
/// <param name="PrincipalType">What the principal was said to be; null where it was not.</param>
public sealed record StandInRoleAssignment(
    string Name,
    string Scope,
    string RoleId,
    string PrincipalId,
    string? PrincipalType);

/// <summary>A role that an organization made for itself.</summary>
/// <param name="Id">Its GUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Actions">What it allows; wildcards are.</param>
/// <param name="DataActions">What it allows on what resources hold.</param>
public sealed record StandInRole(
    string Id,
    string Name,
    IReadOnlyList<string> Actions,
    IReadOnlyList<string> DataActions);

/// <summary>Microsoft.Authorization: role assignments and definitions, api-version 2022-04-01.</summary>
public sealed partial class AzureStandIn
{
    private const string ManagementGroups = "/providers/Microsoft.Management/managementGroups/";

    private static readonly string[] Everything = ["*"];

    // What the role Contributor takes out of everything.
    private static readonly string[] NotAsContributor = ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action"];

    private readonly ConcurrentDictionary<string, StandInRoleAssignment> _assignments =
        new(StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, StandInRole> _roles = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>All roles that were given.</summary>
    public IReadOnlyCollection<StandInRoleAssignment> RoleAssignments => [.. _assignments.Values];

    /// <summary>Whether the caller may give and take roles.</summary>
    public bool MayAssignRoles { get; set; } = true;

    /// <summary>Makes a role of the organization's own.</summary>
    public StandInRole AddRole(StandInRole role) => _roles[role.Id] = role;

    /// <summary>
    /// Gives a role, as an administrator does elsewhere. A management group stands above every subscription here.
    /// </summary>
    public void AddRoleAssignment(string scope, string roleId, string principalId)
    {
        var name = Guid.NewGuid().ToString();
        _assignments[name] = new StandInRoleAssignment(name, scope, roleId, principalId, "ServicePrincipal");
    }

    /// <summary>Whether a principal has one of some roles on a resource, or above it.</summary>
    internal bool HasRole(string resource, string principalId, params string[] roleIds) =>
        _assignments.Values.Any(a => Same(a.PrincipalId, principalId)
            && roleIds.Contains(a.RoleId, StringComparer.OrdinalIgnoreCase)
            && IsWithin(resource, a.Scope));

    private Task<Answer> AuthorizationAsync(
        ResourceRequest request) => Task.FromResult((request.Method, request.Path) switch
    {
        ("GET", ["roleAssignments"]) =>
            Page(
                request.Http,
                [.. Assignments(request.Scope, request.Query("$filter") ?? "").Select(a =>
                    Document(request.Subscription, a))]),
        ("GET", ["roleAssignments", var name]) => _assignments.TryGetValue(name, out var found)
            ? new Answer(200, Document(request.Subscription, found))
            : Answer.Error(404, "RoleAssignmentNotFound", $"The role assignment '{name}' is not found."),
        ("GET", ["roleDefinitions", var id]) => _roles.TryGetValue(id, out var role)
            ? new Answer(200, Document(request.Subscription, role))
            : Answer.Error(
                404, "RoleDefinitionDoesNotExist", $"The specified role definition with ID '{id}' does not exist."),
        ("GET", ["permissions"]) => Page(request.Http, [new
        {
            actions = Everything,
            notActions = MayAssignRoles ? [] : NotAsContributor,
            dataActions = Array.Empty<string>(),
            notDataActions = Array.Empty<string>(),
        }]),
        ("PUT" or "DELETE", ["roleAssignments", _]) when !MayAssignRoles => Answer.Error(
            403, "AuthorizationFailed",
            $"The client '{ClientId}' with object id '{request.Token.ObjectId}' does not have authorization to " +
            $"perform action 'Microsoft.Authorization/roleAssignments/{(request.Method == "PUT" ? "write" : "delete")}' over scope " +
            $"'{request.Scope}/providers/Microsoft.Authorization/roleAssignments/{request.Path[1]}' or the scope is " +
            $"invalid. If access was recently granted, please refresh your credentials."),
        ("PUT", ["roleAssignments", var name]) => Assign(request, name),
        ("DELETE", ["roleAssignments", var name]) =>
            _assignments.TryRemove(name, out var removed)
                ? new Answer(200, Document(request.Subscription, removed))
                : new Answer(204),
        (_, ["roleAssignments" or "roleDefinitions", ..]) => MethodNotAllowed(request.Http),
        _ => NoSuchType(),
    });

    // At the scope and above it; of one principal also below it.
    private IEnumerable<StandInRoleAssignment> Assignments(string scope, string filter)
    {
        var principal = PrincipalFilter().Match(filter) is { Success: true } match ? match.Groups[1].Value : null;
        return _assignments.Values
            .Where(a => principal is null || Same(a.PrincipalId, principal))
            .Where(a => IsWithin(scope, a.Scope)
                || (!filter.Contains("atScope()", StringComparison.OrdinalIgnoreCase) && IsWithin(a.Scope, scope)))
            .OrderBy(a => a.Name, StringComparer.Ordinal);
    }

    private Answer Assign(ResourceRequest request, string name)
    {
        var properties = request.Body?["properties"];
        var principalId = (string?)properties?["principalId"] ?? "";
        var role = ((string?)properties?["roleDefinitionId"] ?? "").Split('/')[^1];
        if (!Guid.TryParse(name, out _) || !Guid.TryParse(role, out _) || !Guid.TryParse(principalId, out _))
        {
            return Answer.Error(
                400,
                "InvalidCreateRoleAssignmentRequest",
                "The request to create the role assignment is not valid: name, role definition and principal must be " +
                "GUIDs.");
        }

        if (!Same(principalId, CallerObjectId)
            && (!_principals.TryGetValue(principalId, out var principal) || !principal.IsKnownYet()))
        {
            return Answer.Error(
                400,
                "PrincipalNotFound",
                $"Principal {principalId.Replace("-", "", StringComparison.Ordinal)} does not exist in the directory " +
                $"{TenantId}. Check that you have the correct principal ID. If you are creating this principal and " +
                $"then immediately assigning a role, this error might be related to a replication delay.");
        }

        var wanted = new StandInRoleAssignment(
            name,
            request.Scope,
            role,
            principalId,
            (string?)properties?["principalType"]);
        if (_assignments.Values.Any(a => !Same(a.Name, name)
            && Same(a.Scope, wanted.Scope)
            && Same(a.RoleId, role)
            && Same(a.PrincipalId, principalId)))
        {
            return Answer.Error(409, "RoleAssignmentExists", "The role assignment already exists.");
        }

        var isNew = !_assignments.ContainsKey(name);
        _assignments[name] = wanted;
        return new Answer(isNew ? 201 : 200, Document(request.Subscription, wanted));
    }

    private static object Document(StandInSubscription subscription, StandInRoleAssignment assignment) => new
    {
        properties = new
        {
            roleDefinitionId = $"/subscriptions/{subscription.Id}/providers/Microsoft.Authorization/roleDefinitions/{assignment.RoleId}",
            principalId = assignment.PrincipalId,
            principalType = assignment.PrincipalType ?? "ServicePrincipal",
            scope = assignment.Scope,
            condition = (string?)null,
        },
        id = $"{assignment.Scope}/providers/Microsoft.Authorization/roleAssignments/{assignment.Name}",
        type = "Microsoft.Authorization/roleAssignments",
        name = assignment.Name,
    };

    private static object Document(StandInSubscription subscription, StandInRole role) => new
    {
        properties = new
        {
            roleName = role.Name,
            type = "CustomRole",
            description = "",
            assignableScopes = new[] { $"/subscriptions/{subscription.Id}" },
            permissions = new[]
            {
                new { actions = role.Actions, notActions = Array.Empty<string>(), dataActions = role.DataActions, notDataActions = Array.Empty<string>() },
            },
        },
        id = $"/subscriptions/{subscription.Id}/providers/Microsoft.Authorization/roleDefinitions/{role.Id}",
        type = "Microsoft.Authorization/roleDefinitions",
        name = role.Id,
    };

    private static bool IsWithin(string resource, string scope) =>
        Same(resource, scope)
            || scope.StartsWith(ManagementGroups, StringComparison.OrdinalIgnoreCase)
            || resource.StartsWith(scope.TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("(?:principalId eq|assignedTo\\()\\s*'([^']+)'", RegexOptions.IgnoreCase)]
    private static partial Regex PrincipalFilter();
}
