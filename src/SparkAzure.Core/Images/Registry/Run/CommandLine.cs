namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>The arguments of a command, taken apart as getopt does.</summary>
/// <param name="Options">The options given, by their letter; with its value where it takes one.</param>
/// <param name="Operands">The other arguments.</param>
internal sealed record CommandLine(IReadOnlyDictionary<char, string> Options, IReadOnlyList<string> Operands)
{
    // The long forms (GNU coreutils' manual) of the options that are known here.
    private static readonly Dictionary<string, char> LongNames = new(StringComparer.Ordinal)
    {
        ["parents"] = 'p', ["verbose"] = 'v', ["mode"] = 'm', ["symbolic"] = 's', ["force"] = 'f', ["recursive"] = 'R',
        ["no-dereference"] = 'h', ["no-target-directory"] = 'T', ["quiet"] = 'f', ["silent"] = 'f', ["changes"] = 'c',
    };

    private static readonly System.Buffers.SearchValues<char> ModeLetters = System.Buffers.SearchValues.Create("rwxXst");

    public bool Has(char option) => Options.ContainsKey(option);

    /// <summary>Takes arguments apart.</summary>
    /// <param name="arguments">The arguments, the command's name left out.</param>
    /// <param name="flags">The letters of options that are known and take no value.</param>
    /// <param name="valued">The letters of options that take one.</param>
    /// <exception cref="ShellNotFollowedException">There is an option that is not known.</exception>
    public static CommandLine Parse(string[] arguments, string flags, string valued = "")
    {
        var options = new Dictionary<char, string>();
        var operands = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                operands.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                var parts = argument[2..].Split('=', 2);
                if (!LongNames.TryGetValue(parts[0], out var letter) || !(flags + valued).Contains(letter, StringComparison.Ordinal))
                {
                    throw Unknown(argument);
                }

                options[letter] = parts.Length > 1 ? parts[1] : valued.Contains(letter, StringComparison.Ordinal) && i + 1 < arguments.Length ? arguments[++i] : "";
            }
            else if (argument.Length > 1 && argument[0] == '-' && (flags + valued).Contains(argument[1], StringComparison.Ordinal))
            {
                for (var at = 1; at < argument.Length; at++)
                {
                    var letter = argument[at];
                    if (valued.Contains(letter, StringComparison.Ordinal))
                    {
                        options[letter] = at + 1 < argument.Length ? argument[(at + 1)..] : i + 1 < arguments.Length ? arguments[++i] : throw Unknown(argument);
                        break;
                    }

                    options[letter] = flags.Contains(letter, StringComparison.Ordinal) ? "" : throw Unknown(argument);
                }
            }
            else if (argument.Length > 1 && argument[0] == '-' && !IsMode(argument))
            {
                throw Unknown(argument);
            }
            else
            {
                operands.Add(argument);
            }
        }

        return new CommandLine(options, operands);
    }

    // chmod -x file: a mode, no option.
    private static bool IsMode(string argument) => argument.AsSpan(1).IndexOfAnyExcept(ModeLetters) < 0;

    private static ShellNotFollowedException Unknown(string option) => new($"its option '{option}' is not followed here");
}
