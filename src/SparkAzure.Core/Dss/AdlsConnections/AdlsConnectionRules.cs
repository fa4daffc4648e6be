using SparkAzure.Core.Azure;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// What cannot work, refused before anything is written, by the releases of the connection's DSS; sources: howto 2.2
/// and
/// 2.3, DSS's release notes and its page on Azure Blob connections.
/// </summary>
internal sealed class AdlsConnectionRules
{
    private static readonly ReleaseNumber FirstDssWithAbfsInterface = ReleaseNumber.Parse("6.0");
    private static readonly ReleaseNumber FirstDssWithOAuth = ReleaseNumber.Parse("9.0");

    private readonly IDssSettings _settings;
    private readonly AdlsConnectionOptions _options;
    private readonly ICaller _caller;
    private readonly ReleaseNumber? _dss;
    private readonly ReleaseNumber? _spark;

    private AdlsConnectionRules(
        IDssSettings settings, AdlsConnectionOptions options, ICaller caller, DssRelease release)
    {
        (_settings, _options, _caller) = (settings, options, caller);
        _dss = ReleaseNumber.TryParse(release.Version);
        _spark = ReleaseNumber.TryParse(options.SparkVersion ?? release.SparkVersion);
        Hadoop = ReleaseNumber.TryParse(options.HadoopRelease ?? release.HadoopRelease);
    }

    /// <summary>The Hadoop that will use the connection; null when it is not known.</summary>
    public ReleaseNumber? Hadoop { get; }

    /// <summary>Reads what the rules go by; what the caller says of it counts more.</summary>
    /// <exception cref="SparkAzureException">HadoopReleaseInvalid, what reading throws.</exception>
    public static async Task<AdlsConnectionRules> ReadAsync(
        IDssSettings settings,
        AdlsConnectionOptions options,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        if (options.HadoopRelease is { } given && ReleaseNumber.TryParse(given) is not { Minor: >= 0 })
        {
            throw AdlsErrors.HadoopReleaseInvalid(given);
        }

        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        return new AdlsConnectionRules(settings, options, caller, release);
    }

    /// <summary>Refuses what cannot be the name of a connection.</summary>
    /// <exception cref="SparkAzureException">ConnectionNameInvalid.</exception>
    public static void CheckName(string name)
    {
        if (name.Trim().Length == 0 || name is "." or ".." || name.Any(c => char.IsControl(c) || c is '/' or '\\'))
        {
            throw AdlsErrors.ConnectionNameInvalid(name);
        }
    }

    /// <summary>Groups are named exactly where they decide something.</summary>
    /// <exception cref="SparkAzureException">GroupsMissing.</exception>
    public static void CheckRights(DssConnectionRights rights, StoredAdlsConnection? there)
    {
        var users = rights.AllowedGroup ?? there?.AllowedGroups ?? [];
        if (rights.UsableBy == DssUsableBy.Allowed && users.Count == 0)
        {
            throw AdlsErrors.GroupsMissing("-UsableBy Allowed", "-AllowedGroup");
        }

        var readers = rights.DetailsAllowedGroup ?? there?.DetailsAllowedGroups ?? [];
        if (rights.DetailsReadableBy == DssReadableBy.Allowed && readers.Count == 0)
        {
            throw AdlsErrors.GroupsMissing("-DetailsReadableBy Allowed", "-DetailsAllowedGroup");
        }
    }

    /// <summary>The way of signing in by its name; a way that has none here counts as an access key.</summary>
    public static AdlsAuthentication Known(string authentication)
    {
        if (Enum.TryParse<AdlsAuthentication>(authentication, out var known))
        {
            return known;
        }

        return AdlsAuthentication.SharedKey;
    }

