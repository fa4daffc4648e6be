using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace SparkAzure.Core.Text;

/// <summary>
/// Whether commas stand between what is in brackets, and each key there is short. Our parser reads on where one is missing,
/// or a key goes over its line; goyaml, and the specification, do not.
/// </summary>
internal static class YamlBrackets
{
    /// <summary>What is wrong in the first document, as a clause; null where nothing is.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static string? FaultOf(string text)
    {
        var scanner = new Scanner(new StringReader(text));
        var places = new Stack<Place>();
        var documents = 0;
        while (scanner.MoveNext())
        {
            var token = scanner.Current!;
            documents += token is DocumentStart ? 1 : 0;
            if (documents > 1 || token is Error or StreamEnd)
            {
                return null;
            }

            if (places.TryPeek(out var place) && FaultOf(token, place) is { } fault)
            {
                return fault;
            }

            Follow(token, places);
        }

        return null;
    }

    private static string? FaultOf(Token token, Place place)
    {
        if (place.HasEnded && BeginsValue(token))
        {
            return $"a comma is missing on line {token.Start.Line}";
        }

        // The scanner gives up on a key that is too long, and leaves the colon without one.
        if (place.HasEnded && !place.HasKey && token is Value)
        {
            return $"the key before the colon on line {token.Start.Line} is longer than a line, or 1,024 characters";
        }

        return null;
    }

    private static bool BeginsValue(Token token) =>
        token is Key or Scalar or AnchorAlias or Anchor or Tag or FlowSequenceStart or FlowMappingStart;

    private static void Follow(Token token, Stack<Place> places)
    {
        switch (token)
        {
            case FlowSequenceStart or FlowMappingStart:
                places.Push(default);
                break;
            case FlowSequenceEnd or FlowMappingEnd:
                places.TryPop(out _);
                Change(places, p => p with { HasEnded = true });
                break;
            case Scalar or AnchorAlias:
                Change(places, p => p with { HasEnded = true });
                break;
            case Key:
                Change(places, p => p with { HasKey = true });
                break;
            case Value:
                Change(places, p => p with { HasEnded = false });
                break;
            case FlowEntry:
                Change(places, _ => default);
                break;
            default:
                break;
        }
    }

    private static void Change(Stack<Place> places, Func<Place, Place> change)
    {
        if (places.TryPop(out var place))
        {
            places.Push(change(place));
        }
    }

    /// <summary>Where in brackets the scanner is.</summary>
    /// <param name="HasKey">Whether a key has begun since the last comma.</param>
    /// <param name="HasEnded">Whether a value has ended, and neither comma nor colon has come since.</param>
    private readonly record struct Place(bool HasKey, bool HasEnded);
}
