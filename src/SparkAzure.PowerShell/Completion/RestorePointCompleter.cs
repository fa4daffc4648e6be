using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Completion;

/// <summary>Offers the restore points of the Spark home that stands on the command line already, newest first.</summary>
public sealed class RestorePointCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        fakeBoundParameters["SparkHome"] is string home && Directory.Exists(home)
            ? SparkJars.RestorePoints(home)
                .Reverse()
                .Where(id => id.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
                .Select(id => new CompletionResult(id))
            : [];
}
