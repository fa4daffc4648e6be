using System.Buffers;
using System.Globalization;
using System.Text;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// What a journal and a restore point may say. They lie in a folder that others may write, and say which files are
/// renamed; so each word of them is held against what this module writes before any of it is followed.
/// </summary>
internal static class JarForm
{
    /// <summary>The most bytes that a journal has: more jars than a JVM can list.</summary>
    public const int MostBytes = 64 << 20;

    private const string JarsName = "jars";
    private const int HashLength = 64;
    private const int MostNameBytes = 255;
    private const int MostWords = 1000;
    private const long MostLength = 1L << 40;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Whether a text is a SHA-256 as the module writes it.</summary>
    public static bool IsHash(string? text) => text?.Length == HashLength && !text.AsSpan().ContainsAnyExcept(Hex);

    /// <summary>The time in a restore point's id; null where it is no such id.</summary>
    public static DateTime? TimeOf(string? id)
    {
        const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var isTime = DateTime.TryParseExact(
            id, JarRestorePoint.IdForm, CultureInfo.InvariantCulture, Universal, out var time);
        if (isTime && id!.All(char.IsAscii))
        {
            return time;
        }

        return null;
    }

    /// <summary>What is wrong with a restore point; null where nothing is.</summary>
    public static string? FaultOf(JarRestorePoint? point)
    {
        if (point is null)
        {
            return "it is empty";
        }

        if (TimeOf(point.Id) is null)
        {
            return $"its id '{Shown(point.Id)}' is none";
        }

        if (point.Before is not (JarRestorePoint.BeforeUpdate or JarRestorePoint.BeforeRestore))
        {
            return $"it was made before '{Shown(point.Before)}', which is nothing that is done";
        }

        if (!IsLine(point.What))
        {
            return "its description is no line of text";
        }

        return FaultOf(point.Jars);
    }

    /// <summary>What is wrong with a journal; null where nothing is.</summary>
    public static string? FaultOf(JarJournal? journal)
    {
        if (journal is null)
        {
            return "it is empty";
        }

        return FaultOf(journal.Former)
            ?? FaultOf(journal.Result)
            ?? FaultOf(journal.Moves)
            ?? FaultOfSum(journal);
    }

    private static string? FaultOf(IReadOnlyList<Jar>? jars)
    {
        if (jars is null)
        {
            return "it has no list of jars";
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var jar in jars)
        {
            if (!IsPlainName(jar?.Name) || !names.Add(jar!.Name))
            {
                return $"'{Shown(jar?.Name)}' is no name of a jar, or is there twice";
            }

            var isMeasured = jar.Length is >= 0 and <= MostLength
                && jar.ModifiedTicks >= 0
                && jar.ModifiedTicks <= DateTime.MaxValue.Ticks;
            if (!isMeasured || (jar.Mode & ~Jar.Permissions) != 0)
            {
                return $"the size, time or mode of '{jar.Name}' is none that a jar can have";
            }

            if (jar.Sha256 is null || (jar.IsHashed && !IsHash(jar.Sha256)))
            {
                return $"the hash of '{jar.Name}' is none";
            }
        }

        return null;
    }

    private static string? FaultOf(IReadOnlyList<JarMove>? moves)
    {
        if (moves is null)
        {
            return "it has no list of renames";
        }

        var from = new HashSet<string>(StringComparer.Ordinal);
        var to = new HashSet<string>(StringComparer.Ordinal);
        var coming = false;
        foreach (var move in moves)
        {
            if (move is null || !IsMove(move))
            {
                return $"it renames '{Shown(move?.From)}' to '{Shown(move?.To)}', which no swap does";
            }

            if (!from.Add(move.From) || !to.Add(move.To))
            {
                return $"it renames '{move.From}' to '{move.To}' and one of the two twice";
            }

            if (coming && move.IsLeaving)
            {
                return $"in it '{move.From}' leaves after others have come";
            }

            coming = !move.IsLeaving;
        }

        return null;
    }

    // The renames must turn the one set into the other, and nothing else.
    private static string? FaultOfSum(JarJournal journal)
    {
        var set = journal.Former.Jars.ToDictionary(j => j.Name, StringComparer.Ordinal);
        var result = journal.Result.ToDictionary(j => j.Name, StringComparer.Ordinal);
        foreach (var move in journal.Moves)
        {
            if (move.IsLeaving)
            {
                if (!set.Remove(move.Name, out var gone) || gone.Sha256 != move.Sha256)
                {
                    return $"'{move.Name}' leaves in it, and is not in the former set";
                }
            }
            else if (!result.TryGetValue(move.Name, out var came) || came.Sha256 != move.Sha256
                || !set.TryAdd(move.Name, came))
            {
                return $"'{move.Name}' comes in it, and is not in the new set";
            }
        }

        if (set.Count == result.Count && set.All(j => result.GetValueOrDefault(j.Key) == j.Value))
        {
            return null;
        }

        return "its renames do not lead from the former set to the new one";
    }

    private static bool IsMove(JarMove move)
    {
        var from = Parts(move.From);
        var to = Parts(move.To);
        if (!IsHash(move.Sha256) || from.Length == 0 || to.Length == 0 || !IsPlainName(from[^1]) || from[^1] != to[^1])
        {
            return false;
        }

        var stored = Path.Combine(JarState.Store, move.Sha256);
        if (IsIn(JarsName, from))
        {
            return IsIn(stored, to);
        }

        return IsIn(JarsName, to) && (IsIn(stored, from) || IsIn(JarState.Incoming, from));
    }

    private static string[] Parts(string? path) => (path ?? "").Split(Path.DirectorySeparatorChar);

    private static bool IsIn(string folder, string[] parts) =>
        parts.AsSpan(0, parts.Length - 1).SequenceEqual(Parts(folder));

    private static bool IsPlainName(string? name) =>
        name is not null
        && name.EndsWith(".jar", StringComparison.OrdinalIgnoreCase)
        && !name.Contains('/', StringComparison.Ordinal)
        && !name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
        && !name.Any(char.IsControl)
        && IsUnicode(name)
        && Encoding.UTF8.GetByteCount(name) <= MostNameBytes;

    private static bool IsUnicode(string text)
    {
        try
        {
            return Strict.GetByteCount(text) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static bool IsLine(string? text) => text is { Length: <= MostWords } && !text.Any(char.IsControl);

    // What stands in a message goes to a terminal.
    private static string Shown(string? text)
    {
        var line = string.Concat((text ?? "").Select(c => char.IsControl(c) ? '?' : c));
        return line[..Math.Min(line.Length, MostNameBytes)];
    }
}
