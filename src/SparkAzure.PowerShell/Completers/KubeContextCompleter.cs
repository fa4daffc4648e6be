using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using SparkAzure.Core.Kubernetes;

namespace SparkAzure.Completers;

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
            var full = path is null ? null : Runspace.DefaultRunspace.SessionStateProxy.Path.GetUnresolvedProviderPathFromPSPath(path);
            return full is null ? [] : Task.Run(() => KubeConfig.OpenAsync(full, CancellationToken.None)).GetAwaiter().GetResult().Contexts;
        }
        catch (Exception exception) when (exception is SparkAzureException or RuntimeException or InvalidOperationException)
        {
            // Tab completion offers nothing where there is nothing; the cmdlet itself says why.
            return [];
        }
    }

    private static string Quoted(string text) =>
        text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
