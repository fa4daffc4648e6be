using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SparkAzure.Core.Oci;

/// <summary>
/// A platform as images are made for: <c>os/architecture[/variant]</c>, in Go's names (OCI image-spec, "platform").
/// </summary>
internal sealed partial record ImagePlatform(string Os, string Architecture, string? Variant)
{
    public static readonly ImagePlatform Default = new("linux", "amd64", null);

    /// <summary>Reads a platform; null for null.</summary>
    /// <exception cref="SparkAzureException">PlatformInvalid.</exception>
    public static ImagePlatform? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var match = Form().Match(text);
        if (!match.Success)
        {
            throw OciErrors.PlatformInvalid(text);
        }

        var variant = match.Groups[3];
        return new ImagePlatform(match.Groups[1].Value, match.Groups[2].Value, variant.Success ? variant.Value : null);
    }

    /// <summary>Whether an entry of an index, or an image's configuration, is for this platform.</summary>
    public bool IsThat(JsonObject stated) =>
        JsonFields.Text(stated, "os") == Os
        && JsonFields.Text(stated, "architecture") == Architecture
        && (Variant is null || JsonFields.Text(stated, "variant") == Variant);

    public override string ToString()
    {
        if (Variant is null)
        {
            return $"{Os}/{Architecture}";
        }

        return $"{Os}/{Architecture}/{Variant}";
    }

    [GeneratedRegex(
        "^([a-z0-9]+)/([a-z0-9_]+)(?:/([a-z0-9.]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
