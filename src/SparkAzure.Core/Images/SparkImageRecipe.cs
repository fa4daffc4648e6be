using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Images;

/// <summary>One of Spark's images: where its Dockerfile is, and whether it stands on another one of them.</summary>
/// <param name="Name">The image's name.</param>
/// <param name="Dockerfile">The Dockerfile's path in a binary distribution.</param>
/// <param name="OnSpark">True when it begins with the image spark, given as the build argument base_img.</param>
internal sealed record SparkImageRecipe(string Name, string Dockerfile, bool OnSpark)
{
    /// <summary>The build argument by which a binding's Dockerfile is told its base.</summary>
    internal const string BaseArgument = "base_img";

    /// <summary>The build argument for the number of the user as whom containers run (3.0.0 and later).</summary>
    internal const string UserArgument = "spark_uid";

    /// <summary>What bin/docker-image-tool.sh builds, in its order (Spark 2.3.0 to 4.1).</summary>
    internal static readonly SparkImageRecipe[] All =
    [
        new("spark", "kubernetes/dockerfiles/spark/Dockerfile", OnSpark: false),
        new("spark-py", "kubernetes/dockerfiles/spark/bindings/python/Dockerfile", OnSpark: true),
        new("spark-r", "kubernetes/dockerfiles/spark/bindings/R/Dockerfile", OnSpark: true),
    ];

    /// <summary>
    /// The build arguments that bin/docker-image-tool.sh gives for a binary distribution; each since the release named.
    /// </summary>
    private static readonly (string Name, string Value)[] DistributionArguments =
    [
        ("spark_jars", "jars"), // 2.3.0 to 2.4.8
        ("img_path", "kubernetes/dockerfiles"), // 2.3.0 to 2.4.8
        ("k8s_tests", "kubernetes/tests"), // 2.4.0 to 2.4.8
    ];

    /// <summary>
    /// The values of those arguments, where the Dockerfile declares them, and all of the caller's own, which win.
    /// </summary>
    /// <param name="document">The Dockerfile.</param>
    /// <param name="given">The caller's own build arguments.</param>
    /// <param name="sparkReference">The image spark, for the images that stand on it.</param>
    /// <param name="sparkUid">The number of the user; null for the Dockerfile's default.</param>
    internal static Dictionary<string, string> BuildArguments(
        DockerfileDocument document, IReadOnlyDictionary<string, string> given, string sparkReference, int? sparkUid)
    {
        var declared = DeclaredArguments(document);
        var arguments = DistributionArguments.Append((Name: BaseArgument, Value: sparkReference))
            .Concat(sparkUid is { } uid ? [(Name: UserArgument, Value: $"{uid}")] : [])
            .Where(a => declared.Contains(a.Name))
            .ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            arguments[name] = value;
        }

        return arguments;
    }

    internal static HashSet<string> DeclaredArguments(DockerfileDocument document) =>
        [.. document.Instructions.Where(i => i.Keyword == "ARG")
            .SelectMany(i => i.Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Select(word => word.Split('=')[0])];
}