    /// <summary>Refuses what cannot work, and warns of what the caller may not expect.</summary>
    /// <exception cref="SparkAzureException">An id of AdlsErrors.</exception>
    public async Task CheckAsync(
        DssConnectionType type, AdlsUri uri, AdlsAuthentication authentication, CancellationToken cancellationToken)
    {
        if (uri.Generation == 1)
        {
            _caller.Warning(
                "ADLS gen1 was retired on 2024-02-29 and its accounts answer nobody any more; move the data to a " +
                "gen2 account. For a gen2 account give -FileSystem.");
            HadoopProperties.Require(uri, authentication, Hadoop);
            return;
        }

        CheckGen2(uri, authentication);
        if (type == DssConnectionType.Azure)
        {
            CheckAzure(uri, authentication);
        }
        else
        {
            await CheckHdfsAsync(cancellationToken).ConfigureAwait(false);
        }

        WarnOfGen2(authentication);
    }

    private void CheckGen2(AdlsUri uri, AdlsAuthentication authentication)
    {
        if (_dss is not null && _dss < DssLimits.FirstWithHadoop3)
        {
            throw AdlsErrors.DssTooOldForGen2(_dss.Text);
        }

        HadoopProperties.Require(uri, authentication, Hadoop);
        if (uri.Scheme == "abfs" && authentication
            is AdlsAuthentication.ClientCredential
            or AdlsAuthentication.ManagedIdentity
            or AdlsAuthentication.WorkloadIdentity)
        {
            throw AdlsErrors.OAuthNeedsTls(uri.Text);
        }
    }

    private void WarnOfGen2(AdlsAuthentication authentication)
    {
        if (authentication == AdlsAuthentication.WorkloadIdentity)
        {
            _caller.Warning(
                "A workload identity exists in pods only. In client mode the driver runs on the DSS host, outside " +
                "the cluster, and cannot sign in this way; use it where the driver is in a pod too.");
        }

        // ABFS comes with Hadoop 3.2 only, so a gen2 connection means Hadoop 3 whatever the caller says.
        if (_spark is not null && !SparkFacts.HiveKnowsHadoop3.IsTrueOf(_spark))
        {
            _caller.Warning(
                $"SparkSQL recipes do not work on ADLS gen2 with Spark {_spark}: its Hive does not know Hadoop 3 " +
                "(howto 2.2, SPARK-18673). Other Spark recipes do.");
        }
    }

    private async Task CheckHdfsAsync(CancellationToken cancellationToken)
    {
        if (_options.PerUser)
        {
            throw AdlsErrors.PerUserNotSupported("an HDFS connection has one credential for all");
        }

        var general = await _settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        if (!UserIsolation.IsOn(general))
        {
            return;
        }

        if (!_options.Force)
        {
            throw AdlsErrors.UserIsolationNotSupported(_settings.Source);
        }

        _caller.Debug("User isolation is on; going on because of -Force.");
    }

    private void CheckAzure(AdlsUri uri, AdlsAuthentication authentication)
    {
        var client = authentication == AdlsAuthentication.ClientCredential;
        var first = client ? FirstDssWithOAuth : FirstDssWithAbfsInterface;
        if (_dss is not null && _dss < first)
        {
            throw AdlsErrors.AzureConnectionNotInDss(_dss.Text, first.Text, authentication);
        }

        if (authentication is not (AdlsAuthentication.SharedKey or AdlsAuthentication.ClientCredential))
        {
            throw AdlsErrors.AuthenticationNotForAzureConnection(authentication);
        }

        if (uri.Host != $"{uri.Account}.{AzureCloud.Of(AzureEnvironment.AzureCloud).DfsSuffix}")
        {
            throw AdlsErrors.AzureConnectionOnlyInPublicCloud(uri.Host);
        }

        if (_options.PerUser && !client)
        {
            throw AdlsErrors.PerUserNotSupported("an access key has no users");
        }

        if (_options.PerUser && Hadoop is not null && !HadoopFacts.CredentialPerUser.IsTrueOf(Hadoop))
        {
            throw AdlsErrors.PerUserNotSupported($"Spark and Parquet need Hadoop 3.2.2 for it, and this is {Hadoop}");
        }
    }
}
