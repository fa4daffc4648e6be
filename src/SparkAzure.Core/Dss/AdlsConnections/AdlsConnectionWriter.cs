using SparkAzure.Core.Azure.Graph;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// The station that connects DSS to Azure Data Lake Storage (howto 5): makes connections and changes them.
/// </summary>
public static class AdlsConnectionWriter
{
    /// <summary>Makes a connection of DSS to ADLS, or finds that it is there.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">The connection.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The connection as it stands afterwards, or, in a rehearsal, as it would.</returns>
    /// <exception cref="SparkAzureException">An id of AdlsErrors, StorageErrors or DssSettingsErrors.</exception>
    public static async Task<DssConnection> NewAsync(
        DssAddress dss, AdlsConnectionOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        AdlsConnectionRules.CheckName(options.Name);
        AdlsConnectionRules.CheckRights(options.Rights, there: null);
        var uri = AdlsUri.Of(options);
        CheckWhatIsGiven(options, uri);

        using var settings = DssSettings.Open(dss, caller);
        var rules = await AdlsConnectionRules.ReadAsync(settings, options, caller, cancellationToken)
            .ConfigureAwait(false);
        var there = await settings.FindConnectionAsync(options.Name, cancellationToken).ConfigureAwait(false);
        var stored = there is null ? null : StoredAdlsConnection.Of(there);
        var credential = AdlsCredential.Of(options, uri, rules.Hadoop, stored, caller.Verbose);
        await rules.CheckAsync(options.ConnectionType, uri, credential.Authentication, cancellationToken)
            .ConfigureAwait(false);
        ManagedIdentityNeeds.Check(credential, rules.Hadoop, caller);

        var desired = ConnectionFields.Of(options.ConnectionType, uri, credential, options, rules.Hadoop, former: null);
        var change = there is null
            ? Creation(options, uri, desired, settings.Source)
            : Addition(there, options, desired, caller);
        var tested = await TestAsync(options, uri, credential, caller, cancellationToken).ConfigureAwait(false);
        return await SaveAsync(dss, settings, options, change, credential, tested, caller, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Changes a connection of DSS to ADLS: what is given, and nothing else of it.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">What is to be different; the type of the connection stays.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The connection as it stands afterwards, or, in a rehearsal, as it would.</returns>
    /// <exception cref="SparkAzureException">An id of AdlsErrors, StorageErrors or DssSettingsErrors.</exception>
    public static async Task<DssConnection> SetAsync(
        DssAddress dss, AdlsConnectionOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        AdlsConnectionRules.CheckName(options.Name);
        using var settings = DssSettings.Open(dss, caller);
        var stored = await new DssConnections(dss, settings).RequireAsync(options.Name, cancellationToken)
            .ConfigureAwait(false);
        AdlsConnectionRules.CheckRights(options.Rights, stored);
        var uri = stored.Uri.With(options);
        var signsIn = options.NamesCredential || uri.Host != stored.Uri.Host;
        var leads = signsIn || uri != stored.Uri;
        var rules = await AdlsConnectionRules.ReadAsync(settings, options, caller, cancellationToken)
            .ConfigureAwait(false);
        AdlsCredential? credential = null;
        if (signsIn || options.Test is not null)
        {
            credential = AdlsCredential.Of(options, uri, rules.Hadoop, stored, caller.Verbose);
        }

        if (leads)
        {
            var authentication = credential?.Authentication ?? AdlsConnectionRules.Known(stored.Authentication);
            await rules.CheckAsync(stored.Type, uri, authentication, cancellationToken).ConfigureAwait(false);
        }

        if (signsIn)
        {
            ManagedIdentityNeeds.Check(credential!, rules.Hadoop, caller);
        }

        var desired = ConnectionFields.Of(
            stored.Type,
            leads ? uri : null,
            signsIn ? credential : null,
            options,
            rules.Hadoop,
            former: stored.Uri);
        var change = Changing(stored.Text, options, desired, caller);
        var tested = await TestAsync(options, uri, credential, caller, cancellationToken).ConfigureAwait(false);
        return await SaveAsync(dss, settings, options, change, credential, tested, caller, cancellationToken)
            .ConfigureAwait(false);
    }

    // Checked once before anything is read, so that a slip costs no request, and again when the Hadoop is known. A
    // service principal's secret can be shown only once: a connection that is there already may have it.
    private static void CheckWhatIsGiven(AdlsConnectionOptions options, AdlsUri uri)
    {
        if (options is not { ClientId: not null, ClientSecret: null })
        {
            _ = AdlsCredential.Of(options, uri, null, null, _ => { });
        }
    }

    private static Change Creation(AdlsConnectionOptions options, AdlsUri uri, DesiredConnection desired, string source)
    {
        var made = ConnectionEdit.New(options.Name, options.ConnectionType, desired, source);
        return new Change(null, made, [], $"Create it for {uri.Text}");
    }

    // Of a connection that is there nothing is made anew; what differs is refused unless the caller insists.
    private static Change Addition(
        JsonText there, AdlsConnectionOptions options, DesiredConnection desired, ICaller caller)
    {
        var type = ConnectionEdit.TypeOf(there);
        if (type != options.ConnectionType.ToString())
        {
            throw AdlsErrors.ConnectionOfAnotherType(options.Name, type, options.ConnectionType);
        }

        var differences = ConnectionEdit.Differences(there, desired);
        var hidden = ConnectionEdit.NotCompared(there, desired);
        if (options.Force)
        {
            return Change.Of(there, ConnectionEdit.Set(there, desired, rewrite: true), differences.Union(hidden));
        }

        foreach (var name in hidden)
        {
            caller.Verbose(
                $"'{name}' is stored encrypted and cannot be compared; it is taken for the same. Use -Force to write " +
                $"it.");
        }

        if (differences.Count > 0)
        {
            throw AdlsErrors.ConnectionAlreadyExists(options.Name, differences);
        }

        return Change.Of(there, there, []);
    }

    private static Change Changing(
        JsonText there, AdlsConnectionOptions options, DesiredConnection desired, ICaller caller)
    {
        var differences = ConnectionEdit.Differences(there, desired);
        var hidden = ConnectionEdit.NotCompared(there, desired);
        var wanted = ConnectionEdit.Set(there, desired, options.Force);
        if (options.Force)
        {
            return Change.Of(there, wanted, differences.Union(hidden));
        }

        foreach (var name in hidden)
        {
            caller.Warning(
                $"'{name}' is stored encrypted and cannot be compared; it was left as it is. Use -Force to write it.");
        }

        return Change.Of(there, wanted, differences);
    }

    private static async Task<bool?> TestAsync(
        AdlsConnectionOptions options,
        AdlsUri uri,
        AdlsCredential? credential,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        if (options.Test is not { } test)
        {
            return null;
        }

        if (options.PerUser)
        {
            caller.Warning(
                "Each user signs in to this connection with an account of their own, which cannot be tried from " +
                "here. The connection is made untried.");
            return null;
        }

        var there = test with { StorageEndpoint = options.Endpoint };
        return await AdlsProbe.TryAsync(uri, credential!, there, caller, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<DssConnection> SaveAsync(
        DssAddress dss,
        IDssSettings settings,
        AdlsConnectionOptions options,
        Change change,
        AdlsCredential? credential,
        bool? tested,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var name = options.Name;
        var connections = new DssConnections(dss, settings);
        var result = connections.Describe(name, change.After) with { Changes = change.Fields, Tested = tested };
        if (change.Before is not null && change.After.SameBytes(change.Before))
        {
            var pending = await settings.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            return result with { RestartRequired = pending };
        }

        var backup = change.Before is null ? null : options.BackupPath ?? connections.RestorePointFor(name);
        result = result with { RestorePoint = backup };
        Tell(change, isEncrypted: dss.DataDirectory is null, caller);
        var target = connections.TargetOf(name);
        if (!await caller.ShouldProcessAsync(target, dss.Announce(change.Action), cancellationToken)
            .ConfigureAwait(false))
        {
            var planned = connections.DescribePlanned(name, change.Before, change.After);
            return result with { Planned = true, Secrets = planned.Secrets, Notes = planned.Notes };
        }

        if (PlannedApplication.Is(credential?.ClientId))
        {
            throw AdlsErrors.ServicePrincipalOnlyPlanned(name);
        }

        if (backup is not null)
        {
            await ConnectionFile.WriteAsync(backup, name, change.Before!, cancellationToken).ConfigureAwait(false);
        }

        var saving = change.Before is null
            ? settings.CreateConnectionAsync(name, change.After, cancellationToken)
            : settings.ReplaceConnectionAsync(name, change.Before, change.After, cancellationToken);
        var kept = await saving.ConfigureAwait(false);
        return connections.Describe(name, kept) with
        {
            Changes = change.Fields,
            Tested = tested,
            RestorePoint = backup,
            Changed = true,
            RestartRequired = settings.NeedsRestart,
        };
    }

    // Said when it comes about, not at every change after that.
    private static void Tell(Change change, bool isEncrypted, ICaller caller)
    {
        var known = NotesOf(change.Before, isEncrypted);
        foreach (var note in NotesOf(change.After, isEncrypted).Except(known))
        {
            caller.Warning(note);
        }
    }

    private static IReadOnlyList<string> NotesOf(JsonText? connection, bool isEncrypted) =>
        connection is null ? [] : StoredAdlsConnection.Of(connection)?.DecidingNotes(isEncrypted) ?? [];

    // Before is null for a connection that is made; fields are those that change.
    private sealed record Change(JsonText? Before, JsonText After, IReadOnlyList<string> Fields, string Action)
    {
        public static Change Of(JsonText before, JsonText after, IEnumerable<string> fields)
        {
            var named = fields.ToList();
            return new Change(before, after, named, $"Set {string.Join(", ", named)}");
        }
    }
}
