using System.Text.Json.Nodes;

namespace SparkAzure.Sandbox.Kubernetes;

/// <summary>Who may do what: RBAC of the roles and bindings that are stored, and the reviews that tell of it.</summary>
public sealed partial class KubernetesStandIn
{
    // What system:basic-user and its kin let everybody do who is known; of cluster roles there are no others.
    private static readonly string[][] OfEverybody =
    [
        ["authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        ["authentication.k8s.io", "selfsubjectreviews"],
    ];

    private static readonly string[][] ReadByEverybody =
    [
        ["/healthz", "/livez", "/readyz", "/version", "/version/"],
        ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"],
    ];

    private (int Status, JsonNode Document) ReviewAccess(JsonObject? body, string user)
    {
        var asked = body?["spec"]?["resourceAttributes"];
        string Asked(string key) => Text(asked?[key]) ?? "";
        string? AskedOrNone(string key) => Asked(key) is { Length: > 0 } value ? value : null;
        var reason = asked is null
            ? null
            : ReasonOf(user, Asked("verb"), Asked("group"), Asked("resource"), AskedOrNone("namespace"), AskedOrNone("name"));
        var status = new JsonObject { ["allowed"] = reason is not null };
        if (reason is { Length: > 0 })
        {
            status["reason"] = reason;
        }

        return (201, Answered("SelfSubjectAccessReview", (body?["spec"] as JsonObject)?.DeepClone() ?? new JsonObject(), status));
    }

    private (int Status, JsonNode Document) ReviewRules(JsonObject? body, string user)
    {
        var space = Text(body?["spec"]?["namespace"]) ?? "";
        var own = user == Administrator
            ? [Rule("*", ["*"], ["*"])]
            : GrantsIn(space, user).SelectMany(g => g.Rules).Select(r => Rule(r!["verbs"]!, r["apiGroups"], r["resources"], r["resourceNames"]));
        var urls = ReadByEverybody.Select(u => new JsonObject { ["verbs"] = Words("get"), ["nonResourceURLs"] = Words(u) });
        var everything = new JsonObject { ["verbs"] = Words("*"), ["nonResourceURLs"] = Words("*") };
        return (201, Answered("SelfSubjectRulesReview", new JsonObject(), new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. OfEverybody.Select(r => Rule("create", r[..1], r[1..])), .. own]),
            ["nonResourceRules"] = new JsonArray([.. urls, .. user == Administrator ? [everything] : Array.Empty<JsonNode>()]),
            ["incomplete"] = false,
        }));
    }

    private static JsonObject Answered(string kind, JsonNode spec, JsonObject status) => new()
    {
        ["kind"] = kind,
        ["apiVersion"] = "authorization.k8s.io/v1",
        ["metadata"] = new JsonObject(),
        ["spec"] = spec,
        ["status"] = status,
    };

    private static JsonObject Rule(string verb, string[] groups, string[] resources) => Rule(Words(verb), Words(groups), Words(resources), null);

    private static JsonObject Rule(JsonNode verbs, JsonNode? groups, JsonNode? resources, JsonNode? names)
    {
        var rule = new JsonObject { ["verbs"] = verbs.DeepClone(), ["apiGroups"] = groups?.DeepClone(), ["resources"] = resources?.DeepClone() };
        if (names is JsonArray { Count: > 0 })
        {
            rule["resourceNames"] = names.DeepClone();
        }

        return rule;
    }

    private static JsonArray Words(params string[] words) => [.. words.Select(w => (JsonNode)w)];

    // Null where it is not allowed; cluster roles are not here, but for the administrator's, of whom nothing is said.
    private string? ReasonOf(string user, string verb, string group, string plural, string? ns, string? name)
    {
        if (user == Administrator)
        {
            return "";
        }

        return GrantsIn(ns, user).FirstOrDefault(g => g.Rules.Any(r => Allows(r, verb, group, plural, name)))?.Reason;
    }

    private static bool Allows(JsonNode? rule, string verb, string group, string plural, string? name) =>
        Has(rule, "apiGroups", group)
        && Has(rule, "resources", plural)
        && Has(rule, "verbs", verb)
        && (rule!["resourceNames"] is not JsonArray { Count: > 0 } names || names.Any(n => Text(n) == name));

    private IEnumerable<Grant> GrantsIn(string? ns, string user)
    {
        if (ns is null)
        {
            yield break;
        }

        foreach (var (key, binding) in _objects)
        {
            if (!key.StartsWith(Key("rbac.authorization.k8s.io", "rolebindings", ns, ""), StringComparison.Ordinal)
                || (binding["subjects"] as JsonArray)?.FirstOrDefault(s => IsSubject(s, user)) is not { } subject)
            {
                continue;
            }

            var role = Text(binding["roleRef"]?["name"]) ?? "";
            var rules = _objects.GetValueOrDefault(Key("rbac.authorization.k8s.io", "roles", ns, role))?["rules"] as JsonArray;
            var whom = Text(subject["kind"]) == "ServiceAccount"
                ? $"ServiceAccount \"{Text(subject["name"])}/{Text(subject["namespace"])}\""
                : $"User \"{user}\"";
            var reason = $"RBAC: allowed by RoleBinding \"{Text(binding["metadata"]!["name"])}/{ns}\" of Role \"{role}\" to {whom}";
            yield return new Grant(rules ?? [], reason);
        }
    }

    private static bool IsSubject(JsonNode? subject, string user) => Text(subject?["kind"]) switch
    {
        "User" => Text(subject?["name"]) == user,
        "ServiceAccount" => $"system:serviceaccount:{Text(subject?["namespace"])}:{Text(subject?["name"])}" == user,
        _ => false,
    };

    private static bool Has(JsonNode? rule, string key, string value) =>
        rule?[key] is JsonArray values && values.Any(v => Text(v) == value || Text(v) == "*");

    private sealed record Grant(JsonArray Rules, string Reason);
}
