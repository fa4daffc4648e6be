using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Completion;

/// <summary>
/// Offers the restore points of the Spark home that stands on the command line already, newest first.
/// </summary>
public sealed class RestorePointCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? "").Trim('\'', '"');
        return RestorePoints(TypedPath.Resolve(fakeBoundParameters["SparkHome"]))
            .Reverse()
            .Where(id => id.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(id => new CompletionResult(id, id, CompletionResultType.ParameterValue, id));
    }

    private static IReadOnlyList<string> RestorePoints(string? sparkHome)
    {
        try
        {
            if (sparkHome is null)
            {
                return [];
            }

            return SparkJars.RestorePoints(sparkHome);
        }
        catch (Exception exception) when (exception is SparkAzureException or IOException
            or UnauthorizedAccessException)
        {
            // Tab completion offers nothing where there is nothing; the cmdlet itself says why.
            return [];
        }
    }
}
