using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Completion;

/// <summary>
/// Completes the name of a Spark configuration from the data directory on the command line; without one, with DSS's
/// default.
/// </summary>
public sealed class SparkConfigNameCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var names = TypedPath.Resolve(fakeBoundParameters["DataDirectory"]) is { } directory
            ? SparkConfig.NamesIn(directory)
            : [];
        var word = wordToComplete.Trim('\'', '"');
        return (names.Count > 0 ? names : ["default"])
            .Where(n => n.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(n => new CompletionResult(Quoted(n), n, CompletionResultType.ParameterValue, n));
    }

    private static string Quoted(string name)
    {
        if (name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return name;
        }

        return $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
    }
}
