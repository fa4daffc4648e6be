namespace SparkAzure.Core.Text;

/// <summary>A line of a file as it stands on disk.</summary>
/// <param name="Text">The line without its ending.</param>
/// <param name="Ending"><c>\n</c>, <c>\r\n</c>, or empty at the end of a file that does not end in a newline.</param>
internal sealed record TextLine(string Text, string Ending)
{
    /// <summary>The lines of a text; joined again, each with its ending, they are that text.</summary>
    public static IReadOnlyList<TextLine> Split(string text)
    {
        var lines = new List<TextLine>();
        var start = 0;
        while (start < text.Length)
        {
            var newline = text.IndexOf('\n', start);
            if (newline < 0)
            {
                lines.Add(new TextLine(text[start..], ""));
                break;
            }

            var end = newline;
            if (end > start && text[end - 1] == '\r')
            {
                end--;
            }

            lines.Add(new TextLine(text[start..end], text[end..(newline + 1)]));
            start = newline + 1;
        }

        return lines;
    }
}
