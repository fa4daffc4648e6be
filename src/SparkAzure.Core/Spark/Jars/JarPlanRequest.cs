using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>What a plan is made from.</summary>
internal sealed record JarPlanRequest
{
    private static readonly IReadOnlyList<SparkFeature> Storages =
        [SparkFeature.Abfs, SparkFeature.Wasb, SparkFeature.Adl];

    public required SparkHome Home { get; init; }

    /// <summary>The jars of the distribution.</summary>
    public required IReadOnlyList<Jar> Current { get; init; }

    /// <summary>DSS's Hadoop libraries.</summary>
    public required JarSources Libraries { get; init; }

    /// <summary>DSS's own libraries.</summary>
    public required JarSources Companions { get; init; }

    /// <summary>The Hadoop line wanted; null for the one of the libraries.</summary>
    public int? HadoopVersion { get; init; }

    public SparkJarRecipe Recipe { get; init; }

    public bool ExcludeAws { get; init; }

    /// <summary>The features that jobs use beside those of every job; empty for all that the libraries can give.</summary>
    public IReadOnlyList<SparkFeature> For { get; init; } = [];

    /// <summary>Where what was read of jars is kept; null for nowhere.</summary>
    public string? IndexFolder { get; init; }

    /// <summary>The Spark release.</summary>
    public ReleaseNumber Spark =>
        ReleaseNumber.TryParse(Home.SparkVersion) ?? ReleaseNumber.Parse(SparkReleases.Known[^1]);

    /// <summary>Whether jars come for a feature: of Azure's storages those asked for, or all where none is.</summary>
    public bool Wants(SparkFeature feature) =>
        !Storages.Contains(feature) || !Storages.Any(For.Contains) || For.Contains(feature);

    /// <summary>Whether an exchange must not leave jobs without a feature.</summary>
    public bool Needs(SparkFeature feature) => SparkFeatures.Of(feature).OfEveryJob || For.Contains(feature);
}
