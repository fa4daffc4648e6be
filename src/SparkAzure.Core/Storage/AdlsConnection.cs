using SparkAzure.Core.Dss;

namespace SparkAzure.Core.Storage;

/// <summary>The station that connects DSS to Azure Data Lake Storage (howto 5).</summary>
public static class AdlsConnection
{
    private static readonly ReleaseNumber FirstSparkForHadoop3 = ReleaseNumber.Parse("3.0");

    /// <summary>Makes an HDFS connection of DSS to ADLS, or finds that it is there.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">The connection.</param>
    /// <param name="operator">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The connection as it stands afterwards, or, in a rehearsal, as it would.</returns>
    public static async Task<DssConnection> NewAsync(DssAddress dss, AdlsConnectionOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        if (options.Name.Trim().Length == 0 || options.Name is "." or ".." || options.Name.Any(c => char.IsControl(c) || c is '/' or '\\'))
        {
            throw AdlsErrors.ConnectionNameInvalid(options.Name);
        }

        var access = AdlsAccess.Of(options);
        using var settings = DssSettings.Open(dss, @operator);
        await CheckAsync(settings, options, access, @operator, cancellationToken).ConfigureAwait(false);

        var result = new DssConnection
        {
            DataDirectory = dss.DataDirectory is null ? null : settings.Place,
            Uri = dss.Uri,
            Name = options.Name,
            Type = HdfsConnectionEdit.Type,
            Generation = access.Generation,
            Account = options.Account,
            FileSystem = access.Generation == 2 ? options.FileSystem : null,
            Root = access.Root,
            Authentication = access.Authentication,
            Property = [.. access.Properties.Select(p => p.Name)],
        };
        var there = await settings.FindConnectionAsync(options.Name, cancellationToken).ConfigureAwait(false);
        var wanted = there is null ? null : Compare(there, options, access, @operator);
        if (wanted is not null && wanted.SameBytes(there!))
        {
            return result;
        }

        if (!await @operator.ShouldProcessAsync(
            $"Connection '{options.Name}' of DSS at {settings.Place}",
            there is null ? $"Create it for {access.Root}" : $"Set its root to {access.Root} and {string.Join(", ", result.Property)}",
            cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        await (there is null
            ? settings.CreateConnectionAsync(options.Name, HdfsConnectionEdit.New(options.Name, access), cancellationToken)
            : settings.ReplaceConnectionAsync(options.Name, there, wanted!, cancellationToken)).ConfigureAwait(false);
        return result with { Changed = true, RestartRequired = settings.NeedsRestart };
    }

    private static async Task CheckAsync(
        IDssSettings settings, AdlsConnectionOptions options, AdlsAccess access, IOperator @operator, CancellationToken cancellationToken)
    {
        if (access.Generation == 1)
        {
            @operator.Warning("ADLS gen1 was retired on 2024-02-29 and its accounts answer nobody any more; move the data to a gen2 account.");
            return;
        }

        var general = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        if (general.Root["impersonation"]?["enabled"]?.Kind == System.Text.Json.JsonValueKind.True)
        {
            if (!options.Force)
            {
                throw AdlsErrors.UserIsolationNotSupported(settings.Place);
            }

            @operator.Debug("User isolation is on; going on because of -Force.");
        }

        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        if (ReleaseNumber.TryParse(release.Version) is { } version && version < DssLimits.FirstWithHadoop3)
        {
            throw AdlsErrors.DssTooOldForGen2(version.Text);
        }

        // ABFS comes with Hadoop 3.2 only, so a gen2 connection means Hadoop 3 whatever the caller says.
        if (ReleaseNumber.TryParse(options.SparkVersion ?? release.SparkVersion) is { } spark && spark < FirstSparkForHadoop3)
        {
            @operator.Warning($"SparkSQL recipes do not work on ADLS gen2 with Spark {spark}: its Hive does not know Hadoop 3 (howto 2.2, SPARK-18673). Other Spark recipes do.");
        }
    }

    // Gives the text that is to stand there: the same when all is as wanted.
    private static JsonText Compare(JsonText there, AdlsConnectionOptions options, AdlsAccess access, IOperator @operator)
    {
        var type = HdfsConnectionEdit.TypeOf(there);
        if (type != HdfsConnectionEdit.Type)
        {
            throw AdlsErrors.ConnectionOfAnotherType(options.Name, type);
        }

        var differences = HdfsConnectionEdit.Differences(there, access);
        if (options.Force)
        {
            return HdfsConnectionEdit.Set(there, access);
        }

        foreach (var name in HdfsConnectionEdit.NotCompared(there, access))
        {
            @operator.Verbose($"'{name}' is stored encrypted and cannot be compared; it is taken for the same. Use -Force to write it.");
        }

        return differences.Count == 0 ? there : throw AdlsErrors.ConnectionAlreadyExists(options.Name, differences);
    }
}
