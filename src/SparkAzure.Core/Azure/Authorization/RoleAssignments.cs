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

/// <summary>A role that a principal has.</summary>
/// <param name="Name">The assignment's name, a GUID.</param>
/// <param name="Scope">What it holds for, and all below it.</param>
/// <param name="RoleDefinitionId">The role's resource id.</param>
internal sealed record HeldRole(string Name, string Scope, string RoleDefinitionId)
{
    /// <summary>The role's name, or its GUID where that is not known.</summary>
    public required string Role { get; init; }

    /// <summary>Whether it holds under a condition.</summary>
    public bool IsConditional { get; init; }

    /// <summary>Reads an assignment.</summary>
    /// <param name="assignment">The assignment.</param>
    /// <param name="roles">The roles whose names are known.</param>
    public static HeldRole Of(RoleAssignmentData assignment, IReadOnlyCollection<AzureRole> roles)
    {
        var properties = assignment.Properties!;
        var id = properties.RoleDefinitionId ?? "";
        var held = new HeldRole(assignment.Name ?? "", properties.Scope!, id) { Role = id.Split('/')[^1] };
        return held with
        {
            Role = roles.FirstOrDefault(held.Is)?.Name ?? held.Role,
            IsConditional = !string.IsNullOrEmpty(properties.Condition),
        };
    }

