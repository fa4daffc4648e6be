using System.Text;

namespace SparkAzure.Core.Java;

/// <summary>What the main section of a manifest says to a class loader.</summary>
/// <param name="IsMultiRelease">Classes below META-INF/versions count (JEP 238).</param>
/// <param name="ClassPath">Other jars, by relative URLs with spaces between.</param>
internal readonly record struct JarManifest(bool IsMultiRelease, string ClassPath)
{
    /// <summary>
    /// Reads a manifest: lines of at most 72 bytes, a leading space goes on with the line before; the first empty line
    /// ends it.
    /// </summary>
    public static JarManifest Parse(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n");
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (end >= 0)
        {
            text = text[..end];
        }

        var multiRelease = false;
        var classPath = "";
        foreach (var line in text.Replace("\n ", "", StringComparison.Ordinal).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                continue;
            }

            var name = line.AsSpan(0, colon);
            var value = line[(colon + 1)..].Trim();
            if (name.Equals("Multi-Release", StringComparison.OrdinalIgnoreCase))
            {
                multiRelease = value.Equals("true", StringComparison.OrdinalIgnoreCase);
            }
            else if (name.Equals("Class-Path", StringComparison.OrdinalIgnoreCase))
            {
                classPath = value;
            }
        }

        return new JarManifest(multiRelease, classPath);
    }
}
