using SparkAzure.Core.Dss;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Storage;

/// <summary>What a connection's DSS is: the releases that decide what can work.</summary>
/// <param name="Dss">DSS's own; null when it does not say.</param>
/// <param name="Spark">Its Spark's; null when that is not known.</param>
/// <param name="Hadoop">Its Hadoop libraries'; null when that is not known.</param>
internal sealed record DssReleases(ReleaseNumber? Dss, ReleaseNumber? Spark, ReleaseNumber? Hadoop);

/// <summary>What cannot work, refused before anything is written; sources: howto 2.2 and 2.3, DSS's release notes and its page on Azure Blob connections.</summary>
internal static class AdlsConnectionRules
{
    private static readonly ReleaseNumber FirstDssWithAbfsInterface = ReleaseNumber.Parse("6.0");
    private static readonly ReleaseNumber FirstDssWithOAuth = ReleaseNumber.Parse("9.0");

    public static async Task<DssReleases> ReleaseAsync(IDssSettings settings, AdlsConnectionOptions options, CancellationToken cancellationToken)
    {
        if (options.HadoopRelease is { } given && ReleaseNumber.TryParse(given) is not { Minor: >= 0 })
        {
            throw AdlsErrors.HadoopReleaseInvalid(given);
        }

        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        return new DssReleases(
            ReleaseNumber.TryParse(release.Version),
            ReleaseNumber.TryParse(options.SparkVersion ?? release.SparkVersion),
            ReleaseNumber.TryParse(options.HadoopRelease ?? release.HadoopRelease));
    }

    /// <summary>Groups are named exactly where they decide something.</summary>
    public static void CheckRights(DssConnectionRights rights, DssConnection? there)
    {
        if (rights.UsableBy == DssUsableBy.Allowed && (rights.AllowedGroup ?? there?.AllowedGroup ?? []).Count == 0)
        {
            throw AdlsErrors.GroupsMissing("-UsableBy Allowed", "-AllowedGroup");
        }

        if (rights.DetailsReadableBy == DssReadableBy.Allowed && (rights.DetailsAllowedGroup ?? there?.DetailsAllowedGroup ?? []).Count == 0)
        {
            throw AdlsErrors.GroupsMissing("-DetailsReadableBy Allowed", "-DetailsAllowedGroup");
        }
    }

    public static AdlsAuthentication Known(string authentication) =>
        Enum.TryParse<AdlsAuthentication>(authentication, out var known) ? known : AdlsAuthentication.SharedKey;

    public static async Task CheckAsync(
        IDssSettings settings,
        AdlsConnectionOptions options,
        DssConnectionType type,
        AdlsPlace place,
        AdlsAuthentication authentication,
        DssReleases releases,
        IOperator @operator,
        CancellationToken cancellationToken)
    {
        if (options.Rights.DetailsReadableBy == DssReadableBy.All)
        {
            @operator.Warning("Every user of DSS will be able to read the details of this connection, its secret included. -DetailsAllowedGroup limits that to groups.");
        }

        if (place.Generation == 1)
        {
            @operator.Warning("ADLS gen1 was retired on 2024-02-29 and its accounts answer nobody any more; move the data to a gen2 account. For a gen2 account give -FileSystem.");
            AdlsAccess.Require(place, authentication, releases.Hadoop);
            return;
        }

        if (releases.Dss is { } dss && dss < DssLimits.FirstWithHadoop3)
        {
            throw AdlsErrors.DssTooOldForGen2(dss.Text);
        }

        AdlsAccess.Require(place, authentication, releases.Hadoop);
        if (place.Scheme == "abfs" && authentication is AdlsAuthentication.ClientCredential or AdlsAuthentication.ManagedIdentity or AdlsAuthentication.WorkloadIdentity)
        {
            throw AdlsErrors.OAuthNeedsTls(place.Root);
        }

        if (type == DssConnectionType.Azure)
        {
            CheckAzure(options, place, authentication, releases);
        }
        else
        {
            if (options.PerUser)
            {
                throw AdlsErrors.PerUserNotSupported("an HDFS connection has one credential for all");
            }

            await CheckUserIsolationAsync(settings, options, @operator, cancellationToken).ConfigureAwait(false);
        }

        if (authentication == AdlsAuthentication.WorkloadIdentity)
        {
            @operator.Warning("A workload identity exists in pods only. In client mode the driver runs on the DSS host, outside the cluster, and cannot sign in this way; use it where the driver is in a pod too.");
        }

        // ABFS comes with Hadoop 3.2 only, so a gen2 connection means Hadoop 3 whatever the caller says.
        if (releases.Spark is { } spark && !SparkFacts.HiveKnowsHadoop3.IsTrueOf(spark))
        {
            @operator.Warning($"SparkSQL recipes do not work on ADLS gen2 with Spark {spark}: its Hive does not know Hadoop 3 (howto 2.2, SPARK-18673). Other Spark recipes do.");
        }
    }

    private static async Task CheckUserIsolationAsync(IDssSettings settings, AdlsConnectionOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        var general = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        if (general.Root["impersonation"]?["enabled"]?.Kind != System.Text.Json.JsonValueKind.True)
        {
            return;
        }

        if (!options.Force)
        {
            throw AdlsErrors.UserIsolationNotSupported(settings.Place);
        }

        @operator.Debug("User isolation is on; going on because of -Force.");
    }

    private static void CheckAzure(AdlsConnectionOptions options, AdlsPlace place, AdlsAuthentication authentication, DssReleases releases)
    {
        var first = authentication == AdlsAuthentication.ClientCredential ? FirstDssWithOAuth : FirstDssWithAbfsInterface;
        if (releases.Dss is { } dss && dss < first)
        {
            throw AdlsErrors.AzureConnectionNotInDss(dss.Text, first.Text, authentication);
        }

        if (authentication is not (AdlsAuthentication.SharedKey or AdlsAuthentication.ClientCredential))
        {
            throw AdlsErrors.AuthenticationNotForAzureConnection(authentication);
        }

        if (place.Cloud.Environment != AzureEnvironment.AzureCloud)
        {
            throw AdlsErrors.AzureConnectionOnlyInPublicCloud(place.Cloud.Environment);
        }

        if (options.PerUser && authentication != AdlsAuthentication.ClientCredential)
        {
            throw AdlsErrors.PerUserNotSupported("an access key has no users");
        }

        if (options.PerUser && releases.Hadoop is { } hadoop && !HadoopFacts.CredentialPerUser.IsTrueOf(hadoop))
        {
            throw AdlsErrors.PerUserNotSupported($"Spark and Parquet need Hadoop 3.2.2 for it, and this is {hadoop}");
        }
    }
}
