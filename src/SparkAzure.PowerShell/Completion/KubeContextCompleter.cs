using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Kubernetes;

namespace SparkAzure.Completion;

/// <summary>Offers the contexts of the kubeconfig that the command line names already.</summary>
public sealed class KubeContextCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return Contexts(fakeBoundParameters[nameof(KubeConfig)]?.ToString())
            .Where(c => c.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(c => new CompletionResult(Quoted(c), c, CompletionResultType.ParameterValue, c));
    }

    private static IReadOnlyList<string> Contexts(string? path)
    {
        try
        {
            var file = path is null ? null : FullPath(path);
            return file is null ? [] : Task.Run(() => KubeConfig.OpenAsync(file, CancellationToken.None)).GetAwaiter().GetResult().Contexts;
        }
        catch (Exception exception) when (exception is SparkAzureException or RuntimeException or InvalidOperationException)
        {
            // Tab completion offers nothing where there is nothing; the cmdlet itself says why.
            return [];
        }
    }

    // A completer has no session state of its own; only a nested command knows the session's location and drives.
    private static string FullPath(string path)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($args[0])").AddArgument(path).Invoke<string>().Single();
    }

    private static string Quoted(string text) =>
        text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
