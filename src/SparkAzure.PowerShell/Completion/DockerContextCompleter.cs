using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Images;

namespace SparkAzure.Completion;

/// <summary>Completes the contexts that <c>docker context ls</c> lists.</summary>
public sealed class DockerContextCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        // Docker's names of contexts have letters, digits, dots, pluses, hyphens and underscores: none needs quoting.
        var typed = wordToComplete.Trim('\'', '"');
        return SparkImagePublisher.DockerContexts(Environment.GetEnvironmentVariable)
            .Where(c => c.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(c => new CompletionResult(c));
    }
}
