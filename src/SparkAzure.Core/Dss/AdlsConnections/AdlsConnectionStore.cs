using System.Text.Json;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>The connections to ADLS that DSS has: listed, taken out, and put back as they were.</summary>
public static class AdlsConnectionStore
{
    /// <summary>Reads the connections of DSS that lead to ADLS.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="name">One of them, or a pattern with * and ?; null for all.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Each with its secrets' names and states, never their values; ordered by name.</returns>
    /// <exception cref="SparkAzureException">
    /// ConnectionNotFound for a name without wildcards, ConnectionNotAdls, an id of DssSettingsErrors.
    /// </exception>
    public static async Task<IReadOnlyList<DssConnection>> GetAsync(
        DssAddress dss, string? name, ICaller caller, CancellationToken cancellationToken)
    {
        using var settings = DssSettings.Open(dss, caller);
        var connections = new DssConnections(dss, settings);
        if (name is not null && !NamePattern.HasWildcard(name))
        {
            var one = await connections.RequireAsync(name, cancellationToken).ConfigureAwait(false);
            return [connections.Describe(name, one.Text)];
        }

        var all = await settings.ReadConnectionsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. all.Where(c => name is null || NamePattern.Matches(name, c.Key))
                .Where(c => StoredAdlsConnection.Of(c.Value) is not null)
                .OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => connections.Describe(c.Key, c.Value)),
        ];
    }

    /// <summary>Takes a connection to ADLS out of DSS, and keeps it where a data directory is worked on.</summary>
    public static Task<DssConnection> RemoveAsync(
        DssAddress dss, string name, ICaller caller, CancellationToken cancellationToken) =>
        RemoveAsync(dss, name, null, caller, cancellationToken);

    /// <summary>Takes a connection to ADLS out of DSS.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="name">The connection.</param>
    /// <param name="backupPath">
    /// The file to keep it in; null for the usual place of this DSS.
    /// </param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the removal.</param>
    /// <returns>The connection as it was; one without type and root when there was none of that name.</returns>
    /// <exception cref="SparkAzureException">
    /// ConnectionNotAdls, ConnectionNameInvalid, BackupAlreadyExists, an id of DssSettingsErrors.
    /// </exception>
    public static async Task<DssConnection> RemoveAsync(
        DssAddress dss, string name, string? backupPath, ICaller caller, CancellationToken cancellationToken)
    {
        AdlsConnectionRules.CheckName(name);
        using var settings = DssSettings.Open(dss, caller);
        var connections = new DssConnections(dss, settings);
        var there = await settings.FindConnectionAsync(name, cancellationToken).ConfigureAwait(false);
        if (there is null)
        {
            caller.Verbose($"DSS at {settings.Source} has no connection '{name}'.");
            var pending = await settings.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            return connections.None(name) with { RestartRequired = pending };
        }

        if (StoredAdlsConnection.Of(there) is null)
        {
            throw AdlsErrors.ConnectionNotAdls(name, ConnectionEdit.TypeOf(there));
        }

        var restorePoint = backupPath ?? connections.RestorePointFor(name);
        var result = connections.Describe(name, there) with { RestorePoint = restorePoint };
        var action = dss.Announce($"Remove it; datasets that use it break ({result.Root})");
        if (!await caller.ShouldProcessAsync(connections.TargetOf(name), action, cancellationToken)
            .ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        // The way back is on disk before the connection is gone.
        await KeepAsync(restorePoint, name, there, cancellationToken).ConfigureAwait(false);
        await settings.DeleteConnectionAsync(name, there, cancellationToken).ConfigureAwait(false);
        return result with { Changed = true, RestartRequired = settings.NeedsRestart };
    }

    /// <summary>Puts a connection back as a file has it, and keeps what stands there of a data directory.</summary>
    public static Task<DssConnection> RestoreAsync(
        DssAddress dss, string restorePoint, ICaller caller, CancellationToken cancellationToken) =>
        RestoreAsync(dss, restorePoint, null, caller, cancellationToken);

    /// <summary>
    /// Puts a connection back as a file has it that a change or a removal kept, with its secrets as they stood in it.
    /// </summary>
    /// <param name="dss">Which DSS, and the way into it; only the one that encrypted a secret can read it.</param>
    /// <param name="restorePoint">The file.</param>
    /// <param name="backupPath">
    /// The file to keep what stands there in; null for the usual place of this DSS.
    /// </param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The connection as it stands afterwards, or, in a rehearsal, as it would.</returns>
    /// <exception cref="SparkAzureException">
    /// RestorePointUnreadable, ConnectionNotAdls, BackupAlreadyExists, an id of DssSettingsErrors.
    /// </exception>
    public static async Task<DssConnection> RestoreAsync(
        DssAddress dss, string restorePoint, string? backupPath, ICaller caller, CancellationToken cancellationToken)
    {
        var (name, kept) = await ConnectionFile.ReadAsync(restorePoint, cancellationToken).ConfigureAwait(false);
        AdlsConnectionRules.CheckName(name);
        using var settings = DssSettings.Open(dss, caller);
        var connections = new DssConnections(dss, settings);
        var there = await settings.FindConnectionAsync(name, cancellationToken).ConfigureAwait(false);
        if (there is not null && StoredAdlsConnection.Of(there) is null)
        {
            throw AdlsErrors.ConnectionNotAdls(name, ConnectionEdit.TypeOf(there));
        }

        // Over the API DSS itself fills in the rest and encrypts what it is given.
        var differences = there is null
            ? []
            : JsonAgreement.Differences(kept.Root, there.Root, completed: dss.DataDirectory is null).ToList();
        if (there is not null && differences.Count == 0)
        {
            var pending = await settings.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            return connections.Describe(name, there) with { RestartRequired = pending };
        }

        var backup = there is null ? null : backupPath ?? connections.RestorePointFor(name);
        DssConnection Describe(JsonText connection) =>
            connections.Describe(name, connection) with { Changes = differences, RestorePoint = backup };
        var verb = there is null ? "Bring" : "Put";
        var action = dss.Announce($"{verb} it back from {restorePoint}");
        if (!await caller.ShouldProcessAsync(connections.TargetOf(name), action, cancellationToken)
            .ConfigureAwait(false))
        {
            return Describe(kept) with { Planned = true };
        }

        if (there is not null)
        {
            await KeepAsync(backup, name, there, cancellationToken).ConfigureAwait(false);
        }

        var saving = there is null
            ? settings.CreateConnectionAsync(name, kept, cancellationToken)
            : settings.ReplaceConnectionAsync(name, there, kept, cancellationToken);
        var made = await saving.ConfigureAwait(false);
        return Describe(made) with { Changed = true, RestartRequired = settings.NeedsRestart };
    }

    /// <summary>
    /// The names of the connections to ADLS in a data directory, for completion at a prompt; empty when they cannot be
    /// read.
    /// </summary>
    public static IReadOnlyList<string> NamesIn(string dataDirectory) =>
        [.. StoredIn(dataDirectory).Select(c => c.Name)];

    /// <summary>
    /// The storage accounts that the connections in a data directory lead to, for completion at a prompt; empty when
    /// they cannot be read.
    /// </summary>
    public static IReadOnlyList<string> AccountsIn(string dataDirectory) =>
        [.. StoredIn(dataDirectory).Select(c => c.Connection.Uri.Account).Distinct(StringComparer.Ordinal)];

    private static IReadOnlyList<(string Name, StoredAdlsConnection Connection)> StoredIn(string dataDirectory)
    {
        try
        {
            var path = DssDataDirectory.Open(dataDirectory).Connections;
            var file = SettingsDocument.Parse(RegularFile.ReadAllBytes(path), path);
            return
            [
                .. from part in file.Root["connections"]?.Children ?? []
                   where part is { Name: not null, Kind: JsonValueKind.Object }
                   let connection = StoredAdlsConnection.Of(file.Extract(part, path))
                   where connection is not null
                   select (part.Name!, connection),
            ];
        }
        catch (Exception exception) when (exception
            is SparkAzureException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static Task KeepAsync(
        string? path, string name, JsonText connection, CancellationToken cancellationToken) =>
        path is null ? Task.CompletedTask : ConnectionFile.WriteAsync(path, name, connection, cancellationToken);
}
