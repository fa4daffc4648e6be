using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Kubernetes;

/// <summary>Objects, and who may do what with them.</summary>
public sealed partial class KubernetesStandIn
{
    private const string Administrator = "system:admin";

    private readonly object _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private long _revision = 1000;

    /// <summary>Reads a stored object; null when it is not there.</summary>
    public JsonObject? Find(string group, string plural, string? @namespace, string name)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(Key(group, plural, @namespace, name))?.DeepClone() as JsonObject;
        }
    }

    /// <summary>Stores an object as somebody else would.</summary>
    public void Seed(string group, string version, string plural, string? @namespace, JsonObject document)
    {
        lock (_lock)
        {
            Store(
                Served.Single(s => s.Group == group && s.Version == version && s.Plural == plural),
                @namespace,
                (string)document["metadata"]!["name"]!,
                document,
                null);
        }
    }

    private (int Status, JsonNode Document) Objects(
        HttpRequest request,
        string group,
        string version,
        string[] path,
        JsonObject? body,
        string user)
    {
        // namespaces/N/pods/x is x in N; namespaces/N is N itself.
        var (ns, rest) = path is ["namespaces", var inside, _, ..] ? (inside, path[2..]) : (null, path);
        if (rest.Length is 0 or > 2
            || Array.Find(Served, s => s.Group == group && s.Version == version && s.Plural == rest[0]) is not { } resource)
        {
            return Failure(404, "NotFound", "the server could not find the requested resource");
        }

        var name = rest.Length == 2 ? rest[1] : null;
        var verb = (request.Method, name) switch
        {
            ("GET", null) => request.Query["watch"] == "true" ? "watch" : "list",
            ("GET", _) => "get",
            ("POST", null) => "create",
            ("PUT", not null) => "update",
            ("PATCH", not null) => "patch",
            ("DELETE", not null) => "delete",
            _ => null,
        };
        if (verb is null)
        {
            return Failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        }

        lock (_lock)
        {
            if (resource.Kind == "SelfSubjectAccessReview")
            {
                return Review(body, user);
            }

            if (Allows(user, verb, group, resource.Plural, ns, name))
            {
                return Carry(verb, resource, ns, name, body, request);
            }

            return Failure(403, "Forbidden", Forbidden(user, verb, resource, ns, name), name, group, resource.Plural);
        }
    }

    private (int Status, JsonNode Document) Carry(
        string verb,
        ServedResource resource,
        string? ns,
        string? name,
        JsonObject? body,
        HttpRequest request)
    {
        name ??= (string?)body?["metadata"]?["name"];
        var found = name is null ? null : _objects.GetValueOrDefault(Key(resource.Group, resource.Plural, ns, name));
        switch (verb)
        {
            case "list" or "watch":
                return (200, List(resource, ns, request.Query["labelSelector"].ToString()));
            case "create" when ns is not null && !_objects.ContainsKey(Key("", "namespaces", null, ns)):
                return Failure(404, "NotFound", $"namespaces \"{ns}\" not found", ns, null, "namespaces");
            case "create" when name is null:
                const string NoName = "metadata.name: Required value: name or generateName is required";
                return Invalid(resource, $"{resource.Kind} \"\" is invalid: {NoName}", null);
            case "create" when found is not null:
                return Refusal(409, "AlreadyExists", $"{Full(resource)} \"{name}\" already exists");
            case "create" when request.Query["dryRun"] == "All":
                return (201, body!.DeepClone());
            case "create":
                return (201, Store(resource, ns, name!, body!, null).DeepClone());
            case "get" or "update" or "patch" or "delete" when found is null:
                return Refusal(404, "NotFound", $"{Full(resource)} \"{name}\" not found");
            case "get":
                return (200, found!.DeepClone());
            case "update" when Text(body?["metadata"]?["resourceVersion"]) is { Length: > 0 } seen
                && seen != Text(found!["metadata"]!["resourceVersion"]):
                return Refusal(
                    409,
                    "Conflict",
                    $"Operation cannot be fulfilled on {Full(resource)} \"{name}\": the object has been modified; " +
                    "please apply your changes to the latest version and try again");
            case "update" when resource.Kind == "RoleBinding"
                && Text(body?["roleRef"]?["name"]) != Text(found!["roleRef"]?["name"]):
                const string Fixed = "roleRef: Invalid value: cannot change roleRef";
                return Invalid(resource, $"RoleBinding.rbac.authorization.k8s.io \"{name}\" is invalid: {Fixed}", name);
            case "update":
                return (200, Store(resource, ns, name!, body!, found).DeepClone());
            case "patch":
                var merged = (JsonObject)found!.DeepClone();
                Merge(merged, body ?? []);
                return (200, Store(resource, ns, name!, merged, found).DeepClone());
            case "delete" when Preconditions(body, found!) is { } differs:
                return Refusal(409, "Conflict", $"Operation cannot be fulfilled on {Full(resource)} \"{name}\": {differs}");
            case "delete" when resource.Kind == "Namespace":
                return (200, DeleteNamespace(name!, found!));
            default:
                _objects.Remove(Key(resource.Group, resource.Plural, ns, name!));
                return (200, Deleted(resource, name!));
        }

        (int, JsonNode) Refusal(int status, string reason, string message) =>
            Failure(status, reason, message, name, resource.Group, resource.Plural);
    }

    private static (int Status, JsonNode Document) Invalid(ServedResource resource, string message, string? name) =>
        Failure(422, "Invalid", message, name, resource.Group, resource.Kind);

    private JsonObject List(ServedResource resource, string? ns, string selector)
    {
        // Without a namespace it is a list over all of them.
        var all = $"{resource.Group}/{resource.Plural}/";
        var prefix = ns is null ? all : Key(resource.Group, resource.Plural, ns, "");
        var items = _objects
            .Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && Selected(o.Value, selector))
            .Select(o => o.Value.DeepClone());
        return new JsonObject
        {
            ["kind"] = resource.Kind + "List",
            ["apiVersion"] = resource.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = Revision() },
            ["items"] = new JsonArray([.. items]),
        };
    }

    // meta/v1 DeleteOptions.
    private static string? Preconditions(JsonObject? body, JsonObject found)
    {
        var wanted = body?["preconditions"];
        foreach (var member in new[] { "uid", "resourceVersion" })
        {
            if (Text(wanted?[member]) is { } value && value != Text(found["metadata"]?[member]))
            {
                return $"the {member} in the precondition ({value}) does not match the one in record " +
                    $"({Text(found["metadata"]?[member])}). The object might have been deleted and then recreated";
            }
        }

        return null;
    }

    // What is in it goes first; that is over at once here.
    private JsonObject DeleteNamespace(string name, JsonObject found)
    {
        foreach (var key in _objects.Keys.Where(k => k.Split('/')[2] == name).ToList())
        {
            _objects.Remove(key);
        }

        _objects.Remove(Key("", "namespaces", null, name));
        var document = (JsonObject)found.DeepClone();
        document["metadata"]!["deletionTimestamp"] = Now();
        document["status"] = new JsonObject { ["phase"] = "Terminating" };
        return document;
    }

    private static JsonObject Deleted(ServedResource resource, string name) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = new JsonObject { ["name"] = name, ["kind"] = resource.Plural },
    };

    private JsonObject Store(ServedResource resource, string? ns, string name, JsonObject body, JsonObject? before)
    {
        var document = (JsonObject)body.DeepClone();
        document["kind"] = resource.Kind;
        document["apiVersion"] = resource.ApiVersion;
        var metadata = document["metadata"] as JsonObject ?? [];
        document["metadata"] = metadata.Parent is null ? metadata : metadata.DeepClone();
        metadata = (JsonObject)document["metadata"]!;
        metadata["name"] = name;
        if (ns is not null)
        {
            metadata["namespace"] = ns;
        }

        metadata["uid"] = (string?)before?["metadata"]?["uid"] ?? Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = (string?)before?["metadata"]?["creationTimestamp"] ?? Now();
        metadata["resourceVersion"] = Revision(next: true);
        if (resource.Kind == "Namespace")
        {
            document["spec"] ??= new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
            document["status"] ??= new JsonObject { ["phase"] = "Active" };
        }

        _objects[Key(resource.Group, resource.Plural, ns, name)] = document;
        return document;
    }

    private (int Status, JsonNode Document) Review(JsonObject? body, string user)
    {
        var asked = body?["spec"]?["resourceAttributes"];
        string Asked(string key) => (string?)asked?[key] ?? "";
        var allowed = asked is not null
            && Allows(user, Asked("verb"), Asked("group"), Asked("resource"), Asked("namespace") is { Length: > 0 } ns ? ns : null, Asked("name") is { Length: > 0 } name ? name : null);
        var answer = (JsonObject)(body ?? []).DeepClone();
        answer["kind"] = "SelfSubjectAccessReview";
        answer["apiVersion"] = "authorization.k8s.io/v1";
        answer["metadata"] = new JsonObject { ["creationTimestamp"] = null };
        answer["status"] = new JsonObject
        {
            ["allowed"] = allowed,
            ["reason"] = allowed && user != Administrator ? "RBAC: allowed by RoleBinding" : ""
        };
        return (201, answer);
    }

    // RBAC of the roles and bindings stored; cluster roles are not here, but for the administrator's.
    private bool Allows(string user, string verb, string group, string plural, string? ns, string? name)
    {
        if (user == Administrator)
        {
            return true;
        }

        return ns is not null
            && _objects.Where(o => o.Key.StartsWith(Key("rbac.authorization.k8s.io", "rolebindings", ns, ""), StringComparison.Ordinal))
            .Where(b => b.Value["subjects"] is JsonArray subjects && subjects.Any(s => IsSubject(s, user)))
            .Select(b => _objects.GetValueOrDefault(Key(
                "rbac.authorization.k8s.io", "roles", ns, (string?)b.Value["roleRef"]?["name"] ?? "")))
            .SelectMany(r => r?["rules"] as JsonArray ?? [])
            .Any(r => Has(r, "apiGroups", group)
                && Has(r, "resources", plural)
                && Has(r, "verbs", verb)
                && (r!["resourceNames"] is not JsonArray { Count: > 0 } names || names.Any(n => (string?)n == name)));
    }

    private static bool IsSubject(JsonNode? subject, string user) => (string?)subject?["kind"] switch
    {
        "User" => (string?)subject["name"] == user,
        "ServiceAccount" => $"system:serviceaccount:{(string?)subject["namespace"]}:{(string?)subject["name"]}" == user,
        _ => false,
    };

    private static bool Has(JsonNode? rule, string key, string value) =>
        rule?[key] is JsonArray values && values.Any(v => (string?)v == value || (string?)v == "*");

    private static bool Selected(
        JsonObject document, string selector) => selector.Length == 0 || selector.Split(',').All(s =>
        s.Split('=', 2, StringSplitOptions.TrimEntries) is [var key, var value]
            && (string?)document["metadata"]?["labels"]?[key] == value.TrimStart('='));

    // RFC 7386; for the kinds that are here a strategic merge comes to the same but for lists, which are replaced.
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject inner && target[key] is JsonObject into)
            {
                Merge(into, inner);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }

    private static string? Text(JsonNode? node) => (string?)node;

    private static string Forbidden(string user, string verb, ServedResource resource, string? ns, string? name) =>
        $"{Full(resource)}{(name is null ? "" : $" \"{name}\"")} is forbidden: User \"{user}\" cannot {verb} " +
        $"resource \"{resource.Plural}\" in API group \"{resource.Group}\" "
        + (ns is null ? "at the cluster scope" : $"in the namespace \"{ns}\"");

    private static string Full(ServedResource resource)
    {
        if (resource.Group.Length == 0)
        {
            return resource.Plural;
        }

        return $"{resource.Plural}.{resource.Group}";
    }

    private static string Key(string group, string plural, string? ns, string name) => $"{group}/{plural}/{ns}/{name}";

    private string Revision(bool next = false) =>
        (next ? ++_revision : _revision).ToString(CultureInfo.InvariantCulture);
}
