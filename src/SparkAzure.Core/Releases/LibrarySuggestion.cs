namespace SparkAzure.Core.Releases;

/// <summary>A jar that would bring a class.</summary>
/// <param name="Artifact">The artifact, with Scala's version where it has one.</param>
/// <param name="Version">The version.</param>
/// <param name="Classifier">What follows the version in the file's name; else empty.</param>
/// <param name="Source">Why this version, as a clause: <c>Spark 3.5.9 ships it</c>.</param>
/// <param name="IsExact">
/// True where the source speaks of the very releases that are there; false where it is their nearest neighbour's.
/// </param>
internal sealed record LibrarySuggestion(
    string Artifact, string Version, string Classifier, string Source, bool IsExact)
{
    /// <summary>The jar's file name.</summary>
    public string FileName { get; } = new ShippedJar(Artifact, Version, Classifier).FileName;

    /// <summary>Artifact and version.</summary>
    public override string ToString() => $"{Artifact} {Version}";
}

/// <summary>Where a class is missing.</summary>
/// <param name="SparkVersion">The Spark release.</param>
internal sealed record LibraryContext(string SparkVersion)
{
    /// <summary>The Hadoop release whose jars are there; null for the one that the Spark release ships.</summary>
    public string? HadoopVersion { get; init; }

    /// <summary>
    /// How its jars are there; where it is neither separate nor shaded, as the Spark release has them.
    /// </summary>
    public SparkJarLayout JarLayout { get; init; }

    /// <summary>The jars that are there; none of them is suggested in the version that it has.</summary>
    public IReadOnlyCollection<ShippedJar> Present { get; init; } = [];
}
