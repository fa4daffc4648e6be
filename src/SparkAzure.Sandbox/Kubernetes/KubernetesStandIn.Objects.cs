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
            return NotAllowed();
        }

        lock (_lock)
        {
            switch (resource.Kind)
            {
                case "SelfSubjectAccessReview":
                    return ReviewAccess(body, user);
                case "SelfSubjectRulesReview":
                    return ReviewRules(body, user);
            }

            // A namespace is asked for in itself: a role in it may allow to read it.
            var asked = resource.Kind == "Namespace" ? name : ns;
            if (ReasonOf(user, verb, group, resource.Plural, asked, name) is not null)
            {
                return Carry(verb, resource, ns, name, body, request);
            }

            return Failure(403, "Forbidden", Forbidden(user, verb, resource, asked, name), name, group, resource.Plural);
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
                return Invalid(resource, null, "metadata.name", "FieldValueRequired", "Required value: name or generateName is required");
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
                return Invalid(resource, name, "roleRef", "FieldValueInvalid", $"Invalid value: {GoRoleRef(body)}: cannot change roleRef");
            case "update":
                return (200, Store(resource, ns, name!, body!, found).DeepClone());
            case "patch":
                var merged = (JsonObject)found!.DeepClone();
                Merge(merged, body ?? []);
                return (200, Store(resource, ns, name!, merged, found).DeepClone());
            case "delete" when Preconditions(resource, body, found!) is { } differs:
                var kind = resource.Kind == "Namespace" ? Full(resource) : resource.Kind;
                var conflict = $"Operation cannot be fulfilled on {kind} \"{name}\": {differs}";
                return Failure(409, "Conflict", conflict, name, resource.Kind == "Namespace" ? resource.Group : null, kind);
            case "delete" when resource.Kind == "Namespace":
                return (200, DeleteNamespace(name!, found!));
            default:
                _objects.Remove(Key(resource.Group, resource.Plural, ns, name!));
                return (200, Deleted(resource, name!, found!));
        }

        (int, JsonNode) Refusal(int status, string reason, string message) =>
            Failure(status, reason, message, name, resource.Group, resource.Plural);
    }

    private static (int Status, JsonNode Document) Invalid(ServedResource resource, string? name, string field, string reason, string message)
    {
        var kind = resource.Group.Length == 0 ? resource.Kind : $"{resource.Kind}.{resource.Group}";
        var cause = new JsonObject { ["reason"] = reason, ["message"] = message, ["field"] = field };
        return Failure(422, "Invalid", $"{kind} \"{name}\" is invalid: {field}: {message}", name, resource.Group, resource.Kind, cause);
    }

    // As Go prints the type of the server's own, which has no names of JSON.
    private static string GoRoleRef(JsonObject? body) => new JsonObject
    {
        ["APIGroup"] = Text(body?["roleRef"]?["apiGroup"]),
        ["Kind"] = Text(body?["roleRef"]?["kind"]),
        ["Name"] = Text(body?["roleRef"]?["name"]),
    }.ToJsonString();

    private JsonObject List(ServedResource resource, string? ns, string selector)
    {
        // Without a namespace it is a list over all of them.
        var all = $"{resource.Group}/{resource.Plural}/";
        var prefix = ns is null ? all : Key(resource.Group, resource.Plural, ns, "");
        var items = _objects
            .Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && Selected(o.Value, selector))
            .Select(o => InList(o.Value));
        return new JsonObject
        {
            ["kind"] = resource.Kind + "List",
            ["apiVersion"] = resource.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = Revision() },
            ["items"] = new JsonArray([.. items]),
        };
    }

    // The list says of what kind its items are.
    private static JsonObject InList(JsonObject document)
    {
        var item = (JsonObject)document.DeepClone();
        item.Remove("kind");
        item.Remove("apiVersion");
        return item;
    }

    // meta/v1 DeleteOptions. Namespaces have a registry of their own, which words it in another way.
    private static string? Preconditions(ServedResource resource, JsonObject? body, JsonObject found)
    {
        foreach (var (member, word, happened) in new[] { ("uid", "UID", "deleted and then recreated"), ("resourceVersion", "ResourceVersion", "modified") })
        {
            var has = Text(found["metadata"]?[member]);
            if (Text(body?["preconditions"]?[member]) is { } wanted && wanted != has)
            {
                return resource.Kind == "Namespace"
                    ? $"Precondition failed: {word} in precondition: {wanted}, {word} in object meta: {has}"
                    : $"the {word} in the precondition ({wanted}) does not match the {word} in record ({has}). The object might have been {happened}";
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

    private static JsonObject Deleted(ServedResource resource, string name, JsonObject found)
    {
        var details = new JsonObject { ["name"] = name, ["kind"] = resource.Plural, ["uid"] = Text(found["metadata"]!["uid"]) };
        if (resource.Group.Length > 0)
        {
            details["group"] = resource.Group;
        }

        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
    }

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
            var labels = metadata["labels"] as JsonObject ?? [];
            labels["kubernetes.io/metadata.name"] = name;
            metadata["labels"] = labels.Parent is null ? labels : labels.DeepClone();
            document["spec"] ??= new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
            document["status"] ??= new JsonObject { ["phase"] = "Active" };
        }

        _objects[Key(resource.Group, resource.Plural, ns, name)] = document;
        return document;
    }

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
