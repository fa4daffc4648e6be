namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// Takes off what stands before a line of a log: DSS's, Airflow's and kubectl's prefixes, the container runtime's (CRI),
/// time stamps, threads and file names. A line of Spark's own is left as <c>LEVEL Logger: message</c>.
/// </summary>
internal static class LogLayouts
{
    private const int MostTokens = 12;
    private const int LongestToken = 300;
    private const int MostDepth = 4;

    /// <summary>What a line has that must be looked at although no sign stands in it.</summary>
    internal static readonly string[] Words = ["stderr P ", "stdout P "];

    private static readonly string[] Levels = ["TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL"];

    // What DSS passes on of the processes that it starts.
    private static readonly string[] Forwarders = ["dku.utils", "dku.proc", "process", "dip.shaker.process"];

    /// <summary>The level of the entry that a line begins; null where it begins none.</summary>
    public static string? LevelOf(ReadOnlySpan<char> line)
    {
        var rest = line.TrimStart('\uFEFF');
        for (var depth = 0; depth < MostDepth; depth++)
        {
            var head = Head.Read(rest);
            if (head.Level is null || !head.IsForwarded)
            {
                return head.Level;
            }

            rest = WithoutBlank(rest[head.End..]);
        }

        return null;
    }

    /// <summary>Takes them off.</summary>
    /// <param name="line">The line as it stands in the file.</param>
    public static LogLine Strip(string line)
    {
        var rest = line.AsSpan().TrimStart('\uFEFF');
        var isPart = false;
        for (var depth = 0; depth < MostDepth; depth++)
        {
            var head = Head.Read(rest);
            isPart |= head.IsPart;
            if (head.Level is null)
            {
                return new LogLine(Kept(line, rest[head.Outer..]), null, isPart);
            }

            if (!head.IsForwarded)
            {
                return new LogLine(Entry(head, rest[head.End..]), head.Level, isPart);
            }

            rest = WithoutBlank(rest[head.End..]);
        }

        return new LogLine(rest.ToString(), null, isPart);
    }

    // The one that stands between a prefix and what it is put before; others may be the line's own.
    private static ReadOnlySpan<char> WithoutBlank(ReadOnlySpan<char> text)
    {
        if (text.StartsWith(" "))
        {
            return text[1..];
        }

        return text;
    }

    private static string Kept(string line, ReadOnlySpan<char> rest)
    {
        if (rest.Length == line.Length)
        {
            return line;
        }

        return rest.ToString();
    }

    private static string Entry(Head head, ReadOnlySpan<char> message)
    {
        var text = message.TrimStart();
        if (head.Logger.Length > 0)
        {
            return $"{head.Level} {LastPart(head.Logger)}: {text}";
        }

        // Logger - message, Logger:54 - message, Logger (File.java:method(12)) - message.
        var dash = text[..Math.Min(text.Length, LongestToken)].IndexOf(" - ");
        if (dash > 0 && text[..dash] is var logger && !logger.Contains(": ", StringComparison.Ordinal) && IsLogger(logger))
        {
            var name = logger[..EndOfName(logger)];
            return $"{head.Level} {LastPart(name)}: {text[(dash + 3)..]}";
        }

        return $"{head.Level} {text}";
    }

    private static bool IsLogger(ReadOnlySpan<char> text)
    {
        var blank = text.IndexOf(' ');
        return blank < 0 || (blank + 1 < text.Length && text[blank + 1] == '(' && text[^1] == ')');
    }

    private static int EndOfName(ReadOnlySpan<char> logger)
    {
        var end = logger.IndexOfAny(' ', ':');
        if (end < 0)
        {
            return logger.Length;
        }

        return end;
    }

    private static string LastPart(ReadOnlySpan<char> logger) => logger[(logger.LastIndexOf('.') + 1)..].ToString();

    /// <summary>What a line begins with.</summary>
    private struct Head
    {
        private bool _hasTime;
        private bool _hasFile;
        private bool _isBracketed;
        private string? _logger;

        /// <summary>The level; null where there is none.</summary>
        public string? Level { readonly get; private set; }

        /// <summary>The logger, where it stands in brackets.</summary>
        public readonly string Logger => _logger ?? "";

        /// <summary>Where the message begins.</summary>
        public int End { readonly get; private set; }

