namespace SparkAzure.Core.Spark.Failures;

/// <summary>Numbers of words.</summary>
internal sealed class WordSet
{
    private readonly ulong[] _bits;

    /// <summary>Makes an empty one.</summary>
    /// <param name="words">How many words there are.</param>
    public WordSet(int words) => _bits = new ulong[(words + 63) / 64];

    /// <summary>Makes one of some words.</summary>
    public WordSet(int words, IEnumerable<int> numbers)
        : this(words) => Add([.. numbers]);

    /// <summary>Adds words.</summary>
    public void Add(int[] numbers)
    {
        foreach (var number in numbers)
        {
            _bits[number >> 6] |= 1UL << (number & 63);
        }
    }

    /// <summary>Takes all words out.</summary>
    public void Clear() => Array.Clear(_bits);

    /// <summary>Whether a word is in it.</summary>
    public bool Has(int number) => (_bits[number >> 6] & (1UL << (number & 63))) != 0;

    /// <summary>Whether all words of another set are in it.</summary>
    public bool HasAll(WordSet other)
    {
        for (var i = 0; i < _bits.Length; i++)
        {
            if ((_bits[i] & other._bits[i]) != other._bits[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a word of another set is in it.</summary>
    public bool HasAny(WordSet other)
    {
        for (var i = 0; i < _bits.Length; i++)
        {
            if ((_bits[i] & other._bits[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
