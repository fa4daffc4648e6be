using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark;

/// <summary>
/// A jar's artifact, version and classifier as its file name tells them. Parsed, never globbed: <c>hadoop-*3.*</c> also
/// matches
/// <c>hadoop-annotations-2.7.3.jar</c>.
/// </summary>
/// <param name="FileName">The file name: <c>htrace-core4-4.1.0-incubating.jar</c>.</param>
/// <param name="Artifact">The artifact: <c>htrace-core4</c>; the whole stem when there is no version.</param>
/// <param name="Version">The version with its qualifier: <c>4.1.0-incubating</c>; empty when there is none.</param>
/// <param name="Classifier">
/// What follows the version: <c>hadoop2</c> in <c>avro-mapred-1.7.7-hadoop2.jar</c>; else empty.
/// </param>
internal sealed record JarName(string FileName, string Artifact, string Version, string Classifier)
{
    // What may stand behind a version's numbers and still is the version; a number may follow it (preview1, M15, b34).
    private static readonly HashSet<string> Qualifiers = new(StringComparer.OrdinalIgnoreCase)
    {
        "incubating", "jre", "android", "final", "ga", "release", "snapshot", "alpha", "beta", "preview", "rc", "m", "b",
    };

    private static readonly char[] Digits = [.. "0123456789"];

    /// <summary>
    /// The artifact without the version of Scala that Scala's own end in: <c>spark-core</c> of <c>spark-core_2.12</c>.
    /// </summary>
    public string ArtifactWithoutScala => WithoutScala(Artifact);

    /// <summary>That version of Scala: <c>2.12</c>; null where there is none.</summary>
    public string? ScalaVersion
    {
        get
        {
            var length = ArtifactWithoutScala.Length;
            if (length < Artifact.Length)
            {
                return Artifact[(length + 1)..];
            }

            return null;
        }
    }

    /// <summary>An artifact's name without the version of Scala at its end.</summary>
    public static string WithoutScala(string artifact) => ScalaSuffix.Without(artifact);

    /// <summary>Reads a jar's file name.</summary>
    public static JarName Parse(string fileName)
    {
        var stem = fileName.EndsWith(".jar", StringComparison.OrdinalIgnoreCase) ? fileName[..^4] : fileName;
        var parts = stem.Split('-');
        for (var i = 1; i < parts.Length; i++)
        {
            if (StartsWithDigit(parts[i]) && !NumberFollowsWord(parts.AsSpan(i)))
            {
                var end = i + 1;
                while (end < parts.Length && (StartsWithDigit(parts[end]) || IsQualifier(parts[end])))
                {
                    end++;
                }

                return new JarName(
                    fileName,
                    string.Join('-', parts[..i]),
                    string.Join('-', parts[i..end]),
                    string.Join('-', parts[end..]));
            }
        }

        return new JarName(fileName, stem, "", "");
    }

    // In log4j-1.2-api-2.17.2 the 1.2 belongs to the name: a version is not followed by a word and then another number.
    // A qualifier is no such word: 9.4.51.v2023, 1.0-2, 1.0-alpha-1.
    private static bool NumberFollowsWord(ReadOnlySpan<string> parts)
    {
        var word = false;
        foreach (var part in parts)
        {
            if (!StartsWithDigit(part))
            {
                word |= !IsQualifier(part);
            }
            else if (word)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsQualifier(string part) => Qualifiers.Contains(part.TrimEnd(Digits));

    private static bool StartsWithDigit(string part) => part.Length > 0 && char.IsAsciiDigit(part[0]);
}
