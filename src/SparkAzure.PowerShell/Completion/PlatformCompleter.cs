using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SparkAzure.Completion;

/// <summary>Completes the platforms that nodes of a cluster have.</summary>
public sealed class PlatformCompleter : IArgumentCompleter
{
    private static readonly string[] Platforms = ["linux/amd64", "linux/arm64"];

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Platforms.Where(p => p.StartsWith(
            wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)).Select(p => new CompletionResult(p));
}