        /// <summary>Where what tools have put before the line ends; no message loses a bracket of its own.</summary>
        public int Outer { readonly get; private set; }

        /// <summary>True where a runtime says that the line goes on.</summary>
        public bool IsPart { readonly get; private set; }

        /// <summary>Whether the message is a line of another program.</summary>
        public readonly bool IsForwarded => _hasFile || Forwarders.Contains(Logger, StringComparer.Ordinal);

        public static Head Read(ReadOnlySpan<char> line)
        {
            var head = new Head();
            var at = 0;
            for (var i = 0; i < MostTokens; i++)
            {
                var start = at + (line[at..].Length - line[at..].TrimStart(' ').Length);
                var length = TokenLength(line[start..]);
                if (length == 0 || !head.Take(line.Slice(start, length), start, start + length))
                {
                    break;
                }

                at = start + length;
            }

            return head;
        }

        private static int TokenLength(ReadOnlySpan<char> text)
        {
            if (text.Length == 0)
            {
                return 0;
            }

            var end = text[0] switch
            {
                '[' => text.IndexOf(']') + 1,
                '{' when text.Length > 1 && text[1] is not '"' => EndOfBraces(text),
                _ => EndOfWord(text),
            };
            return end > LongestToken ? 0 : end;
        }

        // Airflow 1 has two of each.
        private static int EndOfBraces(ReadOnlySpan<char> text)
        {
            var end = text.IndexOf('}') + 1;
            if (end > 0 && end < text.Length && text[end] == '}')
            {
                return end + 1;
            }

            return end;
        }

        private static int EndOfWord(ReadOnlySpan<char> text)
        {
            var end = text.IndexOf(' ');
            if (end < 0)
            {
                return text.Length;
            }

            return end;
        }

        private bool Take(ReadOnlySpan<char> token, int start, int end)
        {
            var inner = token.Trim("[]{}:");
            if (Level is not null)
            {
                return TakeAfterLevel(token, inner, end);
            }

            if (LevelOf(inner) is { } level)
            {
                Level = level;
                _isBracketed = token[0] == '[';
                End = end;
                return true;
            }

            return TakeBeforeLevel(token, inner, end);
        }

        private bool TakeAfterLevel(ReadOnlySpan<char> token, ReadOnlySpan<char> inner, int end)
        {
            if (token is "-" or "|")
            {
                End = end;
                return false;
            }

            if (token[0] == '[')
            {
                return TakeBracket(inner, end);
            }

            if (token[0] == '{')
            {
                _hasFile = true;
                End = end;
                return true;
            }

            return false;
        }

        // DSS has all in brackets: the logger follows the level. Elsewhere it is the thread.
        private bool TakeBracket(ReadOnlySpan<char> inner, int end)
        {
            if (_isBracketed && Logger.Length > 0)
            {
                return false;
            }

            End = end;
            if (_isBracketed)
            {
                _logger = inner.ToString();
            }

            return true;
        }

        private bool TakeBeforeLevel(ReadOnlySpan<char> token, ReadOnlySpan<char> inner, int end)
        {
            if (IsTime(inner))
            {
                _hasTime = true;
                Outer = token[0] == '[' ? Outer : end + 1;
                return true;
            }

            if (_hasTime && (token is "stderr" or "stdout" or "F" or "P"))
            {
                IsPart |= token is "P";
                Outer = end + 1;
                return true;
            }

            if (token.StartsWith("[pod/", StringComparison.Ordinal))
            {
                Outer = end + 1;
                return true;
            }

            _hasFile |= token[0] == '{';
            return token[0] is '[' or '{';
        }

        private static string? LevelOf(ReadOnlySpan<char> text)
        {
            foreach (var level in Levels)
            {
                if (text.SequenceEqual(level))
                {
                    return level;
                }
            }

            return null;
        }

        // Digits and what stands between them in dates and times.
        private static bool IsTime(ReadOnlySpan<char> text)
        {
            var digits = 0;
            foreach (var character in text)
            {
                if (char.IsAsciiDigit(character))
                {
                    digits++;
                }
                else if (!"/-:.,TZ+ UC".AsSpan().Contains(character))
                {
                    return false;
                }
            }

            return digits >= 4;
        }
    }
}
