using System.Text.RegularExpressions;

namespace SparkAzure.Core.Spark;

/// <summary>A package line of a RUN instruction: <c>apk add --no-cache bash tini …</c>.</summary>
/// <param name="Tool">The package manager: apk, apt or apt-get.</param>
/// <param name="Packages">The packages it names, options left out.</param>
/// <param name="Line">The physical line, counted from 0, on which the last of them stands.</param>
/// <param name="Column">Where in that line the last of them ends.</param>
internal sealed record PackageLine(string Tool, IReadOnlyList<string> Packages, int Line, int Column);

/// <summary>Finds in the RUN instructions of a Dockerfile what the procedure's edits depend on, with the places in the file.</summary>
internal static partial class ShellCommands
{
    /// <summary>The package lines of a document, in order.</summary>
    internal static IReadOnlyList<PackageLine> PackageLines(DockerfileDocument document)
    {
        var found = new List<PackageLine>();
        foreach (var run in document.Instructions.Where(i => i.Keyword == "RUN"))
        {
            var (text, places) = Flatten(document, run);
            foreach (Match match in Install().Matches(text))
            {
                var words = Word().Matches(match.Groups["words"].Value);
                var packages = words.Where(w => !w.Value.StartsWith('-')).ToList();
                if (packages.Count > 0)
                {
                    var last = places[match.Groups["words"].Index + packages[^1].Index + packages[^1].Length - 1];
                    found.Add(new PackageLine(match.Groups["tool"].Value, [.. packages.Select(p => p.Value)], last.Line, last.Column + 1));
                }
            }
        }

        return found;
    }

    /// <summary>True when a RUN instruction links /lib64 to /lib, Spark's own cure since 2.4.4.</summary>
    internal static bool LinksLib64(DockerfileDocument document) =>
        document.Instructions.Where(i => i.Keyword == "RUN").Any(i => LinkLib64().IsMatch(i.Arguments));

    // The instruction's text without continuation characters and comments, and for each character where it stands in the file.
    private static (string Text, List<(int Line, int Column)> Places) Flatten(DockerfileDocument document, DockerfileInstruction run)
    {
        var text = new System.Text.StringBuilder();
        var places = new List<(int, int)>();
        foreach (var index in run.CodeLines)
        {
            var line = document.PhysicalLines[index].Text;
            var end = line.TrimEnd(' ', '\t');
            if (end.EndsWith(document.Escape))
            {
                line = end[..^1];
            }

            for (var column = 0; column < line.Length; column++)
            {
                text.Append(line[column]);
                places.Add((index, column));
            }

            text.Append(' ');
            places.Add((index, line.Length));
        }

        return (text.ToString(), places);
    }

    [GeneratedRegex(@"\b(?<tool>apk|apt-get|apt)\s+(?:-\S+\s+)*(?:add|install)\b(?<words>[^&;|]*)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Install();

    [GeneratedRegex(@"\S+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"\bln\s+(?:-\S+\s+)*/lib\s+/lib64\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkLib64();
}
