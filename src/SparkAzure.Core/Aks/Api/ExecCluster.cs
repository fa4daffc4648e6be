using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Text;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// What a program is told of the cluster where the kubeconfig says provideClusterInfo: spec.cluster of
/// KUBERNETES_EXEC_INFO (client-go 1.32, pkg/apis/clientauthentication/v1/types.go). It holds no credential.
/// </summary>
internal static class ExecCluster
{
    // The extension whose content becomes the cluster's config.
    private const string Extension = "client.authentication.k8s.io/exec";

    private static readonly string[] Texts = ["server", "tls-server-name", "proxy-url"];
    private static readonly string[] Flags = ["insecure-skip-tls-verify", "disable-compression"];

    /// <summary>What is told; null where the program does not want it.</summary>
    /// <param name="exec">The program's keys.</param>
    /// <param name="cluster">The cluster's keys.</param>
    /// <param name="authority">The cluster's authority in PEM, read from wherever it stands; null for none.</param>
    public static JsonObject? For(YamlMappingNode exec, YamlMappingNode cluster, string? authority)
    {
        if (!YamlKeys.IsTrue(exec, "provideClusterInfo"))
        {
            return null;
        }

        var told = new JsonObject();
        foreach (var name in Texts.Where(n => YamlKeys.Text(cluster, n) is { Length: > 0 }))
        {
            told[name] = YamlKeys.Text(cluster, name);
        }

        foreach (var name in Flags.Where(n => YamlKeys.IsTrue(cluster, n)))
        {
            told[name] = true;
        }

        if (!string.IsNullOrEmpty(authority))
        {
            told["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority));
        }

        told["config"] = Config(cluster);
        return told;
    }

    private static JsonNode? Config(YamlMappingNode cluster)
    {
        var extension = YamlKeys.List(cluster, "extensions")
            .OfType<YamlMappingNode>()
            .FirstOrDefault(e => YamlKeys.Text(e, "name") == Extension);
        return extension is null ? null : YamlJson.Of(YamlKeys.Find(extension, "extension"));
    }
}
