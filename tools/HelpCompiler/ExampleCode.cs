namespace SparkAzure.HelpCompiler;

/// <summary>A command in an example, with the parameters it names.</summary>
/// <param name="Line">The line within the example, counted from 0.</param>
/// <param name="Name">The command.</param>
/// <param name="Parameters">The parameters' names, without the dash.</param>
internal sealed record ExampleCommand(int Line, string Name, List<string> Parameters);

/// <summary>
/// Finds the commands of an example and the parameters they name. It knows as much of PowerShell as that takes:
/// strings, comments, nesting, pipes, line continuation. Whether the example parses at all is for pwsh to say (the
/// module tests ask it).
/// </summary>
internal static class ExampleCode
{
    internal static IReadOnlyList<ExampleCommand> Commands(string code)
    {
        var commands = new List<ExampleCommand>();
        var outer = new Stack<ExampleCommand?>();
        ExampleCommand? current = null;
        var atStart = true;
        var line = 0;
        for (var i = 0; i < code.Length; i++)
        {
            var c = code[i];
            switch (c)
            {
                case '\n':
                    line++;
                    (current, atStart) = (null, true);
                    break;
                case '`' when i + 1 < code.Length && code[i + 1] == '\n':
                    line++;
                    i++;
                    break;
                case '|' or ';' or '=' or '&':
                    (current, atStart) = (null, true);
                    break;
                case '(' or '{':
                    outer.Push(current);
                    (current, atStart) = (null, true);
                    break;
                case ')' or '}':
                    current = outer.Count > 0 ? outer.Pop() : null;
                    atStart = false;
                    break;
                case '#':
                    i = EndOf(code, i, '\n') - 1;
                    break;
                case '\'' or '"':
                    var end = EndOf(code, i + 1, c);
                    line += code[i..Math.Min(end, code.Length)].Count(x => x == '\n');
                    i = end;
                    atStart = false;
                    break;
                case var _ when char.IsWhiteSpace(c):
                    break;
                default:
                    var word = Word(code, i);
                    if (atStart && IsCommand(word))
                    {
                        current = new ExampleCommand(line, word, []);
                        commands.Add(current);
                    }
                    else if (word.Length > 1 && word[0] == '-' && char.IsLetter(word[1]))
                    {
                        current?.Parameters.Add(word[1..].Split(':')[0]);
                    }

                    atStart = false;
                    i += word.Length - 1;
                    break;
            }
        }

        return commands;
    }

    private static bool IsCommand(string word) =>
        char.IsLetter(word[0]) && word.Contains('-', StringComparison.Ordinal);

    private static string Word(string code, int start)
    {
        var end = start + 1;
        while (end < code.Length
            && !char.IsWhiteSpace(code[end])
            && "|;(){}=\"'&".IndexOf(code[end], StringComparison.Ordinal) < 0)
        {
            end++;
        }

        return code[start..end];
    }

    private static int EndOf(string code, int start, char mark)
    {
        var end = code.IndexOf(mark, start);
        if (end < 0)
        {
            return code.Length;
        }

        return end;
    }
}
