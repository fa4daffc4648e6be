namespace SparkAzure.Core.Text;

/// <summary>How far one word is from another, in strokes of a key.</summary>
internal static class EditDistance
{
    /// <summary>
    /// The characters that were left out, added, mistaken, or exchanged with their neighbour; upper and lower case
    /// are alike (Damerau and Levenshtein, in the form that changes no place twice).
    /// </summary>
    /// <param name="one">A word.</param>
    /// <param name="other">Another.</param>
    public static int Between(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                rows[i, j] = Cell(rows, one, other, i, j);
            }
        }

        return rows[one.Length, other.Length];
    }

    private static int Cell(int[,] rows, string one, string other, int i, int j)
    {
        if (i == 0 || j == 0)
        {
            return i + j;
        }

        var mistaken = Same(one[i - 1], other[j - 1]) ? 0 : 1;
        var least = Math.Min(
            Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
            rows[i - 1, j - 1] + mistaken);
        var exchanged = i > 1 && j > 1 && Same(one[i - 1], other[j - 2]) && Same(one[i - 2], other[j - 1]);
        return exchanged ? Math.Min(least, rows[i - 2, j - 2] + 1) : least;
    }

    private static bool Same(char one, char other) => char.ToLowerInvariant(one) == char.ToLowerInvariant(other);
}
