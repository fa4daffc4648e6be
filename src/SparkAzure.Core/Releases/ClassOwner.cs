using System.Text.RegularExpressions;

namespace SparkAzure.Core.Releases;

/// <summary>An artifact that has a class, and in which of its versions: <c>jetty-util&gt;=9.3</c>.</summary>
/// <param name="Artifact">The artifact, without Scala's version.</param>
/// <param name="From">The first version that has it; null where every one that was read has.</param>
/// <param name="Before">The first version that has it no more; null where none was read.</param>
internal sealed partial record ClassOwner(string Artifact, ReleaseNumber? From, ReleaseNumber? Before)
{
    /// <summary>Reads one that a table has.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static ClassOwner Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"'{text}' is not an artifact with versions.");
        }

        return new ClassOwner(
            match.Groups["artifact"].Value,
            ReleaseNumber.TryParse(match.Groups["from"].Value),
            ReleaseNumber.TryParse(match.Groups["before"].Value));
    }

    /// <summary>Whether a version of the artifact has the class.</summary>
    public bool IsIn(string version)
    {
        if (ReleaseNumber.TryParse(version) is not { } number)
        {
            return From is null && Before is null;
        }

        return (From is null || number >= From) && (Before is null || number < Before);
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var from = From is null ? "" : $">={From}";
        var before = Before is null ? "" : $"<{Before}";
        return $"{Artifact}{from}{before}";
    }

    [GeneratedRegex(
        "^(?<artifact>[^<>=]+)(>=(?<from>[^<]+))?(<(?<before>.+))?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
