namespace SparkAzure.Core.Releases;

/// <summary>A jar that a release ships, by its file name.</summary>
/// <param name="Artifact">The artifact, with Scala's version where it has one: <c>spark-core_2.12</c>.</param>
/// <param name="Version">The version; empty where it is not known.</param>
/// <param name="Classifier">What follows the version: <c>linux-x86_64</c>; else empty.</param>
internal sealed record ShippedJar(string Artifact, string Version, string Classifier)
{
    /// <summary>The artifact without Scala's version.</summary>
    public string Name { get; } = ScalaSuffix.Without(Artifact);

    /// <summary>The file's name, as <c>orc-core-1.9.2-shaded-protobuf.jar</c>.</summary>
    public string FileName
    {
        get
        {
            if (Classifier.Length > 0)
            {
                return $"{Artifact}-{Version}-{Classifier}.jar";
            }

            return $"{Artifact}-{Version}.jar";
        }
    }
}
