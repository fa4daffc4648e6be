using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>An application that was registered at the stand-in.</summary>
/// <param name="Id">Its object id.</param>
/// <param name="AppId">Its client id.</param>
/// <param name="DisplayName">Its name, which others may have too.</param>
public sealed record StandInApplication(string Id, string AppId, string DisplayName)
{
    private int _hidden;

    /// <summary>How many requests still do not find it: a new application is not known everywhere at once.</summary>
    public int HiddenLookups { get => _hidden; init => _hidden = value; }

    /// <summary>Its secrets' documents, without the secrets.</summary>
    public ConcurrentQueue<JsonObject> Passwords { get; } = new();

    /// <summary>The names of its certificates.</summary>
    public IReadOnlyList<string> Certificates { get; init; } = [];

    /// <summary>What categorizes it, as whoever registered it said.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether it was deleted; Entra ID keeps it for 30 days, where nobody looks.</summary>
    public bool IsDeleted { get; internal set; }

    internal ConcurrentBag<string> Secrets { get; } = [];

    internal bool IsKnownYet() => Interlocked.Decrement(ref _hidden) < 0;
}

/// <summary>Microsoft Graph, v1.0: applications, their secrets, and service principals.</summary>
public sealed partial class AzureStandIn
{
    private readonly ConcurrentQueue<StandInApplication> _applications = new();

    /// <summary>All applications that are registered.</summary>
    public IReadOnlyCollection<StandInApplication> Applications => [.. _applications.Where(a => !a.IsDeleted)];

    /// <summary>
    /// How many requests do not find what Graph has just made: what it makes is not known everywhere at once.
    /// </summary>
    public int ReplicationLag { get; set; }

    /// <summary>Whether the caller may register applications (Application.ReadWrite.OwnedBy).</summary>
    public bool MayRegisterApplications { get; set; } = true;

    /// <summary>Registers an application, as somebody does in the portal.</summary>
    public StandInApplication AddApplication(string displayName, params string[] certificates) =>
        AddApplication(displayName, certificates, []);

