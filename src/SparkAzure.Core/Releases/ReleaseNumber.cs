using System.Globalization;

namespace SparkAzure.Core.Releases;

/// <summary>
/// A release number such as <c>5.1.3</c>, <c>2.7.3</c> or <c>1.0.4.Final</c>, compared part by part as numbers. What
/// follows the
/// numbers (<c>-incubating</c>, <c>.Final</c>) is kept as text and does not count in a comparison.
/// </summary>
internal sealed record ReleaseNumber : IComparable<ReleaseNumber>
{
    private readonly int[] _parts;

    private ReleaseNumber(string text, int[] parts)
    {
        Text = text;
        _parts = parts;
    }

    public string Text { get; }

    public int Major => Part(0);

    public int Minor => Part(1);

    public int Patch => Part(2);

    public static bool operator <(ReleaseNumber left, ReleaseNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(ReleaseNumber left, ReleaseNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(ReleaseNumber left, ReleaseNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ReleaseNumber left, ReleaseNumber right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a release number that the program itself wrote down.</summary>
    public static ReleaseNumber Parse(string text) =>
        TryParse(text) ?? throw new FormatException($"'{text}' is not a release number.");

    /// <summary>Reads the leading numbers of a text; null when it does not begin with one.</summary>
    public static ReleaseNumber? TryParse(string? text)
    {
        var parts = new List<int>();
        foreach (var part in (text ?? "").Split('.', '-', '_', '+'))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                break;
            }

            parts.Add(number);
        }

        if (parts.Count == 0)
        {
            return null;
        }

        return new ReleaseNumber(text!, [.. parts]);
    }

    public int CompareTo(ReleaseNumber? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < Math.Max(_parts.Length, other._parts.Length); i++)
        {
            var order = Part(i).CompareTo(other.Part(i));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    public bool Equals(ReleaseNumber? other) => other is not null && CompareTo(other) == 0;

    public override int GetHashCode() => HashCode.Combine(Major, Minor, Patch);

    public override string ToString() => Text;

    private int Part(int index)
    {
        if (index < _parts.Length)
        {
            return _parts[index];
        }

        return 0;
    }
}
