using System.Text.Json;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// How the few kinds of objects that are sent and read here become JSON. The library's own context knows every kind
/// there is, in methods that are large to compile; kinds that do not stand here are still served by it.
/// </summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(KubernetesJson.KubernetesDateTimeConverter),
        typeof(KubernetesJson.KubernetesDateTimeOffsetConverter),
        typeof(V1Status.V1StatusObjectViewConverter),
    ])]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(V1Namespace))]
[JsonSerializable(typeof(V1ServiceAccount))]
[JsonSerializable(typeof(V1Role))]
[JsonSerializable(typeof(V1RoleBinding))]
[JsonSerializable(typeof(V1SelfSubjectAccessReview))]
[JsonSerializable(typeof(V1SelfSubjectRulesReview))]
internal sealed partial class KubernetesJsonTypes : JsonSerializerContext
{
    private static readonly Type[] Kinds =
    [
        typeof(VersionInfo), typeof(V1Namespace), typeof(V1ServiceAccount), typeof(V1Role), typeof(V1RoleBinding),
        typeof(V1SelfSubjectAccessReview), typeof(V1SelfSubjectRulesReview),
    ];

    /// <summary>Has the code that reads and writes these kinds compiled.</summary>
    public static void Compile()
    {
        foreach (var kind in Kinds)
        {
            Default.Options.GetTypeInfo(kind);
        }

        JsonSerializer.Serialize(new V1SelfSubjectAccessReview(), Default.V1SelfSubjectAccessReview);
        JsonSerializer.Deserialize("""{"metadata":{"name":"any"}}""", Default.V1Role);
    }
}
