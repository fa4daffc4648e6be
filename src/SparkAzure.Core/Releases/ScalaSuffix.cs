namespace SparkAzure.Core.Releases;

/// <summary>The version of Scala at the end of an artifact's name: <c>_2.12</c> of <c>spark-core_2.12</c>.</summary>
internal static class ScalaSuffix
{
    /// <summary>An artifact's name without it.</summary>
    /// <param name="artifact">The artifact's name; one without such an end stays as it is.</param>
    public static string Without(string artifact)
    {
        if (Of(artifact) is { } version)
        {
            return artifact[..^(version.Length + 1)];
        }

        return artifact;
    }

    /// <summary>That version: <c>2.12</c>; null where there is none.</summary>
    /// <param name="artifact">The artifact's name.</param>
    public static string? Of(string artifact)
    {
        var at = artifact.LastIndexOf('_');
        if (at > 0 && at + 1 < artifact.Length && char.IsAsciiDigit(artifact[at + 1]))
        {
            return artifact[(at + 1)..];
        }

        return null;
    }
}
