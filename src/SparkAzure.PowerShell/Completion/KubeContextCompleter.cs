using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Aks;

namespace SparkAzure.Completion;

/// <summary>
/// Offers the contexts of the kubeconfig that the command line names already, or of the account's own.
/// </summary>
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
        var named = fakeBoundParameters[nameof(KubeConfig)];
        return Contexts(named is null ? KubeConfig.OwnPath(TypedPath.Resolve(".")) : TypedPath.Resolve(named))
            .Where(c => c.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(c => new CompletionResult(Quoted(c), c, CompletionResultType.ParameterValue, c));
    }

    private static IReadOnlyList<string> Contexts(string? file)
    {
        try
        {
            if (file is null)
            {
                return [];
            }

            return Task.Run(() => KubeConfig.OpenAsync(file, CancellationToken.None)).GetAwaiter().GetResult().Contexts;
        }
        catch (SparkAzureException)
        {
            // Tab completion offers nothing where there is nothing; the cmdlet itself says why.
            return [];
        }
    }

    private static string Quoted(string text)
    {
        if (text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return text;
        }

        return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
