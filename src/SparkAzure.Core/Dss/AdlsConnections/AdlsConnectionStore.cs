using System.Text.Json;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>The connections to ADLS that DSS has: listed, taken out, and brought back.</summary>
public static class AdlsConnectionStore
{
    /// <summary>Reads the connections of DSS that lead to ADLS.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="name">One of them, or null for all.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Each with its secrets' names and states, never their values; ordered by name.</returns>
    /// <exception cref="SparkAzureException">
    /// ConnectionNotFound, ConnectionNotAdls, an id of DssSettingsErrors.
    /// </exception>
    public static async Task<IReadOnlyList<DssConnection>> GetAsync(
        DssAddress dss, string? name, ICaller caller, CancellationToken cancellationToken)
    {
        using var settings = DssSettings.Open(dss, caller);
        var connections = new DssConnections(dss, settings);
        if (name is not null)
        {
            var one = await connections.RequireAsync(name, cancellationToken).ConfigureAwait(false);
            return [connections.Describe(name, one.Text)];
        }

        var all = await settings.ReadConnectionsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. all.Where(c => StoredAdlsConnection.Of(c.Value) is not null)
                .OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => connections.Describe(c.Key, c.Value)),
        ];
    }

    /// <summary>Takes a connection to ADLS out of DSS. From a connections file it goes to a restore point.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="name">The connection.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the removal.</param>
    /// <returns>The connection as it was; one without type and root when there was none of that name.</returns>
    /// <exception cref="SparkAzureException">
    /// ConnectionNotAdls, ConnectionNameInvalid, an id of DssSettingsErrors.
    /// </exception>
    public static async Task<DssConnection> RemoveAsync(
        DssAddress dss, string name, ICaller caller, CancellationToken cancellationToken)
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

        var result = connections.Describe(name, there);
        var action = dss.Announce($"Remove it; datasets that use it break ({result.Root})");
        if (!await caller.ShouldProcessAsync(connections.TargetOf(name), action, cancellationToken)
            .ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        var kept = await settings.DeleteConnectionAsync(name, there, cancellationToken).ConfigureAwait(false);
        return result with { Changed = true, RestartRequired = settings.NeedsRestart, RestorePoint = kept };
    }

    /// <summary>
    /// Brings a connection back from the file that its removal kept, with its secrets as they stood in it.
    /// </summary>
    /// <param name="dss">Which DSS, and the way into it; only the one that encrypted a secret can read it.</param>
    /// <param name="restorePoint">The file.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The connection as it stands afterwards, or, in a rehearsal, as it would.</returns>
    /// <exception cref="SparkAzureException">
    /// RestorePointUnreadable, ConnectionAlreadyExists, an id of DssSettingsErrors.
    /// </exception>
    public static async Task<DssConnection> RestoreAsync(
        DssAddress dss, string restorePoint, ICaller caller, CancellationToken cancellationToken)
    {
        var (name, kept) = await ReadAsync(restorePoint, cancellationToken).ConfigureAwait(false);
        AdlsConnectionRules.CheckName(name);
        using var settings = DssSettings.Open(dss, caller);
        var connections = new DssConnections(dss, settings);
        var there = await settings.FindConnectionAsync(name, cancellationToken).ConfigureAwait(false);
        var result = connections.Describe(name, there ?? kept) with { RestorePoint = restorePoint };
        if (there is not null)
        {
            if (JsonAgreement.FirstLoss(kept.Root, there.Root, null) is { } difference)
            {
                throw AdlsErrors.ConnectionAlreadyExists(name, [difference]);
            }

            return result;
        }

        var action = dss.Announce($"Bring it back from {restorePoint}");
        if (!await caller.ShouldProcessAsync(connections.TargetOf(name), action, cancellationToken)
            .ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        var made = await settings.CreateConnectionAsync(name, kept, cancellationToken).ConfigureAwait(false);
        return connections.Describe(name, made) with
        {
            RestorePoint = restorePoint,
            Changed = true,
            RestartRequired = settings.NeedsRestart,
        };
    }

    /// <summary>
    /// The names of the connections to ADLS in a data directory, for completion at a prompt; empty when they cannot be
    /// read.
    /// </summary>
    public static IReadOnlyList<string> NamesIn(string dataDirectory)
    {
        try
        {
            var path = DssDataDirectory.Open(dataDirectory).Connections;
            var file = SettingsDocument.Parse(RegularFile.ReadAllBytes(path), path);
            return
            [
                .. (file.Root["connections"]?.Children ?? [])
                    .Where(c => c is { Name: not null, Kind: JsonValueKind.Object }
                        && StoredAdlsConnection.Of(file.Extract(c, path)) is not null)
                    .Select(c => c.Name!),
            ];
        }
        catch (Exception exception) when (exception
            is SparkAzureException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async Task<(string Name, JsonText Connection)> ReadAsync(
        string restorePoint, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await RegularFile.ReadAllBytesAsync(restorePoint, cancellationToken).ConfigureAwait(false);
            var file = SettingsDocument.Parse(bytes, restorePoint);
            if (file.Root["connections"] is { Kind: JsonValueKind.Object, Children: [var only] }
                && only is { Name: { } name, Kind: JsonValueKind.Object })
            {
                return (name, file.Extract(only, restorePoint));
            }

            throw AdlsErrors.RestorePointUnreadable(restorePoint, "it does not hold exactly one connection");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AdlsErrors.RestorePointUnreadable(restorePoint, exception.Message.TrimEnd('.'));
        }
    }
}
