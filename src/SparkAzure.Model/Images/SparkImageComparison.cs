namespace SparkAzure;

/// <summary>What sets a jar of the driver's Spark home apart from that of an image.</summary>
public enum SparkJarState
{
    /// <summary>Both have it, byte for byte.</summary>
    Same,

    /// <summary>The driver has it, the image does not.</summary>
    Missing,

    /// <summary>The image has it, the driver does not.</summary>
    Extra,

    /// <summary>Both have the artifact, in different versions.</summary>
    OtherVersion,

    /// <summary>Both have a jar of that name, with different bytes.</summary>
    OtherBytes,
}

/// <summary>How the jars of an image were found.</summary>
public enum SparkJarSource
{
    /// <summary>
    /// From the list that was written into the image's labels when it was made; the layers above it do not touch the
    /// jars.
    /// </summary>
    Label,

    /// <summary>From the image's layers, each read and verified.</summary>
    Layers,
}

/// <summary>A jar, on the driver and in an image.</summary>
public sealed record SparkJarDifference
{
    /// <summary>The file name on the driver; that in the image where the driver lacks it.</summary>
    public required string Name { get; init; }

    /// <summary>What sets the two apart.</summary>
    public required SparkJarState State { get; init; }

    /// <summary>
    /// The version on the driver, by the file name; null where the driver lacks it or the name has none.
    /// </summary>
    public string? Version { get; init; }

    /// <summary>
    /// The version in the image, by the file name; null where the image lacks it or the name has none.
    /// </summary>
    public string? ImageVersion { get; init; }

    /// <summary>The file name in the image; null where the image lacks it.</summary>
    public string? ImageName { get; init; }

    /// <summary>The SHA-256 on the driver; null where the driver lacks it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The SHA-256 in the image; null where the image lacks it.</summary>
    public string? ImageSha256 { get; init; }

    /// <summary>The difference in one line.</summary>
    public override string ToString() => State switch
    {
        SparkJarState.OtherVersion => $"{Name}: the image has {ImageName}",
        SparkJarState.Missing => $"{Name}: not in the image",
        SparkJarState.Extra => $"{Name}: in the image only",
        SparkJarState.OtherBytes => $"{Name}: other bytes",
        _ => $"{Name}: the same",
    };
}

/// <summary>The jars of the driver beside those of the executors: a Spark home and an image.</summary>
public sealed record SparkImageComparison
{
    /// <summary>The image, as it was asked for.</summary>
    public required string Image { get; init; }

    /// <summary>The image pinned by the digest of what was compared: <c>host/repository@sha256:…</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>The digest that the image's reference names.</summary>
    public required string Digest { get; init; }

    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The folder of the image that holds its jars.</summary>
    public required string JarFolder { get; init; }

    /// <summary>True when executors run exactly the jars of the driver.</summary>
    public bool Match { get; init; }

    /// <summary>How many jars are the same.</summary>
    public int Same { get; init; }

    /// <summary>The jars that are not the same, by name; with -IncludeEqual all.</summary>
    public IReadOnlyList<SparkJarDifference> Jars { get; init => field = value.ToArray(); } = [];

    /// <summary>How the jars of the image were found.</summary>
    public SparkJarSource Source { get; init; }

    /// <summary>
    /// What linking the image's jars found, the gravest first; empty without -Link. Its SparkHome is the image's Reference.
    /// </summary>
    public IReadOnlyList<SparkJarConflict> Conflicts { get; init => field = value.ToArray(); } = [];

    /// <summary>The Java that the image's jars were linked for; null without -Link.</summary>
    public int? JavaVersion { get; init; }

    /// <summary>The comparison in one line.</summary>
    public override string ToString()
    {
        if (Match)
        {
            return $"{Reference} has the {Same} jars of {SparkHome}";
        }

        return $"{Reference} differs from {SparkHome} in {Jars.Count(j => j.State != SparkJarState.Same)} jars";
    }
}
