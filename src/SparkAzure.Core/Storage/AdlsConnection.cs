using SparkAzure.Core.Dss;

namespace SparkAzure.Core.Storage;

/// <summary>The station that connects DSS to Azure Data Lake Storage (howto 5).</summary>
public static class AdlsConnection
{
    /// <summary>Makes a connection of DSS to ADLS, or finds that it is there.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">The connection.</param>
    /// <param name="operator">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The connection as it stands afterwards, or, in a rehearsal, as it would.</returns>
    /// <exception cref="SparkAzureException">An id of AdlsErrors, StorageErrors or DssSettingsErrors.</exception>
    public static async Task<DssConnection> NewAsync(
        DssAddress dss, AdlsConnectionOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        CheckName(options.Name);
        AdlsConnectionRules.CheckRights(options.Rights, null);

        // Checked once before anything is read, so that a slip costs no request, and again when the Hadoop is known. A
        // service principal's secret can be shown only once: a connection that is there already may have it.
        var place = AdlsPlace.Of(options);
        if (options is not { ClientId: not null, ClientSecret: null })
        {
            _ = AdlsCredential.Of(options, place, null, null, _ => { });
        }

        using var settings = DssSettings.Open(dss, @operator);
        var release = await AdlsConnectionRules.ReleaseAsync(settings, options, cancellationToken)
            .ConfigureAwait(false);
        var there = await settings.FindConnectionAsync(options.Name, cancellationToken).ConfigureAwait(false);
        var credential = AdlsCredential.Of(
            options,
            place,
            release.Hadoop,
            there is null ? null : AdlsReading.Of(there),
            @operator.Verbose);
        await AdlsConnectionRules.CheckAsync(
            settings,
            options,
            options.ConnectionType,
            place,
            credential.Authentication,
            release,
            @operator,
            cancellationToken).ConfigureAwait(false);

        var wish = ConnectionWishes.Of(
            options.ConnectionType,
            place,
            credential,
            options,
            release.Hadoop,
            former: null);
        var changes = there is null ? [] : Compare(there, options, options.ConnectionType, wish, @operator);
        var wanted = there is null ? JsonText.Of(
            ConnectionEdit.New(options.Name, options.ConnectionType, wish), settings.Place)
            : options.Force ? ConnectionEdit.Set(there, wish, rewrite: true)
            : there;
        var result = Describe(dss, settings, options.Name, wanted) with
        {
            Changes = changes,
            Tested = await TestAsync(options, place, credential, @operator, cancellationToken).ConfigureAwait(false),
        };
        if (there is not null && wanted.SameBytes(there))
        {
            return result;
        }

        return await SaveAsync(
            settings, options.Name, there, wanted, result,
            dss.Announce(there is null
                ? $"Create it for {place.Root}"
                : $"Set {string.Join(", ", changes)}"), @operator, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes a connection of DSS to ADLS: what is given, and nothing else of it.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">What is to be different; the type of the connection stays.</param>
    /// <param name="operator">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The connection as it stands afterwards, or, in a rehearsal, as it would.</returns>
    /// <exception cref="SparkAzureException">An id of AdlsErrors, StorageErrors or DssSettingsErrors.</exception>
    public static async Task<DssConnection> SetAsync(
        DssAddress dss, AdlsConnectionOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        CheckName(options.Name);
        using var settings = DssSettings.Open(dss, @operator);
        var there = await settings.FindConnectionAsync(options.Name, cancellationToken).ConfigureAwait(false)
            ?? throw AdlsErrors.ConnectionNotFound(options.Name, settings.Place, await AdlsConnections.NamesAsync(settings, cancellationToken).ConfigureAwait(false));
        var reading = AdlsReading.Of(there)
            ?? throw AdlsErrors.ConnectionNotAdls(options.Name, ConnectionEdit.TypeOf(there));
        AdlsConnectionRules.CheckRights(options.Rights, reading.Describe(Empty(options.Name)));
        var place = reading.Place.With(options);
        var signsIn = SignsInAnew(options, place, reading);
        var moves = place != reading.Place;
        var release = await AdlsConnectionRules.ReleaseAsync(settings, options, cancellationToken)
            .ConfigureAwait(false);
        var credential = signsIn || options.Test is not null
            ? AdlsCredential.Of(options, place, release.Hadoop, reading, @operator.Verbose)
            : null;
        if (signsIn || moves)
        {
            await AdlsConnectionRules.CheckAsync(
                settings, options, reading.Type, place, credential?.Authentication
                    ?? AdlsConnectionRules.Known(reading.Authentication), release, @operator, cancellationToken)
                        .ConfigureAwait(false);
        }

        var wish = ConnectionWishes.Of(
            reading.Type,
            signsIn || moves ? place : null,
            signsIn ? credential : null,
            options,
            release.Hadoop,
            reading.Place);
        var changes = ConnectionEdit.Differences(there, wish);
        var hidden = ConnectionEdit.NotCompared(there, wish);
        foreach (var name in options.Force ? [] : hidden)
        {
            @operator.Warning(
                $"'{name}' is stored encrypted and cannot be compared; it was left as it is. Use -Force to write it.");
        }

        var wanted = ConnectionEdit.Set(there, wish, options.Force);
        var result = Describe(dss, settings, options.Name, wanted) with
        {
            Changes = options.Force ? [.. changes, .. hidden.Except(changes)] : changes,
            Tested = await TestAsync(options, place, credential, @operator, cancellationToken).ConfigureAwait(false),
        };
        if (wanted.SameBytes(there))
        {
            return result;
        }

        return await SaveAsync(
            settings,
            options.Name,
            there,
            wanted,
            result,
            dss.Announce($"Set {string.Join(", ", result.Changes)}"),
            @operator,
            cancellationToken).ConfigureAwait(false);
    }

    internal static void CheckName(string name)
    {
        if (name.Trim().Length == 0 || name is "." or ".." || name.Any(c => char.IsControl(c) || c is '/' or '\\'))
        {
            throw AdlsErrors.ConnectionNameInvalid(name);
        }
    }

    internal static DssConnection Empty(string name) =>
        new() { Name = name, Type = "", Generation = 0, Account = "", Root = "", Authentication = "" };

    internal static DssConnection Describe(DssAddress dss, IDssSettings settings, string name, JsonText connection)
    {
        var place = Empty(name) with
        {
            DataDirectory = dss.DataDirectory is null ? null : settings.Place,
            Uri = dss.Uri,
            Type = ConnectionEdit.TypeOf(connection)
        };
        return AdlsReading.Of(connection)?.Describe(place) ?? place;
    }

    private static bool SignsInAnew(AdlsConnectionOptions options, AdlsPlace place, AdlsReading reading) =>
        options.AccountKey is not null
            || options.ClientSecret is not null
            || options.SasToken is not null
            || options.Authentication is not null
            || options.ClientId is not null
                || options.TenantId is not null
                || options.TokenEndpoint is not null
                || options.ManagedIdentityEndpoint is not null
            || options.PerUser || place.Host != reading.Place.Host;

    private static async Task<bool?> TestAsync(
        AdlsConnectionOptions options, AdlsPlace place, AdlsCredential? credential, IOperator @operator, CancellationToken cancellationToken)
    {
        if (options is { Test: not null, PerUser: true })
        {
            @operator.Warning(
                "Each user signs in to this connection with an account of their own, which cannot be tried from " +
                "here. The connection is made untried.");
            return null;
        }

        if (options.Test is null)
        {
            return null;
        }

        return await AdlsProbe.TryAsync(place, credential!, options.Test, @operator, cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<DssConnection> SaveAsync(
        IDssSettings settings, string name, JsonText? there, JsonText wanted, DssConnection result, string action, IOperator @operator, CancellationToken cancellationToken)
    {
        if (!await @operator
            .ShouldProcessAsync($"Connection '{name}' of DSS at {settings.Place}", action, cancellationToken)
            .ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        if (result.ClientId == Guid.Empty.ToString())
        {
            throw AdlsErrors.ServicePrincipalOnlyPlanned(name);
        }

        await (there is null
            ? settings.CreateConnectionAsync(name, JsonText.ToNode(wanted.Root)!.AsObject(), cancellationToken)
            : settings.ReplaceConnectionAsync(name, there, wanted, cancellationToken)).ConfigureAwait(false);
        return result with { Changed = true, RestartRequired = settings.NeedsRestart };
    }

    // What differs; refused unless the caller insists.
    private static IReadOnlyList<string> Compare(
        JsonText there,
        AdlsConnectionOptions options,
        DssConnectionType type,
        ConnectionWish wish,
        IOperator @operator)
    {
        if (ConnectionEdit.TypeOf(there) is var found && found != type.ToString())
        {
            throw AdlsErrors.ConnectionOfAnotherType(options.Name, found, type);
        }

        var differences = ConnectionEdit.Differences(there, wish);
        var hidden = ConnectionEdit.NotCompared(there, wish);
        if (options.Force)
        {
            return [.. differences, .. hidden.Except(differences)];
        }

        foreach (var name in hidden)
        {
            @operator.Verbose(
                $"'{name}' is stored encrypted and cannot be compared; it is taken for the same. Use -Force to write " +
                $"it.");
        }

        if (differences.Count != 0)
        {
            throw AdlsErrors.ConnectionAlreadyExists(options.Name, differences);
        }

        return [];
    }
}
