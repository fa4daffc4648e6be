using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// Asks the program of a kubeconfig for a credential (client-go credential plugins, client.authentication.k8s.io).
/// </summary>
internal static class ExecPlugin
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(1);

    /// <param name="path">The kubeconfig.</param>
    /// <param name="userName">Its user.</param>
    /// <param name="exec">What it says of the program.</param>
    /// <param name="cluster">What it is told of the cluster; null where the kubeconfig does not want that.</param>
    /// <param name="account">As whom root runs it: whoever can write the kubeconfig chooses the program.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="SparkAzureException">
    /// KubeCredentialUnusable, ProgramNotFound, HostCannotRunProcess.
    /// </exception>
    public static async Task<ExecCredential> AskAsync(
        string path,
        string userName,
        YamlMappingNode exec,
        JsonObject? cluster,
        UnixAccount? account,
        CancellationToken cancellationToken)
    {
        var command = NullIfEmpty(YamlKeys.Text(exec, "command"))
            ?? throw KubernetesErrors.KubeConfigUnreadable(path, $"the exec of its user '{userName}' has no command");
        if (HostProcesses.AreForbidden(Environment.GetEnvironmentVariable))
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path, userName, $"it needs the program '{command}', and this host starts no programs");
        }

        if (YamlKeys.Text(exec, "interactiveMode") == "Always")
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path, userName, $"its program '{command}' wants a person to answer (interactiveMode: Always)");
        }

        var version = YamlKeys.Text(exec, "apiVersion")!;
        var environment = new Dictionary<string, string> { ["KUBERNETES_EXEC_INFO"] = Info(version, cluster) };
        foreach (var variable in YamlKeys.List(exec, "env").OfType<YamlMappingNode>())
        {
            environment[YamlKeys.Text(variable, "name")!] = YamlKeys.Text(variable, "value") ?? "";
        }

        // A path with a slash counts from the kubeconfig, a name is looked for on PATH, as client-go does.
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var program = command.Contains('/') ? Path.GetFullPath(Path.Combine(folder, command)) : command;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit);
        try
        {
            var answer = await ChildProcess.AskAsync(
                program,
                YamlKeys.Texts(exec, "args"),
                "",
                limit.Token,
                environment,
                account).ConfigureAwait(false);
            return Read(answer, version, why => KubernetesErrors.KubeCredentialUnusable(
                path, userName, $"its program '{command}' {why}{answer.LastWords}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path,
                userName,
                $"its program '{command}' had no answer within {TimeLimit.TotalSeconds:0} s; it may wait for a person");
        }
    }

    private static ExecCredential Read(
        ProgramAnswer answer, string version, Func<string, SparkAzureException> failure)
    {
        if (answer.IsTooLong)
        {
            throw failure("printed more than a credential can be, and was ended");
        }

        if (answer.ExitCode != 0)
        {
            throw failure($"ended with {answer.ExitCode}");
        }

        try
        {
            return ExecCredential.Read(answer.Output, version);
        }
        catch (FormatException exception)
        {
            throw failure($"printed no ExecCredential: {exception.Message}");
        }
    }

    private static string Info(string version, JsonObject? cluster)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (cluster is not null)
        {
            spec["cluster"] = cluster;
        }

        var info = new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = version, ["spec"] = spec };
        return info.ToJsonString();
    }

    private static string? NullIfEmpty(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text;
    }
}
