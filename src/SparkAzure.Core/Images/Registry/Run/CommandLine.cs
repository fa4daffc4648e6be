using System.Buffers;

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
        ["no-dereference"] = 'h', ["no-target-directory"] = 'T', ["quiet"] = 'f', ["silent"] = 'f', ["changes"] = 'c', ["in-place"] = 'i',
    };

    private static readonly SearchValues<char> ModeLetters = SearchValues.Create("rwxXst");

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

            var next = arguments.ElementAtOrDefault(i + 1);
            var isNextTaken = false;
            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                isNextTaken = AddLong(options, argument, next, flags, valued);
            }
            else if (argument is ['-', var first, ..] && (flags + valued).Contains(first, StringComparison.Ordinal))
            {
                isNextTaken = AddShort(options, argument, next, flags, valued);
            }
            else if (argument is ['-', _, ..] && !IsMode(argument))
            {
                throw Unknown(argument);
            }
            else
            {
                operands.Add(argument);
            }

            if (isNextTaken)
            {
                i++;
            }
        }

        return new CommandLine(options, operands);
    }

    // --name, --name=value, --name value; true when it took the next argument.
    private static bool AddLong(
        Dictionary<char, string> options, string argument, string? next, string flags, string valued)
    {
        var parts = argument[2..].Split('=', 2);
        if (!LongNames.TryGetValue(parts[0], out var letter)
            || !(flags + valued).Contains(letter, StringComparison.Ordinal))
        {
            throw Unknown(argument);
        }

        if (!valued.Contains(letter, StringComparison.Ordinal))
        {
            options[letter] = parts.Length == 1 ? "" : throw Unknown(argument);
            return false;
        }

        options[letter] = parts.ElementAtOrDefault(1) ?? next ?? "";
        return parts.Length == 1 && next is not null;
    }

    // -abc, -ovalue, -o value; true when it took the next argument.
    private static bool AddShort(
        Dictionary<char, string> options, string argument, string? next, string flags, string valued)
    {
        for (var at = 1; at < argument.Length; at++)
        {
            var letter = argument[at];
            if (valued.Contains(letter, StringComparison.Ordinal))
            {
                var isAttached = at + 1 < argument.Length;
                options[letter] = (isAttached ? argument[(at + 1)..] : next) ?? throw Unknown(argument);
                return !isAttached;
            }

            if (!flags.Contains(letter, StringComparison.Ordinal))
            {
                throw Unknown(argument);
            }

            options[letter] = "";
        }

        return false;
    }

    // chmod -x file: a mode, no option.
    private static bool IsMode(string argument) => argument.AsSpan(1).IndexOfAnyExcept(ModeLetters) < 0;

    private static ShellNotFollowedException Unknown(string option) =>
        new($"its option '{option}' is not followed here");
}
