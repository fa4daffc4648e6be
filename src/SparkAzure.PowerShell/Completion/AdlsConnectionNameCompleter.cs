using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Dss.AdlsConnections;

namespace SparkAzure.Completion;

/// <summary>Completes the name of a connection to ADLS from the data directory on the command line.</summary>
public sealed class AdlsConnectionNameCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var names = TypedPath.Resolve(fakeBoundParameters["DataDirectory"]) is { } directory
            ? AdlsConnectionStore.NamesIn(directory)
            : [];
        var word = wordToComplete.Trim('\'', '"');
        return names
            .Where(n => n.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(n => new CompletionResult(
                $"'{CodeGeneration.EscapeSingleQuotedStringContent(n)}'", n, CompletionResultType.ParameterValue, n));
    }
}
