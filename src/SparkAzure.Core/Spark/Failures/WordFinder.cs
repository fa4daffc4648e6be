namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// Finds which of some hundred words stand in a text, in one pass over it and in a time that depends on its length
/// alone (Aho and Corasick, 1975).
/// </summary>
internal sealed class WordFinder
{
    private const int Hit = int.MinValue;
    private const int Place = int.MaxValue;

    private readonly byte[] _classes = new byte[256];
    private readonly int _width;

    // Where the row of the next state begins, by state and character; negative where a word ends in that state.
    private readonly int[] _next;
    private readonly int[][] _found;

    /// <summary>Makes one.</summary>
    /// <param name="words">The words, of ASCII; a word's place here is its number.</param>
    public WordFinder(IReadOnlyList<string> words)
    {
        Words = words;
        var used = words.SelectMany(w => w).Distinct().ToList();
        for (var i = 0; i < used.Count; i++)
        {
            _classes[used[i]] = checked((byte)(i + 1));
        }

        _width = used.Count + 1;
        var states = words.Sum(w => w.Length) + 1;
        _next = new int[states * _width];
        _found = new int[states][];
        Array.Fill(_found, []);
        AddWords();
        AddFailures();
        for (var i = 0; i < _next.Length; i++)
        {
            var state = _next[i];
            _next[i] = (state * _width) | (_found[state].Length > 0 ? Hit : 0);
        }
    }

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Marks the words of a text in a set; false where there is none.</summary>
    public bool Find(ReadOnlySpan<byte> text, WordSet found)
    {
        var any = false;
        var row = 0;
        foreach (var character in text)
        {
            row = _next[(row & Place) + _classes[character]];
            if (row < 0)
            {
                found.Add(_found[(row & Place) / _width]);
                any = true;
            }
        }

        return any;
    }

    /// <summary>Marks the words of a text in a set; false where there is none.</summary>
    public bool Find(ReadOnlySpan<char> text, WordSet found)
    {
        var any = false;
        var row = 0;
        foreach (var character in text)
        {
            var kind = character < _classes.Length ? _classes[character] : 0;
            row = _next[(row & Place) + kind];
            if (row < 0)
            {
                found.Add(_found[(row & Place) / _width]);
                any = true;
            }
        }

        return any;
    }

    private void AddWords()
    {
        var count = 1;
        for (var word = 0; word < Words.Count; word++)
        {
            var state = 0;
            foreach (var character in Words[word])
            {
                ref var next = ref _next[state * _width + _classes[character]];
                if (next == 0)
                {
                    next = count++;
                }

                state = next;
            }

            _found[state] = [.. _found[state], word];
        }
    }

    // Breadth first: what a state does with a character that leads it nowhere is what the longest end of it that is
    // also a beginning does.
    private void AddFailures()
    {
        var fallback = new int[_found.Length];
        var queue = new Queue<int>();
        for (var c = 0; c < _width; c++)
        {
            if (_next[c] != 0)
            {
                queue.Enqueue(_next[c]);
            }
        }

        while (queue.TryDequeue(out var state))
        {
            _found[state] = [.. _found[state], .. _found[fallback[state]]];
            for (var c = 0; c < _width; c++)
            {
                ref var next = ref _next[state * _width + c];
                var other = _next[fallback[state] * _width + c];
                if (next == 0)
                {
                    next = other;
                    continue;
                }

                fallback[next] = other;
                queue.Enqueue(next);
            }
        }
    }
}
