using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SparkAzure.Completion;

/// <summary>
/// The base of completers that offer names. Asks nobody over the network, offers nothing where nothing is known, and
/// never throws: the cmdlet itself says what is wrong. That it answers with a list, if an empty one, keeps PowerShell
/// from offering file names where none fit.
/// </summary>
public abstract class NameCompleter : IArgumentCompleter
{
    private protected NameCompleter()
    {
    }

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? "").Trim('\'', '"');
        return
        [
            .. Quietly(fakeBoundParameters)
                .Where(n => n.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .Select(Result),
        ];
    }

    /// <summary>The names that are known, in the order in which they are offered.</summary>
    /// <param name="given">What stands on the command line already, by the names of the parameters.</param>
    private protected abstract IEnumerable<string> Names(IDictionary given);

    /// <summary>A name as it is to stand on the command line.</summary>
    private protected virtual CompletionResult Result(string name) =>
        new(Quoted(name), name, CompletionResultType.ParameterValue, name);

    /// <summary>A name as one word of PowerShell.</summary>
    private protected static string Quoted(string name)
    {
        if (name[0] != '-' && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '~'))
        {
            return name;
        }

        return $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
    }

    /// <summary>The folder that a parameter names; null where it is not given or cannot be one.</summary>
    private protected static string? FolderIn(IDictionary given, string parameter) => TypedPath.Resolve(given[parameter]);

    [SuppressMessage("Design", "CA1031", Justification = "A prompt is no place for any exception.")]
    private IReadOnlyList<string> Quietly(IDictionary? given)
    {
        try
        {
            return [.. Names(given ?? new Hashtable()).Where(n => n.Length > 0)];
        }
        catch (Exception)
        {
            return [];
        }
    }
}
