using System.Buffers;
using System.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// A command of a RUN instruction in words, quotes taken off: what judges whether a file builds, apart from the
/// patterns that mend it.
/// </summary>
/// <param name="Program">The program as it is called; empty for none.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="MayFail">Whether another command stands behind "or", so that the build goes on.</param>
internal sealed record CommandWords(string Program, IReadOnlyList<string> Arguments, bool MayFail)
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    // What may stand before a program.
    private static readonly string[] Prefixes = ["then", "do", "else", "if", "while", "!", "{", "sudo", "exec", "env", "time", "-E"];

    /// <summary>The program without the folder that it is in.</summary>
    public string Name => Program[(Program.LastIndexOf('/') + 1)..];

    /// <summary>Whether it is apt or apt-get with a subcommand.</summary>
    public bool IsApt(string subcommand) =>
        Name is "apt" or "apt-get" && Arguments.FirstOrDefault(a => !a.StartsWith('-')) == subcommand;

    /// <summary>Whether it is pip with a subcommand, also as a module of Python.</summary>
    public bool IsPip(string subcommand)
    {
        var words = Arguments;
        var isModule = Name.StartsWith("python", StringComparison.Ordinal) && words is ["-m", "pip", ..];
        if (isModule)
        {
            words = [.. words.Skip(2)];
        }

        return (isModule || Name is "pip" or "pip2" or "pip3")
            && words.FirstOrDefault(a => !a.StartsWith('-')) == subcommand;
    }

    /// <summary>The commands of a text, as <see cref="ShellCommands.Text"/> is one.</summary>
    public static IReadOnlyList<CommandWords> Of(string text)
    {
        var reader = new Reader();
        for (var i = 0; i < text.Length; i++)
        {
            reader.Take(text[i], isOr: text[i] == '|' && text.AsSpan(i + 1).StartsWith("|"));
        }

        reader.Take('\n', isOr: false);
        return reader.Commands;
    }

    private static bool IsSeparator(char c) => c is '&' or '|' or ';' or '\n' or '(' or ')';

    private static CommandWords? Of(List<string> words, bool mayFail)
    {
        var rest = words.AsEnumerable();
        if (words is [var first, ..] && first.Equals("RUN", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest.Skip(1).SkipWhile(w => w.StartsWith("--", StringComparison.Ordinal));
        }

        var own = rest.SkipWhile(w => Prefixes.Contains(w) || IsAssignment(w)).ToList();
        if (own.Count == 0)
        {
            return null;
        }

        return new CommandWords(own[0], [.. own.Skip(1)], mayFail);
    }

    private static bool IsAssignment(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && word.AsSpan(0, equals).IndexOfAnyExcept(NameCharacters) < 0;
    }

    // Takes a text apart, character by character.
    private sealed class Reader
    {
        private readonly List<string> _words = [];
        private readonly StringBuilder _word = new();
        private bool _isWord;
        private char _quote;

        public List<CommandWords> Commands { get; } = [];

        public void Take(char c, bool isOr)
        {
            if (_quote != '\0')
            {
                TakeQuoted(c);
            }
            else if (c is '"' or '\'')
            {
                (_quote, _isWord) = (c, true);
            }
            else if (IsSeparator(c))
            {
                EndWord();
                EndCommand(isOr);
            }
            else if (char.IsWhiteSpace(c))
            {
                EndWord();
            }
            else
            {
                _word.Append(c);
                _isWord = true;
            }
        }

        private void TakeQuoted(char c)
        {
            if (c == _quote)
            {
                _quote = '\0';
            }
            else
            {
                _word.Append(c);
            }
        }

        private void EndWord()
        {
            if (_isWord)
            {
                _words.Add(_word.ToString());
            }

            _word.Clear();
            _isWord = false;
        }

        private void EndCommand(bool mayFail)
        {
            if (Of(_words, mayFail) is { } command)
            {
                Commands.Add(command);
            }

            _words.Clear();
        }
    }
}
