namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>A redirection: <c>2&gt;&amp;1</c>, <c>&gt;&gt; file</c>.</summary>
/// <param name="Descriptor">The number before it; 1 for output and 0 for input without one.</param>
/// <param name="Operator"><c>&gt;</c>, <c>&gt;&gt;</c>, <c>&lt;</c> or <c>&gt;&amp;</c>.</param>
/// <param name="Target">Where to.</param>
internal sealed record ShellRedirection(int Descriptor, string Operator, ShellWord Target);

/// <summary>A simple command of a shell script.</summary>
/// <param name="Text">The command as it is written.</param>
/// <param name="Connector">
/// What stands before it: empty at the beginning of a list, <c>&amp;&amp;</c> or <c>||</c>.
/// </param>
/// <param name="Words">Its words, assignments included.</param>
/// <param name="Redirections">Its redirections.</param>
/// <param name="Problem">Why it cannot be followed; null when it can.</param>
internal sealed record ShellCommand(
    string Text,
    string Connector,
    IReadOnlyList<ShellWord> Words,
    IReadOnlyList<ShellRedirection> Redirections,
    string? Problem = null);

/// <summary>
/// Takes the text that RUN gives to a shell apart into simple commands (POSIX.1-2017, Shell Command Language, 2.9).
/// Lists of simple commands are all that Spark's Dockerfiles have; a pipeline is one command that cannot be followed,
/// and what begins with a compound one cannot be followed to its end.
/// </summary>
internal sealed class ShellScript
{
    private static readonly string[] ReservedWords = ["if", "for", "while", "until", "case", "{", "}", "!", "function", "select", "then", "else", "fi", "do", "done", "[["];

    private readonly string _text;
    private readonly List<ShellCommand> _commands = [];
    private readonly List<ShellWord> _words = [];
    private readonly List<ShellRedirection> _redirections = [];
    private int _at;
    private int _start;
    private string _connector = "";
    private bool _isPiped;

    private ShellScript(string text) => _text = text;

    /// <summary>The simple commands of a script, in order.</summary>
    public static IReadOnlyList<ShellCommand> Parse(string text)
    {
        var script = new ShellScript(text);
        try
        {
            script.Read();
        }
        catch (ShellNotFollowedException exception)
        {
            script.Abandon(exception.Message);
        }

        return script._commands;
    }

    private void Read()
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            var next = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
            switch (c)
            {
                case '\\' when next == '\n':
                    _at += 2;
                    break;
                case ' ' or '\t' or '\r':
                    _at++;
                    break;
                case '#':
                    _at = _text.IndexOf('\n', _at) is var end and >= 0 ? end : _text.Length;
                    break;
                case '\n' or ';':
                    End("", 1);
                    break;
                case '&' when next == '&':
                    End("&&", 2);
                    break;
                case '|' when next == '|':
                    End("||", 2);
                    break;
                case '|':
                    // The commands of a pipeline are one.
                    _isPiped = true;
                    _at++;
                    break;
                case '&' when next == '>':
                    throw new ShellNotFollowedException("it has a redirection that is not followed here");
                case '&':
                    throw new ShellNotFollowedException("it goes on in the background");
                case '(' or ')':
                    throw new ShellNotFollowedException("it is a shell construct that is not followed here");
                default:
                    Next();
                    break;
            }
        }

        End("", 0);
    }

    private void Next()
    {
        var start = _at;
        int? descriptor = null;
        if (char.IsAsciiDigit(_text[_at]) && _at + 1 < _text.Length && _text[_at + 1] is '>' or '<')
        {
            descriptor = _text[_at] - '0';
            _at++;
        }

        if (_text[_at] is '>' or '<')
        {
            Redirection(descriptor);
            return;
        }

        _at = start;
        var word = Word();
        if (_words.Count == 0 && !word.IsQuoted && ReservedWords.Contains(word.Plain))
        {
            throw new ShellNotFollowedException("it is a shell construct that is not followed here");
        }

        _words.Add(word);
    }

    private void Redirection(int? descriptor)
    {
        var symbol = RedirectionAt(_text.AsSpan(_at));
        _at += symbol.Length;
        if (_text.AsSpan(_at) is ['<', ..] or ['|', ..] or ['&', ..])
        {
            throw new ShellNotFollowedException("it has a redirection that is not followed here");
        }

        while (_at < _text.Length && _text[_at] is ' ' or '\t')
        {
            _at++;
        }

        _redirections.Add(new ShellRedirection(descriptor ?? DescriptorOf(symbol), symbol, Word()));
    }

    private static string RedirectionAt(ReadOnlySpan<char> text) => text switch
    {
        ['<', ..] => "<",
        ['>', '>', ..] => ">>",
        ['>', '&', ..] => ">&",
        _ => ">",
    };

    // Input without a number is 0, output 1.
    private static int DescriptorOf(string symbol)
    {
        if (symbol == "<")
        {
            return 0;
        }

        return 1;
    }

    private ShellWord Word()
    {
        var reader = new ShellWordReader(_text, _at);
        var word = reader.Read();
        _at = reader.Position;
        return word;
    }

    private void End(string connector, int length)
    {
        if (_words.Count > 0 || _redirections.Count > 0)
        {
            var problem = _isPiped ? "it is a pipeline, which is not followed here" : null;
            _commands.Add(new ShellCommand(TextTo(_at), _connector, [.. _words], [.. _redirections], problem));
            _words.Clear();
            _redirections.Clear();
            _isPiped = false;
            _connector = connector;
        }
        else if (connector.Length > 0)
        {
            _connector = connector;
        }

        _at += length;
        if (_words.Count == 0)
        {
            _start = _at;
        }
    }

    private void Abandon(string problem)
    {
        _commands.Add(new ShellCommand(TextTo(_text.Length), _connector, [], [], problem));
        _at = _text.Length;
    }

    private string TextTo(int end) =>
        string.Join(' ', _text[_start..end].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
