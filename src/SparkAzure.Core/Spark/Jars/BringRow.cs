using SparkAzure.Core.Releases;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>Where a jar comes from.</summary>
internal enum JarOrigin
{
    /// <summary>DSS's Hadoop libraries (<c>hadoop-standalone-libs</c>).</summary>
    Libraries,

    /// <summary>DSS's own libraries (<c>lib/ivy/backend-run</c>).</summary>
    Companions,
}

/// <summary>A jar that comes beside Hadoop's own.</summary>
/// <param name="Origin">Which folder of DSS it comes from.</param>
/// <param name="Artifact">The artifact's name, with <c>*</c> for any text.</param>
/// <param name="Feature">The feature that fails without it; null where none does.</param>
/// <param name="Reason">What needs it.</param>
/// <param name="Source">Where this is written.</param>
internal sealed record BringRow(
    JarOrigin Origin, string Artifact, SparkFeature? Feature, string Reason, string Source)
{
    /// <summary>The artifacts that the line means.</summary>
    public GlobPattern Pattern { get; } = new(Artifact);

    /// <summary>The Sparks that it is for.</summary>
    public ReleaseSpan Spark { get; init; } = ReleaseSpan.Any;

    /// <summary>The Hadoops that it is for.</summary>
    public ReleaseSpan Hadoop { get; init; } = ReleaseSpan.Any;

    /// <summary>True where only -Recipe Full has it.</summary>
    public bool IsOfFull { get; init; }

    /// <summary>True where it comes for the AWS libraries, and with them alone.</summary>
    public bool IsForAws { get; init; }

    /// <summary>What whoever gets it should know; empty for most.</summary>
    public string Caution { get; init; } = "";

    /// <summary>Whether it is for a Spark and a Hadoop.</summary>
    public bool Covers(ReleaseNumber spark, ReleaseNumber hadoop) => Spark.Covers(spark) && Hadoop.Covers(hadoop);
}

/// <summary>A jar of the libraries that no job needs unless it asks for what is off by itself.</summary>
/// <param name="Artifact">The artifact.</param>
/// <param name="Reason">What needs it.</param>
/// <param name="Source">Where this is known from.</param>
internal sealed record UnneededRow(string Artifact, string Reason, string Source);
