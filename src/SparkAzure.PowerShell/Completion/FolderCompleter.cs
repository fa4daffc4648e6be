using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SparkAzure.Completion;

/// <summary>Offers folders only, where only a folder makes sense.</summary>
public sealed class FolderCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionCompleters.CompleteFilename(wordToComplete ?? "").Where(r =>
            r.ResultType == CompletionResultType.ProviderContainer);
}
