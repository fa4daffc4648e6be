using System.Text.Json;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.Settings;

/// <summary>Tells whether DSS kept what it was sent.</summary>
internal static class JsonAgreement
{
    /// <summary>
    /// The place of the first value that was sent and did not come back; null when all is there. What DSS adds
    /// (defaults) and secrets that come back encrypted are in order, and so is another value where the caller changed
    /// nothing (a counter, a date).
    /// </summary>
    /// <param name="sent">What DSS was sent.</param>
    /// <param name="kept">What it serves now.</param>
    /// <param name="before">What it served before; null when everything that was sent is the caller's own.</param>
    public static string? FirstLoss(JsonPart sent, JsonPart? kept, JsonPart? before)
    {
        if (kept is null)
        {
            return IsNothing(sent) ? null : sent.Path;
        }

        return sent.Kind switch
        {
            JsonValueKind.Object => sent.Children
                .Where(member => member.Counts)
                .Select(member => FirstLoss(member, kept[member.Name!], before?[member.Name!]))
                .FirstOrDefault(loss => loss is not null),
            JsonValueKind.Array when kept.Children.Count < sent.Children.Count => sent.Path,
            JsonValueKind.Array => sent.Children
                .Select((element, i) => FirstLoss(element, kept.Children[i], before?.Children.ElementAtOrDefault(i)))
                .FirstOrDefault(loss => loss is not null),
            _ when SameScalar(sent, kept) || DssProperty.IsEncrypted(kept.Scalar) => null,
            _ when before is not null && SameScalar(sent, before) => null,
            _ => sent.Path,
        };
    }

    /// <summary>True when both mean the same, however they are spelled and in whatever order members stand.</summary>
    public static bool Same(JsonPart left, JsonPart right) => left.Kind == right.Kind && left.Kind switch
    {
        JsonValueKind.Object => left.Children.Count == right.Children.Count
            && left.Children.All(m => m.Name is not null && right[m.Name] is { } other && Same(m, other)),
        JsonValueKind.Array => left.Children.Count == right.Children.Count
            && left.Children.Zip(right.Children, Same).All(same => same),
        _ => SameScalar(left, right),
    };

    /// <summary>The places in which what stands there is not what is wanted.</summary>
    /// <param name="wanted">What is to stand there.</param>
    /// <param name="there">What stands there.</param>
    /// <param name="completed">
    /// True where DSS has filled in the rest and encrypted what it was given: neither is a difference then.
    /// </param>
    public static IEnumerable<string> Differences(JsonPart wanted, JsonPart? there, bool completed)
    {
        if (there is null)
        {
            return completed && IsNothing(wanted) ? [] : [wanted.Path];
        }

        return wanted.Kind switch
        {
            _ when wanted.Kind != there.Kind => [wanted.Path],
            JsonValueKind.Object => wanted.Children
                .Where(member => member.Counts)
                .SelectMany(member => Differences(member, there[member.Name!], completed))
                .Concat(there.Children.Where(m => !completed && wanted[m.Name!] is null).Select(m => m.Path)),
            JsonValueKind.Array when wanted.Children.Count != there.Children.Count => [wanted.Path],
            JsonValueKind.Array => wanted.Children.Zip(there.Children, (w, t) => Differences(w, t, completed))
                .SelectMany(paths => paths),
            _ when SameScalar(wanted, there) => [],
            _ when completed && IsEncryptionOf(wanted, there) => [],
            _ => [wanted.Path],
        };
    }

    // DSS alone could tell whether it is that of another text.
    private static bool IsEncryptionOf(JsonPart wanted, JsonPart there) =>
        DssProperty.IsEncrypted(there.Scalar) && !DssProperty.IsEncrypted(wanted.Scalar);

    // A null or an empty list that is left out says the same as before.
    private static bool IsNothing(JsonPart part) =>
        part.Kind == JsonValueKind.Null || (part.Scalar is null && part.Children.Count == 0);

    private static bool SameScalar(JsonPart left, JsonPart right) => left.Scalar == right.Scalar;
}
