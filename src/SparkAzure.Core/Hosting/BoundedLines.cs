using System.Text;

namespace SparkAzure.Core.Hosting;

/// <summary>Reads the lines of a stream as they come; one without an end fills no memory.</summary>
internal static class BoundedLines
{
    /// <summary>Reads to the end of a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="longest">The most characters of a line that are passed on; the rest of it is left out.</param>
    /// <param name="onLine">Is given each line.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task ReadAsync(
        TextReader reader, int longest, Action<string> onLine, CancellationToken cancellationToken)
    {
        var buffer = new char[1 << 13];
        var line = new StringBuilder();
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            foreach (var character in buffer.AsSpan(0, read))
            {
                if (character == '\n')
                {
                    onLine(line.ToString().TrimEnd('\r'));
                    line.Clear();
                }
                else if (line.Length < longest)
                {
                    line.Append(character);
                }
            }
        }

        if (line.Length > 0)
        {
            onLine(line.ToString());
        }
    }
}