    private StandInApplication AddApplication(
        string displayName, IReadOnlyList<string> certificates, IReadOnlyList<string> tags)
    {
        var application = new StandInApplication(
            Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), displayName)
        {
            HiddenLookups = ReplicationLag,
            Certificates = certificates,
            Tags = tags,
        };
        _applications.Enqueue(application);
        return application;
    }

    private async Task<Answer> GraphAsync(HttpContext context, string version, string[] segments)
    {
        if (Refusal(context, GraphAudience, out _) is { } refusal)
        {
            return refusal;
        }

        if (version != "v1.0")
        {
            return Answer.Error(400, "BadRequest", $"Invalid version: {version}");
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var sent = body.Length == 0 ? null : JsonNode.Parse(body.ToArray());
        return (context.Request.Method, segments) switch
        {
            ("GET", ["applications"]) => GraphList(context.Request, Applications.Select(ApplicationDocument)),
            ("GET", ["servicePrincipals"]) =>
                GraphList(
                    context.Request, _principals.Values.Where(p => p.ClientId is not null).Select(PrincipalDocument)),
            ("POST" or "DELETE", _) when !MayRegisterApplications =>
                Answer.Error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
            ("POST", ["applications"]) =>
                new Answer(201, ApplicationDocument(CreateApplication(sent))),
            ("POST", ["applications", var id, "removePassword"]) => RemovePassword(id, (string?)sent?["keyId"]),
            ("POST", ["servicePrincipals"]) => CreatePrincipal((string?)sent?["appId"] ?? ""),
            ("DELETE", ["applications", var id]) => DeleteApplication(id),
            ("DELETE", ["servicePrincipals", var id]) =>
                _principals.TryRemove(id, out _) ? new Answer(204) : NoSuchObject(id),
            ("POST", ["applications", var id, "addPassword"]) => Applications.FirstOrDefault(a =>
                Same(a.Id, id)) is { } application
                && application.IsKnownYet()
                ? AddPassword(application, sent?["passwordCredential"])
                : NoSuchObject(id),
            _ => Answer.Error(400, "BadRequest", $"Resource not found for the segment '{segments.FirstOrDefault()}'."),
        };
    }

    private StandInApplication CreateApplication(JsonNode? sent) => AddApplication(
        (string?)sent?["displayName"] ?? "",
        [],
        [.. (sent?["tags"] as JsonArray ?? []).Select(t => (string?)t ?? "")]);

    private Answer RemovePassword(string id, string? keyId)
    {
        if (Applications.FirstOrDefault(a => Same(a.Id, id)) is not { } application)
        {
            return NoSuchObject(id);
        }

        var left = application.Passwords.Where(p => !Same((string?)p["keyId"], keyId)).ToList();
        if (left.Count == application.Passwords.Count)
        {
            return Answer.Error(400, "Request_BadRequest", $"No password credential found with keyId: {keyId}.");
        }

        application.Passwords.Clear();
        left.ForEach(application.Passwords.Enqueue);
        return new Answer(204);
    }

    // Its service principal in this tenant goes with it.
    private Answer DeleteApplication(string id)
    {
        if (Applications.FirstOrDefault(a => Same(a.Id, id)) is not { } application)
        {
            return NoSuchObject(id);
        }

        application.IsDeleted = true;
        foreach (var principal in _principals.Values.Where(p => Same(p.ClientId, application.AppId)))
        {
            _principals.TryRemove(principal.ObjectId, out _);
        }

        return new Answer(204);
    }

    private Answer CreatePrincipal(string appId)
    {
        if (Applications.FirstOrDefault(a => Same(a.AppId, appId)) is not { } application || !application.IsKnownYet())
        {
            return Answer.Error(
                400,
                "Request_BadRequest",
                $"The appId '{appId}' of the service principal does not reference a valid application object.");
        }

        if (_principals.Values.Any(p => Same(p.ClientId, appId)))
        {
            return Answer.Error(
                409,
                "Request_MultipleObjectsWithSameKeyValue",
                $"The service principal cannot be created, updated, or restored because the service principal name " +
                $"{appId} is already in use.");
        }

        var principal = AddPrincipal(new StandInPrincipal(Guid.NewGuid().ToString(), application.DisplayName, TenantId)
        {
            ClientId = appId,
            Secrets = application.Secrets,
            HiddenLookups = ReplicationLag,
        });
        return new Answer(201, PrincipalDocument(principal));
    }

    private static Answer AddPassword(StandInApplication application, JsonNode? wanted)
    {
        var secret = $"{NewSecret(3)}8Q~{NewSecret(16)}";
        var start = DateTimeOffset.UtcNow;
        var password = new JsonObject
        {
            ["customKeyIdentifier"] = null,
            ["displayName"] = (string?)wanted?["displayName"],
            ["endDateTime"] = ((DateTimeOffset?)wanted?["endDateTime"] ?? start.AddYears(2)).UtcDateTime.ToString("O"),
            ["hint"] = secret[..3],
            ["keyId"] = Guid.NewGuid().ToString(),
            ["secretText"] = null,
            ["startDateTime"] = start.UtcDateTime.ToString("O"),
        };
        application.Passwords.Enqueue(password);
        application.Secrets.Add(secret);
        var shown = password.DeepClone().AsObject();
        shown["secretText"] = secret;
        return new Answer(200, shown);
    }

    private Answer GraphList(HttpRequest request, IEnumerable<JsonObject> all)
    {
        var filter = request.Query["$filter"].ToString();
        var match = EqualFilter().Match(filter);
        if (filter.Length > 0 && !match.Success)
        {
            return Answer.Error(
                400, "BadRequest", "Invalid filter clause: only displayName eq and appId eq are known here.");
        }

        var value = match.Groups[2].Value.Replace("''", "'", StringComparison.Ordinal);
        var found = all.Where(d => filter.Length == 0 || Same((string?)d[match.Groups[1].Value], value)).ToList();
        _ = int.TryParse(request.Query["$skiptoken"], out var skipped);
        var answer = new JsonObject
        {
            ["@odata.context"] = $"{GraphAudience}/v1.0/$metadata",
            ["value"] = new JsonArray([.. found.Skip(skipped).Take(PageSize)])
        };
        if (skipped + PageSize < found.Count)
        {
            answer["@odata.nextLink"] = $"{GraphAudience}{request.Path}?$filter={Uri.EscapeDataString(filter)}&$skiptoken={skipped + PageSize}";
        }

        return new Answer(200, answer);
    }

    private static Answer NoSuchObject(string id) =>
        Answer.Error(
            404,
            "Request_ResourceNotFound",
            $"Resource '{id}' does not exist or one of its queried reference-property objects are not present.");

    private static JsonObject ApplicationDocument(StandInApplication application) => new()
    {
        ["id"] = application.Id,
        ["appId"] = application.AppId,
        ["displayName"] = application.DisplayName,
        ["signInAudience"] = "AzureADMyOrg",
        ["passwordCredentials"] = new JsonArray([.. application.Passwords.Select(p => p.DeepClone())]),
        ["tags"] = new JsonArray([.. application.Tags.Select(t => (JsonNode)t)]),
        ["keyCredentials"] = new JsonArray([.. application.Certificates.Select(c => new JsonObject
        {
            ["keyId"] = Guid.NewGuid().ToString(),
            ["displayName"] = c,
            ["type"] = "AsymmetricX509Cert",
        })]),
    };

    private static JsonObject PrincipalDocument(StandInPrincipal principal) => new()
    {
        ["id"] = principal.ObjectId,
        ["appId"] = principal.ClientId,
        ["displayName"] = principal.DisplayName,
        ["appOwnerOrganizationId"] = principal.TenantId,
        ["servicePrincipalType"] = "Application",
    };

    [GeneratedRegex("^(displayName|appId) eq '((?:[^']|'')*)'$")]
    private static partial Regex EqualFilter();
}
