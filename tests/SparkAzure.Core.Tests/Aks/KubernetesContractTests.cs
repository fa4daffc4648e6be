using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SparkAzure.Sandbox.Kubernetes;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>
/// The stand-in is held against a real API server: the same requests in the same order, and every answer compared field
/// by field. Where they differ, the stand-in is wrong.
/// </summary>
public sealed partial class KubernetesContractTests
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private const string Reviews = "/apis/authorization.k8s.io/v1";

    // What a server chooses by itself: that it is there is compared, and not what it says.
    private static readonly HashSet<string> Chosen = ["uid", "resourceVersion", "creationTimestamp", "deletionTimestamp"];

    [SkippableFact]
    public async Task It_answers_as_a_real_one_does()
    {
        var administrator = await RealCluster.FindAsync();
        Skip.If(administrator is null, RealCluster.Lack);
        using var real = ApiServerUnderTest.OfReal(administrator);
        await using var cluster = await KubernetesStandIn.StartAsync(CancellationToken.None);
        using var standIn = ApiServerUnderTest.Of(cluster);
        var space = $"contract-{Guid.NewGuid().ToString("N")[..8]}";
        var differences = new List<string>();
        try
        {
            foreach (var request in Requests(space))
            {
                var (status, expected) = await real.SendAsync(request);
                var (found, actual) = await standIn.SendAsync(request);
                var told = Differences(Read(expected), Read(actual), "").Prepend(status == found ? "" : $"{(int)status} and {(int)found}");
                differences.AddRange(told.Where(d => d.Length > 0).Select(d => $"{request.Method} {request.Target} as {request.As}: {d}"));
            }
        }
        finally
        {
            await real.SendAsync(new("DELETE", $"/api/v1/namespaces/{space}"));
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [SkippableTheory]
    [InlineData("/api/v1")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1")]
    [InlineData("/apis/authorization.k8s.io/v1")]
    public async Task What_it_serves_it_describes_as_a_real_one_does(string group)
    {
        var administrator = await RealCluster.FindAsync();
        Skip.If(administrator is null, RealCluster.Lack);
        using var real = ApiServerUnderTest.OfReal(administrator);
        await using var cluster = await KubernetesStandIn.StartAsync(CancellationToken.None);
        using var standIn = ApiServerUnderTest.Of(cluster);
        var expected = (await real.SendAsync(new("GET", group))).Document!;
        var actual = (await standIn.SendAsync(new("GET", group))).Document!;
        var described = actual["resources"]!.AsArray().Select(r => r!["name"]!.GetValue<string>()).ToHashSet();
        var whole = expected["resources"]!.AsArray();
        foreach (var other in whole.Where(r => !described.Contains(r!["name"]!.GetValue<string>())).ToList())
        {
            whole.Remove(other);
        }

        foreach (var resource in whole)
        {
            // Kubernetes' own storage, and groups for people's "kubectl get all".
            resource!.AsObject().Remove("storageVersionHash");
            resource.AsObject().Remove("categories");
        }

        var differences = Differences(Sorted(expected), Sorted(actual), "").ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static JsonNode Sorted(JsonNode list)
    {
        list["resources"] = new JsonObject(list["resources"]!.AsArray()
            .OrderBy(r => r!["name"]!.GetValue<string>(), StringComparer.Ordinal)
            .Select(r => KeyValuePair.Create(r!["name"]!.GetValue<string>(), (JsonNode?)r.DeepClone())));
        return list;
    }

    // What the module asks, and kubectl for those who look: Initialize-SparkNamespace and Remove-, the checks, the proof's objects.
    private static IEnumerable<ContractRequest> Requests(string space)
    {
        var inside = $"/api/v1/namespaces/{space}";
        var roles = $"{Rbac}/namespaces/{space}";
        yield return new("GET", "/api/v1/namespaces/contract-of-nobody");
        yield return new("POST", "/api/v1/namespaces", Named(space, ("labels", new JsonObject { ["a"] = "b" })));
        yield return new("POST", "/api/v1/namespaces", Named(space));
        yield return new("POST", "/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject() });
        yield return new("GET", inside);
        yield return new("POST", "/api/v1/namespaces/contract-of-nobody/serviceaccounts", Named("spark"));
        yield return new("GET", $"{inside}/serviceaccounts/spark");
        yield return new("POST", $"{inside}/serviceaccounts", Named("spark"));
        yield return new("POST", $"{inside}/serviceaccounts", Named("spark"));
        yield return new("GET", $"{inside}/serviceaccounts/spark");

        yield return new("GET", $"{roles}/roles/spark");
        yield return new("POST", $"{roles}/roles", Role("get"));
        yield return new("GET", $"{roles}/roles/spark");
        yield return new("PUT", $"{roles}/roles/spark", With(Role("get", "list"), "resourceVersion", "1"));
        yield return new("PUT", $"{roles}/roles/spark", Role("get", "list"));
        yield return new("POST", $"{roles}/rolebindings", Binding("spark"));
        yield return new("PUT", $"{roles}/rolebindings/spark", Binding("other"));
        yield return new("PUT", $"{roles}/rolebindings/spark", Binding("spark"));
        yield return new("GET", $"{roles}/rolebindings/spark");

        foreach (var verb in new[] { "list", "create" })
        {
            yield return new("POST", $"{Reviews}/selfsubjectaccessreviews", Access(space, verb), ContractCaller.User);
        }

        yield return new("POST", $"{Reviews}/selfsubjectaccessreviews", Access(space, "create"));
        yield return new("POST", $"{Reviews}/selfsubjectrulesreviews", Rules(space), ContractCaller.User);
        yield return new("GET", $"{inside}/pods", null, ContractCaller.User);
        yield return new("GET", $"{inside}/pods/none", null, ContractCaller.User);
        yield return new("DELETE", $"{inside}/pods/none", null, ContractCaller.User);
        yield return new("POST", $"{inside}/pods", Named("x"), ContractCaller.User);
        yield return new("GET", $"{inside}/secrets", null, ContractCaller.User);
        yield return new("GET", inside, null, ContractCaller.User);
        yield return new("POST", "/api/v1/namespaces", Named("contract-of-nobody"), ContractCaller.User);
        yield return new("GET", inside, null, ContractCaller.Nobody);

        yield return new("POST", $"{inside}/configmaps", Named("one", ("labels", new JsonObject { ["spark-app-selector"] = "spark-1" })));
        yield return new("POST", $"{inside}/configmaps", Named("two"));
        yield return new("GET", $"{inside}/configmaps?labelSelector=spark-app-selector%3Dspark-1");
        yield return new("GET", $"{inside}/configmaps?labelSelector=spark-app-selector%3Dspark-2");
        yield return new("PATCH", $"{inside}/configmaps/one", new JsonObject { ["data"] = new JsonObject { ["a"] = "1" } }) { ContentType = "application/merge-patch+json" };
        yield return new("PATCH", $"{inside}/configmaps/none", new JsonObject()) { ContentType = "application/merge-patch+json" };
        yield return new("DELETE", $"{inside}/configmaps/one", Precondition("uid", "00000000-0000-0000-0000-000000000000"));
        yield return new("DELETE", $"{inside}/configmaps/one", Precondition("resourceVersion", "1"));
        yield return new("DELETE", $"{inside}/configmaps/one");
        yield return new("DELETE", $"{inside}/configmaps/one");

        yield return new("DELETE", $"{roles}/rolebindings/spark");
        yield return new("DELETE", $"{roles}/roles/spark");
        yield return new("DELETE", inside, Precondition("uid", "00000000-0000-0000-0000-000000000000"));
        yield return new("DELETE", inside, Precondition("resourceVersion", "1"));
        yield return new("DELETE", inside);
        yield return new("GET", "/api/v1/nothing");
        yield return new("GET", "/apis/nothing.example/v1");
        yield return new("DELETE", "/api/v1");
        yield return new("PUT", $"{inside}/pods");
        yield return new("GET", "/livez");
    }

    private static JsonObject Named(string name, params (string Key, JsonNode Value)[] more)
    {
        var metadata = new JsonObject { ["name"] = name };
        foreach (var (key, value) in more)
        {
            metadata[key] = value;
        }

        return new JsonObject { ["metadata"] = metadata };
    }

    private static JsonObject Role(params string[] verbs)
    {
        var role = Named("spark");
        role["rules"] = new JsonArray(new JsonObject
        {
            ["apiGroups"] = new JsonArray(""),
            ["resources"] = new JsonArray("pods"),
            ["verbs"] = new JsonArray([.. verbs.Select(v => (JsonNode)v)]),
        });
        return role;
    }

    private static JsonObject Binding(string role)
    {
        var binding = Named("spark");
        binding["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Role", ["name"] = role };
        binding["subjects"] = new JsonArray(new JsonObject
        {
            ["kind"] = "User",
            ["apiGroup"] = "rbac.authorization.k8s.io",
            ["name"] = ApiServerUnderTest.User,
        });
        return binding;
    }

    private static JsonObject With(JsonObject document, string key, string value)
    {
        document["metadata"]![key] = value;
        return document;
    }

    private static JsonObject Access(string space, string verb) => new()
    {
        ["spec"] = new JsonObject
        {
            ["resourceAttributes"] = new JsonObject { ["namespace"] = space, ["verb"] = verb, ["resource"] = "pods" },
        },
    };

    private static JsonObject Rules(string space) => new() { ["spec"] = new JsonObject { ["namespace"] = space } };

    private static JsonObject Precondition(string key, string value) => new() { ["preconditions"] = new JsonObject { [key] = value } };

    // managedFields says which client wrote what, which the stand-in does not keep and the module does not read. In which order a
    // server tells what everybody may read differs from one time to the next.
    private static JsonNode? Read(JsonNode? document)
    {
        switch (document)
        {
            case JsonObject fields:
                fields.Remove("managedFields");
                foreach (var (key, value) in fields.ToList())
                {
                    fields[key] = Chosen.Contains(key) && value is JsonValue ? "…" : Read(value)?.DeepClone();
                }

                return fields;
            case JsonArray items:
                var read = items.Select(i => Read(i)?.DeepClone());
                return new JsonArray([.. document.GetPropertyName() == "nonResourceRules" ? read.OrderBy(r => r!.ToJsonString(), StringComparer.Ordinal) : read]);
            case JsonValue value when value.TryGetValue<string>(out var text):
                return Number().Replace(Uid().Replace(text, "…"), "…");
            default:
                return document;
        }
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@"(?<=\()[0-9]+(?=\))|(?<=object meta: )[0-9]+")]
    private static partial Regex Number();

    private static IEnumerable<string> Differences(JsonNode? expected, JsonNode? actual, string at)
    {
        if (expected is JsonObject left && actual is JsonObject right)
        {
            return left.Select(f => f.Key).Union(right.Select(f => f.Key)).SelectMany(k => Differences(left[k], right[k], $"{at}.{k}"));
        }

        return JsonNode.DeepEquals(expected, actual) ? [] : [$"{at} is {Text(expected)} and {Text(actual)}"];
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(Readable) ?? "not there";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
