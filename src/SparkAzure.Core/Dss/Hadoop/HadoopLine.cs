using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.Hadoop;

/// <summary>A line of Hadoop for which DSS has standalone libraries.</summary>
/// <param name="Version">2 or 3.</param>
/// <param name="Flavour">What dssadmin's <c>-standalone</c> takes, and the folder that DSS 5.1 unpacks to.</param>
/// <param name="FirstDss">The first DSS on which the procedure works with it.</param>
internal sealed record HadoopLine(int Version, string Flavour, ReleaseNumber FirstDss)
{
    /// <summary>Sources: howto sections 3.2 and 4.2.</summary>
    internal static readonly IReadOnlyList<HadoopLine> All =
    [
        new(2, "generic", DssLimits.FirstWithHadoop2),
        new(3, "generic-hadoop3", DssLimits.FirstWithHadoop3),
    ];

    /// <summary>The line of a release such as <c>2.8.5</c>; null for one that DSS has no libraries for.</summary>
    internal static HadoopLine? Of(ReleaseNumber release) => All.FirstOrDefault(l => l.Version == release.Major);
}
