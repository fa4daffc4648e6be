using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.Host;

/// <summary>
/// What the procedure allows on which DSS; sources: howto sections 2.2, 3.2, 4.2 and DSS's release notes.
/// </summary>
internal static class DssLimits
{
    /// <summary>The first DSS on which the procedure works with Hadoop 2 (howto 3.2).</summary>
    internal static readonly ReleaseNumber FirstWithHadoop2 = ReleaseNumber.Parse("5.1.1");

    /// <summary>
    /// The first DSS on which it works with Hadoop 3 and ADLS gen2 (howto 4.2; DSS 5.1.3 release notes).
    /// </summary>
    internal static readonly ReleaseNumber FirstWithHadoop3 = ReleaseNumber.Parse("5.1.3");

    /// <summary>
    /// The first DSS that surely unpacks the libraries into hadoop-standalone-libs itself (Dataiku's Alibaba note for
    /// 8.0.4); what
    /// 6 and 7 do is not known, so this serves for forecasts only.
    /// </summary>
    internal static readonly ReleaseNumber FirstWithFlatLibraries = ReleaseNumber.Parse("8.0");

    private static readonly Limit[] Limits =
    [
        new(d => d.UpgradePending, d => $"The data directory is of version {d.Version}, the kit of {d.KitVersion}: an upgrade was begun and not finished."),
        new(d => d.Release < FirstWithHadoop2, _ => "DSS before 5.1.1 cannot run Spark on Kubernetes this way (howto 3.2)."),
        new(d => d.Release >= FirstWithHadoop2 && d.Release < FirstWithHadoop3, _ => "ADLS gen2 and Hadoop 3 need DSS 5.1.3 or later (howto 2.2)."),
        new(d => d.Release >= ReleaseNumber.Parse("6.0"), _ => "DSS 6.0 and later have managed Spark on Kubernetes; prefer it unless you need your own Spark (DSS 6.0 release notes)."),
        new(d => d.Release >= ReleaseNumber.Parse("8.0"), _ => "DSS 8.0 and later ship Hadoop 3 libraries only (DSS 8.0 release notes)."),
        new(d => d.UserIsolation, _ => "User isolation is on: every impersonated UNIX user needs a ~/.kube/config, and ADLS gen2 (ABFS) is not supported (howto 2.2)."),
        new(d => d.NodeType is "api" or "deployer", d => $"A node of type {d.NodeType} runs no Spark jobs."),
    ];

    /// <summary>Refuses a DSS on which the procedure cannot work.</summary>
    /// <exception cref="SparkAzureException">DssTooOld.</exception>
    internal static void Require(DssInstallation dss, ReleaseNumber first, string what)
    {
        if (ReleaseNumber.TryParse(dss.Version) is not { } release || release < first)
        {
            throw DssErrors.DssTooOld(dss.DataDirectory, dss.Version, first, what);
        }
    }

    internal static IEnumerable<string> NotesFor(DssInstallation installation)
    {
        var facts = new Facts(installation);
        return Limits.Where(l => l.Applies(facts)).Select(l => l.Text(facts));
    }

    private sealed record Facts(DssInstallation Installation)
    {
        public ReleaseNumber Release { get; } = ReleaseNumber.TryParse(Installation.Version)
            ?? ReleaseNumber.Parse("0");

        public string Version => Installation.Version;

        public string? KitVersion => Installation.KitVersion;

        public bool UpgradePending => Installation.UpgradePending;

        public bool UserIsolation => Installation.UserIsolation;

        public string NodeType => Installation.NodeType;
    }

    private sealed record Limit(Func<Facts, bool> Applies, Func<Facts, string> Text);
}
