using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SparkAzure.Core.Dss.Host;

namespace SparkAzure.Completion;

/// <summary>
/// Offers the files in which the data directory on the command line keeps what was changed or taken out, newest first,
/// and then any other file.
/// </summary>
public abstract class KeptFileCompleter : NameCompleter, IArgumentCompleter
{
    private protected KeptFileCompleter()
    {
    }

    /// <summary>What is kept there.</summary>
    private protected abstract KeptFile Sort { get; }

    /// <inheritdoc />
    IEnumerable<CompletionResult> IArgumentCompleter.CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var kept = CompleteArgument(commandName, parameterName, wordToComplete, commandAst, fakeBoundParameters);
        return [.. kept, .. CompletionCompleters.CompleteFilename(wordToComplete ?? "")];
    }

    private protected override IEnumerable<string> Names(IDictionary given) =>
        FolderIn(given, "DataDirectory") is { } directory ? DssDataDirectory.Open(directory).Kept(Sort) : [];
}

/// <summary>Offers the files that keep Spark configurations.</summary>
public sealed class KeptSparkConfigCompleter : KeptFileCompleter
{
    private protected override KeptFile Sort => KeptFile.SparkConfig;
}

/// <summary>Offers the files that keep connections.</summary>
public sealed class KeptConnectionCompleter : KeptFileCompleter
{
    private protected override KeptFile Sort => KeptFile.Connection;
}
