using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// Asks the program of a kubeconfig for a credential (client-go credential plugins, client.authentication.k8s.io).
/// </summary>
internal static class ExecPlugin
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(1);

    /// <returns>A token, or a certificate and its key in PEM.</returns>
    /// <exception cref="SparkAzureException">KubeCredentialUnusable, HostCannotRunProcess.</exception>
    public static async Task<(string? Token, string? Certificate, string? Key)> AskAsync(
        string path, string userName, YamlMappingNode exec, CancellationToken cancellationToken)
    {
        var command = Text(exec, "command")
            ?? throw KubernetesErrors.KubeConfigUnreadable(path, $"the exec of its user '{userName}' has no command");
        if (HostProcesses.AreForbidden(Environment.GetEnvironmentVariable))
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path, userName, $"it needs the program '{command}', and this host starts no programs");
        }

        var version = Text(exec, "apiVersion") ?? "client.authentication.k8s.io/v1";
        var environment = new Dictionary<string, string>
        {
            ["KUBERNETES_EXEC_INFO"] = JsonSerializer.Serialize(
                new { apiVersion = version, kind = "ExecCredential", spec = new { interactive = false } }),
        };
        foreach (var variable in List(exec, "env").OfType<YamlMappingNode>())
        {
            environment[Text(variable, "name") ?? ""] = Text(variable, "value") ?? "";
        }

        // A path with a slash counts from the kubeconfig, a name is looked for on PATH.
        var program = command.Contains('/') ? Path.Combine(Path.GetDirectoryName(path) ?? "", command) : command;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit);
        try
        {
            var (exitCode, output) = await ChildProcess.AskAsync(
                program,
                List(exec, "args").OfType<YamlScalarNode>().Select(a => a.Value ?? ""),
                "",
                limit.Token,
                environment).ConfigureAwait(false);
            var status = exitCode == 0
                ? JsonNode.Parse(output)?["status"]
                : throw KubernetesErrors.KubeCredentialUnusable(
                    path, userName, $"its program '{command}' ended with {exitCode}");
            return ((string?)status?["token"], (string?)status?["clientCertificateData"], (string?)status?["clientKeyData"]);
        }
        catch (JsonException)
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path, userName, $"its program '{command}' printed no ExecCredential");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path,
                userName,
                $"its program '{command}' had no answer within {TimeLimit.TotalSeconds:0} s; it may wait for a person");
        }
    }

    private static IEnumerable<YamlNode> List(YamlMappingNode node, string key)
    {
        if (node.Children.TryGetValue(new YamlScalarNode(key), out var child) && child is YamlSequenceNode list)
        {
            return list.Children;
        }

        return [];
    }

    private static string? Text(YamlMappingNode node, string key)
    {
        if (node.Children.TryGetValue(new YamlScalarNode(key), out var child))
        {
            return (child as YamlScalarNode)?.Value;
        }

        return null;
    }
}
