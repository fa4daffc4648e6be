using System.Globalization;
using System.Text.RegularExpressions;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Which Java an image has, by what it says of itself: JAVA_VERSION, which openjdk and eclipse-temurin set (8u292,
/// jdk8u302-b08, 11.0.11+9, jdk-17.0.9+9), or the name of JAVA_HOME (/usr/lib/jvm/java-8-openjdk-amd64,
/// /usr/lib/jvm/java-1.8-openjdk, /usr/local/openjdk-11).
/// </summary>
internal static partial class ImageJava
{
    /// <summary>The release, 8 or later; null where the image does not say.</summary>
    public static int? ReleaseOf(ImageDraft image) =>
        ReleaseIn(Version(), image.Variable("JAVA_VERSION")) ?? ReleaseIn(Home(), image.Variable("JAVA_HOME"));

    private static int? ReleaseIn(Regex form, string? text)
    {
        var match = form.Match(text ?? "");
        if (match.Success
            && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var release)
            && release >= 8)
        {
            return release;
        }

        return null;
    }

    [GeneratedRegex(@"^(?:jdk-?)?(?:1\.)?(\d{1,2})(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Version();

    [GeneratedRegex(@"(?:java|jdk|jre)-?(?:1\.)?(\d{1,2})(?!\d)[^/]*/?$", RegexOptions.CultureInvariant)]
    private static partial Regex Home();
}
