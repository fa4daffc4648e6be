using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Azure;

namespace SparkAzure.Completion;

/// <summary>
/// Offers the subscriptions that an earlier sign-in of the Azure CLI or Azure PowerShell wrote down, by name; asks
/// nobody.
/// </summary>
public sealed class SubscriptionCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? "").Trim('\'', '"');
        return
        [
            .. KnownSubscriptions.Read(Environment.GetEnvironmentVariable)
                .Where(s => s.Id.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
                    || s.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .Select(s => new CompletionResult(
                    s.Id, s.Name, CompletionResultType.ParameterValue, $"{s.Name} ({s.Id})")),
        ];
    }
}
