using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Setup.Checks;

namespace SparkAzure.Completion;

/// <summary>Completes the id of a check of Test-SparkAzureSetup.</summary>
public sealed class SetupCheckCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        return SetupChecks.Ids
            .Where(id => id.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(id => new CompletionResult(id, id, CompletionResultType.ParameterValue, id));
    }
}
