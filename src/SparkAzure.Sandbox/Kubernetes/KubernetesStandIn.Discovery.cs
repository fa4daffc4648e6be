using System.Text.Json.Nodes;

namespace SparkAzure.Sandbox.Kubernetes;

/// <summary>What an API server says of itself, and what kubectl asks before anything else.</summary>
public sealed partial class KubernetesStandIn
{
    private static readonly string[] AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    private static readonly ServedResource[] Served =
    [
        new("", "v1", "namespaces", "Namespace", false, ["ns"]) { Verbs = [.. AllVerbs.Where(v => v != "deletecollection")] },
        new("", "v1", "nodes", "Node", false, ["no"]),
        new("", "v1", "secrets", "Secret", true, []),
        new("", "v1", "pods", "Pod", true, ["po"]),
        new("", "v1", "services", "Service", true, ["svc"]),
        new("", "v1", "configmaps", "ConfigMap", true, ["cm"]),
        new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, ["pvc"]),
        new("", "v1", "serviceaccounts", "ServiceAccount", true, ["sa"]),
        new("rbac.authorization.k8s.io", "v1", "roles", "Role", true, []),
        new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, []),
        new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false, []) { Verbs = ["create"] },
        new("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false, []) { Verbs = ["create"] },
    ];

    private JsonObject? Discovery(string[] segments) => segments switch
    {
        ["version"] => new JsonObject
        {
            ["major"] = Version.TrimStart('v').Split('.')[0],
            ["minor"] = Version.Split('.')[1],
            ["gitVersion"] = Version,
            ["gitCommit"] = "0000000000000000000000000000000000000000",
            ["gitTreeState"] = "clean",
            ["buildDate"] = "2026-01-01T00:00:00Z",
            ["goVersion"] = "go1.24",
            ["compiler"] = "gc",
            ["platform"] = "linux/amd64",
        },
        ["api"] => new JsonObject
        {
            ["kind"] = "APIVersions",
            ["versions"] = new JsonArray("v1"),
            ["serverAddressByClientCIDRs"] = new JsonArray(
                new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = Endpoint.Authority }),
        },
        ["apis"] =>
            new JsonObject
            {
                ["kind"] = "APIGroupList",
                ["apiVersion"] = "v1",
                ["groups"] = new JsonArray([.. Groups().Select(Group)])
            },
        ["apis", var group] when Groups().Contains(group) => Group(group),
        ["api", "v1"] => Resources("", "v1"),
        ["apis", var group, "v1"] when Groups().Contains(group) => Resources(group, "v1"),
        _ => null,
    };

    private static IEnumerable<string> Groups() => Served.Select(s => s.Group).Where(g => g.Length > 0).Distinct();

    private static JsonObject Group(string group)
    {
        JsonObject Version() => new() { ["groupVersion"] = $"{group}/v1", ["version"] = "v1" };
        return new JsonObject
        {
            ["kind"] = "APIGroup",
            ["apiVersion"] = "v1",
            ["name"] = group,
            ["versions"] = new JsonArray(Version()),
            ["preferredVersion"] = Version()
        };
    }

    private static JsonObject Resources(string group, string version)
    {
        var list = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
        {
            list["apiVersion"] = "v1";
        }

        list["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        list["resources"] = new JsonArray([.. Served.Where(s => s.Group == group).Select(Described)]);
        return list;
    }

    private static JsonNode Described(ServedResource resource)
    {
        var described = new JsonObject
        {
            ["name"] = resource.Plural,
            ["singularName"] = resource.Kind.ToLowerInvariant(),
            ["namespaced"] = resource.Namespaced,
            ["kind"] = resource.Kind,
            ["verbs"] = Words(resource.Verbs),
        };
        if (resource.ShortNames.Length > 0)
        {
            described["shortNames"] = Words(resource.ShortNames);
        }

        return described;
    }

    private sealed record ServedResource(
        string Group,
        string Version,
        string Plural,
        string Kind,
        bool Namespaced,
        string[] ShortNames)
    {
        public string[] Verbs { get; init; } = AllVerbs;

        public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
    }
}