    /// <summary>Whether it was given on a resource or on what is in it.</summary>
    public bool IsAtOrBelow(string resource) => $"{Scope}/".StartsWith($"{resource}/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is this role.</summary>
    public bool Is(AzureRole role) => RoleDefinitionId.EndsWith(role.Id, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is one of these roles.</summary>
    public bool IsOneOf(IReadOnlyCollection<AzureRole> roles) => roles.Any(Is);

    /// <summary>Whether this module gave it, as the name of the assignment tells.</summary>
    public bool IsOurs(string principalId, AzureRole role) => Is(role)
        && string.Equals(
            Name, RoleAssignments.NameOf(Scope, principalId, role).ToString(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Role and scope.</summary>
    public override string ToString() => $"{Role} on {Scope}";
}

/// <summary>
/// Gives roles to principals and sees which they have. A role is given once, however often it is asked for.
/// </summary>
internal sealed class RoleAssignments(AzureServiceClient azure)
{
    private const string Version = "api-version=2022-04-01";
    private const string Path = "providers/Microsoft.Authorization/roleAssignments";
    private const string ManagementGroups = "/providers/Microsoft.Management/managementGroups/";

    /// <summary>
    /// By which role a principal has one of some roles for a resource, at the resource or above it; null when it has none.
    /// </summary>
    /// <param name="resource">The resource's id.</param>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="roles">The roles that will do.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <param name="action">
    /// What makes another role do as well, one of the organization's own for example; null where none does.
    /// </param>
    public async Task<HeldRole?> FindAsync(
        string resource,
        string principalId,
        IReadOnlyCollection<AzureRole> roles,
        CancellationToken cancellationToken,
        AzureAction? action = null)
    {
        var holding = await HoldingAsync(resource, principalId, roles, cancellationToken).ConfigureAwait(false);
        if (holding.FirstOrDefault(h => h.IsOneOf(roles)) is { } known)
        {
            return known;
        }

        foreach (var other in holding)
        {
            if (await AllowingAsync(other, action, cancellationToken).ConfigureAwait(false) is { } allowing)
            {
                return allowing;
            }
        }

        return null;
    }

    /// <summary>
    /// The assignments that give a principal one of some roles for a resource, or one that allows an action: the
    /// resource's own and those above it.
    /// </summary>
    /// <inheritdoc cref="FindAsync" />
    public async Task<IReadOnlyList<HeldRole>> FindAllAsync(
        string resource,
        string principalId,
        IReadOnlyCollection<AzureRole> roles,
        CancellationToken cancellationToken,
        AzureAction? action = null)
    {
        var found = new List<HeldRole>();
        foreach (var held in await HoldingAsync(resource, principalId, roles, cancellationToken).ConfigureAwait(false))
        {
            var doing = held.IsOneOf(roles)
                ? held
                : await AllowingAsync(held, action, cancellationToken).ConfigureAwait(false);
            if (doing is not null)
            {
                found.Add(doing);
            }
        }

        return found;
    }

    /// <summary>All that a principal has at a scope and below it, and above it as far as Azure tells.</summary>
    /// <param name="scope">The scope's id.</param>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="roles">The roles whose names are known.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public async Task<IReadOnlyList<HeldRole>> ListAsync(
        string scope,
        string principalId,
        IReadOnlyCollection<AzureRole> roles,
        CancellationToken cancellationToken)
    {
        var filter = Uri.EscapeDataString($"principalId eq '{principalId}'");
        var all = await azure
            .ListAsync<RoleAssignmentData>($"{scope}/{Path}?$filter={filter}&{Version}", cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. all.Where(a => a.Properties?.Scope is not null
                    && string.Equals(a.Properties.PrincipalId, principalId, StringComparison.OrdinalIgnoreCase))
                .Select(a => HeldRole.Of(a, roles)),
        ];
    }

    // One with a condition holds for some of the resource only, and is none that can be counted on.
    private async Task<IReadOnlyList<HeldRole>> HoldingAsync(
        string resource,
        string principalId,
        IReadOnlyCollection<AzureRole> roles,
        CancellationToken cancellationToken)
    {
        var all = await ListAsync(resource, principalId, roles, cancellationToken).ConfigureAwait(false);
        return [.. all.Where(h => !h.IsConditional && IsAtOrAbove(h.Scope, resource))];
    }

    // The role by its own name where it allows the action. One that this account may not read, or that is gone, is none that
    // can be counted on.
    private async Task<HeldRole?> AllowingAsync(HeldRole held, AzureAction? action, CancellationToken cancellationToken)
    {
        if (action is null || !held.RoleDefinitionId.StartsWith('/'))
        {
            return null;
        }

        try
        {
            var role = await azure.FindAsync<RoleDefinitionData>($"{held.RoleDefinitionId}?{Version}", cancellationToken)
                .ConfigureAwait(false);
            return role?.Properties?.Permissions?.Any(p => p.Allows(action)) == true
                ? held with { Role = role.Properties.RoleName ?? held.Role }
                : null;
        }
        catch (SparkAzureException exception) when (exception.Kind is ErrorKind.PermissionDenied)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether this account may give roles on a resource, by the permissions that Azure lists for it; null where it
    /// does not list them.
    /// </summary>
    /// <param name="resource">The resource's id.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public Task<bool?> MayAssignAsync(string resource, CancellationToken cancellationToken) =>
        MayAsync(resource, "Microsoft.Authorization/roleAssignments/write", cancellationToken);

    /// <summary>Whether this account may take roles away on a resource; null where Azure does not tell.</summary>
    /// <inheritdoc cref="MayAssignAsync" />
    public Task<bool?> MayRemoveAsync(string resource, CancellationToken cancellationToken) =>
        MayAsync(resource, "Microsoft.Authorization/roleAssignments/delete", cancellationToken);

    private async Task<bool?> MayAsync(string resource, string action, CancellationToken cancellationToken)
    {
        var wanted = new AzureAction(action);
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
    /// <returns>False where somebody had given it under another name in between.</returns>
    /// <exception cref="SparkAzureException">
    /// RoleAssignmentDenied, RoleAssignmentLocked, an id of AzureErrors; PrincipalNotFound (400) while the directory does not know a new
    /// principal everywhere.
    /// </exception>
    public async Task<bool> CreateAsync(
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
            return true;
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(409, "RoleAssignmentExists"))
        {
            return false;
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

    /// <summary>Takes a role away. That it is gone already is no error.</summary>
    /// <param name="held">The assignment.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="SparkAzureException">RoleRemovalDenied, RoleRemovalLocked, an id of AzureErrors.</exception>
    public async Task DeleteAsync(HeldRole held, CancellationToken cancellationToken)
    {
        try
        {
            _ = await azure.DeleteAsync($"{held.Scope}/{Path}/{held.Name}?{Version}", cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(403))
        {
            throw AuthorizationErrors.RoleRemovalDenied(held.Role, held.Scope, exception);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(409, "ScopeLocked"))
        {
            throw AuthorizationErrors.RoleRemovalLocked(held.Role, held.Scope, exception);
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
