using SparkAzure.Core.Java;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Sets of runs, as the data writes them: hexadecimal numbers whose bit n is run n. Tens of thousands of classes share
/// some thousand sets, so each is kept once and known by a number.
/// </summary>
internal sealed class RunMasks
{
    private const int DigitsPerWord = 16;

    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<ulong[]> _masks = [];

    /// <summary>The number of a set.</summary>
    /// <param name="digits">Its hexadecimal digits, in ASCII.</param>
    public int Number(ReadOnlySpan<byte> digits)
    {
        var hash = NameHash.Of(digits);
        if (!_numbers.TryGetValue(hash, out var number))
        {
            number = _masks.Count;
            _masks.Add(Words(digits));
            _numbers.Add(hash, number);
        }

        return number;
    }

    /// <summary>A set of runs to ask with.</summary>
    /// <param name="runs">For every run, whether it is in it.</param>
    public static ulong[] Of(IEnumerable<bool> runs)
    {
        var words = new List<ulong>();
        var run = 0;
        foreach (var isIn in runs)
        {
            if (run % 64 == 0)
            {
                words.Add(0);
            }

            if (isIn)
            {
                words[^1] |= 1UL << (run % 64);
            }

            run++;
        }

        return [.. words];
    }

    /// <summary>True when a set and another one share a run.</summary>
    public bool Meets(int number, ulong[] runs)
    {
        var mask = _masks[number];
        for (var word = 0; word < Math.Min(mask.Length, runs.Length); word++)
        {
            if ((mask[word] & runs[word]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    // The lowest digits stand last.
    private static ulong[] Words(ReadOnlySpan<byte> digits)
    {
        var words = new ulong[(digits.Length + DigitsPerWord - 1) / DigitsPerWord];
        for (var place = 0; place < digits.Length; place++)
        {
            var digit = (ulong)Value(digits[^(place + 1)]);
            words[place / DigitsPerWord] |= digit << (4 * (place % DigitsPerWord));
        }

        return words;
    }

    private static int Value(byte digit)
    {
        if (digit >= 'a')
        {
            return digit - 'a' + 10;
        }

        return digit - '0';
    }
}
