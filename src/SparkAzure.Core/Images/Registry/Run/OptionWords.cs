namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// The arguments of a program that has more options than anybody follows: which words are options, which are values of
/// options, and which are what the program is to work on.
/// </summary>
/// <param name="Options">
/// The options given, in order: the name as it is written, and its value where it takes one.
/// </param>
/// <param name="Operands">The other words.</param>
internal sealed record OptionWords(
    IReadOnlyList<(string Name, string? Value)> Options, IReadOnlyList<string> Operands)
{
    /// <summary>Takes arguments apart.</summary>
    /// <param name="arguments">The arguments, the program's name left out.</param>
    /// <param name="valued">The options that take a value: the next word, or what is attached to them.</param>
    public static OptionWords Of(IReadOnlyList<string> arguments, IReadOnlyCollection<string> valued)
    {
        var options = new List<(string, string?)>();
        var operands = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var word = arguments[i];
            if (word == "--")
            {
                operands.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (word is not ['-', _, ..])
            {
                operands.Add(word);
            }
            else if (valued.Contains(word))
            {
                options.Add((word, arguments.ElementAtOrDefault(++i)));
            }
            else
            {
                options.Add(Attached(word, valued));
            }
        }

        return new OptionWords(options, operands);
    }

    /// <summary>Whether one of some options is given.</summary>
    public bool Has(IReadOnlyCollection<string> names) => Options.Any(o => names.Contains(o.Name));

    /// <summary>The value of the last of some options that is given; null without one.</summary>
    public string? Value(params string[] names) => Options.LastOrDefault(o => names.Contains(o.Name)).Value;

    // --name=value, -nvalue.
    private static (string Name, string? Value) Attached(string word, IReadOnlyCollection<string> valued)
    {
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            var parts = word.Split('=', 2);
            return (parts[0], parts.ElementAtOrDefault(1));
        }

        var name = word[..2];
        if (valued.Contains(name))
        {
            return (name, word[2..].TrimStart('='));
        }

        return (word, null);
    }
}
