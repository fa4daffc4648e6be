using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;

namespace SparkAzure.Core.Azure.Authorization;

/// <summary>A role of Azure that is built in. Source: Microsoft, "Azure built-in roles".</summary>
/// <param name="Id">Its GUID, the same in every cloud.</param>
/// <param name="Name">Its name.</param>
internal sealed record AzureRole(string Id, string Name)
{
    public static readonly AzureRole StorageBlobDataContributor = new(
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor");
    public static readonly AzureRole StorageBlobDataOwner = new(
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Storage Blob Data Owner");
    public static readonly AzureRole AcrPull = new("7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull");
    public static readonly AzureRole AcrPush = new("8311e382-0749-4cb8-b61a-304f252e45ec", "AcrPush");
    public static readonly AzureRole RepositoryReader = new(
        "b93aa761-3e63-49ed-ac28-beffa264f7ac", "Container Registry Repository Reader");
    public static readonly AzureRole RepositoryWriter = new(
        "2a1e307c-b015-4ebd-883e-5b7698a07328", "Container Registry Repository Writer");
    public static readonly AzureRole RepositoryContributor = new(
        "2efddaa5-3f1f-4df3-97df-af3f13818f4c", "Container Registry Repository Contributor");
    public static readonly AzureRole Contributor = new("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor");
    public static readonly AzureRole Reader = new("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader");
    public static readonly AzureRole Owner = new("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner");

    public override string ToString() => Name;
}

/// <summary>A role assignment, as far as it is looked at. Names as in the REST API, version 2022-04-01.</summary>
internal sealed record RoleAssignmentData(string? Id, string? Name, RoleAssignmentProperties? Properties);

/// <summary>Who has which role where. One with a condition holds for some of it only.</summary>
internal sealed record RoleAssignmentProperties(
    string? RoleDefinitionId,
    string? PrincipalId,
    string? PrincipalType,
    string? Scope,
    string? Condition = null);

/// <summary>What an account may do somewhere, or what a role allows; actions may have wildcards.</summary>
internal sealed record PermissionData(
    IReadOnlyList<string>? Actions,
    IReadOnlyList<string>? NotActions,
    IReadOnlyList<string>? DataActions = null,
    IReadOnlyList<string>? NotDataActions = null)
{
    /// <summary>Whether an action is among these and not taken out again.</summary>
    public bool Allows(AzureAction action)
    {
        if (action.OfData)
        {
            return Covers(DataActions, action.Name) && !Covers(NotDataActions, action.Name);
        }

        return Covers(Actions, action.Name) && !Covers(NotActions, action.Name);
    }

    private static bool Covers(IReadOnlyList<string>? actions, string wanted) =>
        (actions ?? []).Any(a => FileSystemName.MatchesSimpleExpression(a, wanted, ignoreCase: true));
}

/// <summary>Something that a role can allow.</summary>
/// <param name="Name">Its name: <c>Microsoft.ContainerRegistry/registries/pull/read</c>.</param>
/// <param name="OfData">True for an action on what a resource holds, which roles list apart.</param>
internal sealed record AzureAction(string Name, bool OfData = false);

/// <summary>A role, as far as it is looked at; built in or made by the organization.</summary>
internal sealed record RoleDefinitionData(RoleDefinitionProperties? Properties);

/// <summary>What a role allows.</summary>
internal sealed record RoleDefinitionProperties(string? RoleName, IReadOnlyList<PermissionData>? Permissions);

/// <summary>
/// Gives roles to principals and sees which they have. A role is given once, however often it is asked for.
/// </summary>
internal sealed class RoleAssignments(AzureServiceClient azure)
{
    private const string Version = "api-version=2022-04-01";
    private const string Path = "providers/Microsoft.Authorization/roleAssignments";
    private const string ManagementGroups = "/providers/Microsoft.Management/managementGroups/";

    /// <summary>
    /// The scope at which a principal has one of some roles for a resource: the resource's own or one above it; null
    /// when it has none.
    /// </summary>
    /// <param name="resource">The resource's id.</param>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="roles">The roles that will do.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <param name="action">
    /// What makes another role do as well, one of the organization's own for example; null where none does.
    /// </param>
    public async Task<string?> FindAsync(
        string resource,
        string principalId,
        IReadOnlyCollection<AzureRole> roles,
        CancellationToken cancellationToken,
        AzureAction? action = null)
    {
        var filter = Uri.EscapeDataString($"principalId eq '{principalId}'");
        var all = await azure
            .ListAsync<RoleAssignmentData>($"{resource}/{Path}?$filter={filter}&{Version}", cancellationToken)
            .ConfigureAwait(false);
        var holding = all.Select(a => a.Properties)
            .OfType<RoleAssignmentProperties>()
            .Where(p => p.Scope is { } scope
                && string.IsNullOrEmpty(p.Condition)
                && IsAtOrAbove(scope, resource)
                && string.Equals(p.PrincipalId, principalId, StringComparison.OrdinalIgnoreCase))
            .ToList();
        var known = holding.Find(
            p => roles.Any(r => p.RoleDefinitionId?.EndsWith(r.Id, StringComparison.OrdinalIgnoreCase) == true));
        if (known is not null || action is null)
        {
            return known?.Scope;
        }

        foreach (var other in holding)
        {
            if (await AllowsAsync(other.RoleDefinitionId, action, cancellationToken).ConfigureAwait(false))
            {
                return other.Scope;
            }
        }

        return null;
    }

    // A role that this account may not read, or that is gone, is none that can be counted on.
    private async Task<bool> AllowsAsync(string? roleId, AzureAction action, CancellationToken cancellationToken)
    {
        if (roleId is null || !roleId.StartsWith('/'))
        {
            return false;
        }

        try
        {
            var role = await azure.FindAsync<RoleDefinitionData>($"{roleId}?{Version}", cancellationToken)
                .ConfigureAwait(false);
            return role?.Properties?.Permissions?.Any(p => p.Allows(action)) == true;
        }
        catch (SparkAzureException exception) when (exception.Kind is ErrorKind.PermissionDenied)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether this account may give roles on a resource, by the permissions that Azure lists for it; null where it
    /// does not list them.
    /// </summary>
    /// <param name="resource">The resource's id.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public async Task<bool?> MayAssignAsync(string resource, CancellationToken cancellationToken)
    {
        var wanted = new AzureAction("Microsoft.Authorization/roleAssignments/write");
        try
        {
            var all = await azure
                .ListAsync<PermissionData>(
                    $"{resource}/providers/Microsoft.Authorization/permissions?{Version}", cancellationToken)
                .ConfigureAwait(false);
            return all.Any(p => p.Allows(wanted));
        }
        catch (SparkAzureException exception) when (exception.Kind is ErrorKind.PermissionDenied)
        {
            return null;
        }
    }

    /// <summary>Gives a role. That it was given already is no error.</summary>
    /// <param name="resource">The resource's id.</param>
    /// <param name="subscriptionId">The subscription that names the role.</param>
    /// <param name="principalId">The service principal's object id.</param>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="SparkAzureException">
    /// RoleAssignmentDenied, RoleAssignmentLocked, an id of AzureErrors; PrincipalNotFound (400) while the directory does not know a new
    /// principal everywhere.
    /// </exception>
    public async Task CreateAsync(
        string resource,
        string subscriptionId,
        string principalId,
        AzureRole role,
        CancellationToken cancellationToken)
    {
        var body = new
        {
            properties = new
            {
                roleDefinitionId = $"/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/{role.Id}",
                principalId,

                // Saves Resource Manager from asking the directory, which may not have heard of the principal yet.
                principalType = "ServicePrincipal",
            },
        };
        try
        {
            _ = await azure
                .SendAsync<RoleAssignmentData>(
                    RequestMethod.Put,
                    $"{resource}/{Path}/{NameOf(resource, principalId, role)}?{Version}",
                    body,
                    cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(409, "RoleAssignmentExists"))
        {
            // Somebody gave it under another name in between.
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(403))
        {
            throw AuthorizationErrors.RoleAssignmentDenied(role.Name, resource, exception);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(409, "ScopeLocked"))
        {
            throw AuthorizationErrors.RoleAssignmentLocked(role.Name, resource, exception);
        }
    }

    /// <summary>The name of an assignment, always the same for the same three: a second PUT finds the first.</summary>
    internal static Guid NameOf(string resource, string principalId, AzureRole role)
    {
        var hash =
            SHA256.HashData(Encoding.UTF8.GetBytes($"{resource}|{principalId}|{role.Id}".ToLowerInvariant()))[..16];

        // Version 8 (RFC 9562): bits of one's own making.
        hash[7] = (byte)((hash[7] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash);
    }

    // Azure lists what holds for the resource and what is below it, so a management group that it lists is above.
    private static bool IsAtOrAbove(string scope, string resource) =>
        scope == "/"
            || scope.StartsWith(ManagementGroups, StringComparison.OrdinalIgnoreCase)
            || string.Equals(scope, resource, StringComparison.OrdinalIgnoreCase)
            || resource.StartsWith(scope.TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase);
}
