namespace SparkAzure.Core.Text;

/// <summary>
/// A name in which <c>*</c> stands for any text, also none; every other character is itself. The patterns of the
/// module's own
/// tables are written so: artifacts of jars, base images.
/// </summary>
/// <param name="Text">The pattern.</param>
internal sealed record GlobPattern(string Text)
{
    private const char AnyText = '*';

    /// <summary>Whether a whole name fits, letter case included.</summary>
    public bool IsMatch(string name)
    {
        var pieces = Text.Split(AnyText);
        var (first, last) = (pieces[0], pieces[^1]);
        if (pieces.Length == 1)
        {
            return name == first;
        }

        var length = name.Length - first.Length - last.Length;
        if (length < 0
            || !name.StartsWith(first, StringComparison.Ordinal)
            || !name.EndsWith(last, StringComparison.Ordinal))
        {
            return false;
        }

        // Each piece between two stars at the first place where it can stand: that leaves most to the pieces after it.
        var rest = name.AsSpan(first.Length, length);
        foreach (var piece in pieces.AsSpan(1, pieces.Length - 2))
        {
            var at = rest.IndexOf(piece, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + piece.Length)..];
        }

        return true;
    }
}
