using System.Globalization;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>The DSS of the host.</summary>
internal static class DssChecks
{
    public static async Task<CheckOutcome> VersionAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var dss = await site.DssAsync(cancellationToken).ConfigureAwait(false);
        if (dss.UpgradePending)
        {
            return CheckOutcome.Failed(
                $"The data directory is of DSS {dss.Version}, the kit of {dss.KitVersion}: an upgrade was not finished.",
                "Finish the upgrade with the installer of the kit, then integrate Hadoop and Spark again.");
        }

        if (dss.NodeType is "api" or "deployer")
        {
            return CheckOutcome.Failed(
                $"It is a node of type {dss.NodeType}, which runs no Spark jobs.", "Take a design or automation node.");
        }

        if (ReleaseNumber.TryParse(dss.Version) is not { } release)
        {
            return CheckOutcome.Unknown($"DSS calls itself '{dss.Version}', which is no version.");
        }

        if (release < DssLimits.FirstWithHadoop2)
        {
            return CheckOutcome.Failed(
                $"DSS {dss.Version} cannot run Spark on Kubernetes this way.",
                $"Upgrade DSS to {DssLimits.FirstWithHadoop2} or later, to {DssLimits.FirstWithHadoop3} for ADLS gen2.");
        }

        if (release < DssLimits.FirstWithHadoop3)
        {
            return CheckOutcome.Warning(
                $"DSS {dss.Version} works with Hadoop 2 only, not with ADLS gen2.",
                $"Upgrade DSS to {DssLimits.FirstWithHadoop3} or later where ADLS gen2 is wanted.");
        }

        return CheckOutcome.Passed($"DSS {dss.Version}, {dss.NodeType} node, kit at {dss.KitDirectory}.");
    }

    public static async Task<CheckOutcome> RunningAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var dss = await site.DssAsync(cancellationToken).ConfigureAwait(false);
        if (dss.BackendPort is not { } port)
        {
            return CheckOutcome.NotApplicable($"A node of type {dss.NodeType} has no backend that could be asked.");
        }

        if (await DssControl.AnswersAsync(dss, cancellationToken).ConfigureAwait(false))
        {
            return CheckOutcome.Passed(string.Create(
                CultureInfo.InvariantCulture, $"Its backend answers on port {port}."));
        }

        return CheckOutcome.Warning(
            string.Create(CultureInfo.InvariantCulture, $"Nothing answers on the backend's port {port}."),
            "Start it.",
            "Start-Dss");
    }

    public static async Task<CheckOutcome> HadoopAsync(CheckSite site, CancellationToken cancellationToken)
    {
        const string Cure = "Install-DssHadoopIntegration";
        var dss = await site.DssAsync(cancellationToken).ConfigureAwait(false);
        if (!dss.HadoopIntegration)
        {
            return CheckOutcome.Failed(
                $"{site.Directory.EnvHadoop} does not enable Hadoop.",
                "Integrate the archive of standalone libraries of this DSS.",
                Cure);
        }

        var release = await site.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        if (release.HadoopRelease is { } hadoop)
        {
            return CheckOutcome.Passed($"Hadoop {hadoop} ({dss.HadoopVersionString}).");
        }

        return CheckOutcome.Failed(
            $"{site.Directory.EnvHadoop} enables Hadoop, but {dss.KitDirectory}/hadoop-standalone-libs has no " +
            "hadoop-common jar, or several of different releases: an upgrade of DSS leaves the libraries behind.",
            "Integrate the archive of standalone libraries of this DSS again.",
            Cure);
    }

    public static async Task<CheckOutcome> SparkAsync(CheckSite site, CancellationToken cancellationToken)
    {
        const string Cure = "Install-DssSparkIntegration";
        var dss = await site.DssAsync(cancellationToken).ConfigureAwait(false);
        if (!dss.SparkIntegration || dss.SparkHome is not { } home)
        {
            return CheckOutcome.Failed(
                $"{site.Directory.EnvSpark} does not enable Spark.", "Integrate the Spark home.", Cure);
        }

        var submit = Path.Combine(home, "bin", "spark-submit");
        if (!TreeOwner.Act(submit, () => File.Exists(submit)))
        {
            return CheckOutcome.Failed($"DSS runs '{submit}', which is not there.", "Integrate the Spark home.", Cure);
        }

        var spark = await site.SparkAsync(cancellationToken).ConfigureAwait(false);
        if (spark.SparkVersion != dss.SparkVersion)
        {
            return CheckOutcome.Failed(
                $"DSS noted Spark {dss.SparkVersion} when it was integrated, and {home} is {spark.SparkVersion}.",
                "Integrate it again, so that DSS knows its Spark.",
                Cure);
        }

        if (SparkClientMode.Lack(ReleaseNumber.TryParse(spark.SparkVersion)) is { } lack)
        {
            return CheckOutcome.Failed($"Spark {spark.SparkVersion} {lack}.", "Integrate Spark 2.4.0 or later.", Cure);
        }

        return CheckOutcome.Passed($"Spark {spark.SparkVersion} at {home}.");
    }

    public static async Task<CheckOutcome> RestartAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var dss = await site.DssAsync(cancellationToken).ConfigureAwait(false);
        if (!await DssControl.AnswersAsync(dss, cancellationToken).ConfigureAwait(false))
        {
            return CheckOutcome.NotApplicable("DSS does not run; it reads all of it when it starts.");
        }

        if (DssStart.Of(site.Directory, dss.BackendPort) is not { } start)
        {
            return CheckOutcome.Unknown(
                $"When DSS was started is not to be seen: {site.Directory.SupervisorPid} names no process, and its " +
                "backend is another account's.",
                "Run this as root or as the account of DSS.");
        }

        var since = string.Create(CultureInfo.InvariantCulture, $"{start.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        var unread = DssPendingRestart.Of(site.Directory, dss.BackendPort);
        if (unread.Count == 0)
        {
            return CheckOutcome.Passed($"DSS runs since {since}; nothing was written into its files after that.");
        }

        return CheckOutcome.Failed(
            $"DSS runs since {since}, and {string.Join(" and ", unread)} was written after that: it works with the " +
            "old settings, and may write them over the new ones.",
            "Restart it.",
            "Restart-Dss");
    }
}
