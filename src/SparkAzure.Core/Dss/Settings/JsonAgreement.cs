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
            // A null or an empty list that is left out says the same as before.
            if (sent.Kind == JsonValueKind.Null || (sent.Scalar is null && sent.Children.Count == 0))
            {
                return null;
            }

            return sent.Path;
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

    private static bool SameScalar(JsonPart left, JsonPart right) => left.Scalar == right.Scalar;
}
