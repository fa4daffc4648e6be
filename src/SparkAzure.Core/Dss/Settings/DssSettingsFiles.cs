using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.Settings;

/// <summary>The settings in the files of a data directory. DSS reads them when it starts.</summary>
/// <param name="directory">The data directory.</param>
/// <param name="restart">Whether a running DSS is stopped before an edit and started afterwards.</param>
/// <param name="patience">How long to wait for another process that edits.</param>
/// <param name="caller">Is told.</param>
internal sealed class DssSettingsFiles(
    DssDataDirectory directory, bool restart, TimeSpan patience, ICaller caller) : IDssSettings
{
    private static readonly TimeSpan RestartTimeout = TimeSpan.FromMinutes(5);

    public string Source => directory.Path;

    public bool NeedsRestart => !restart;

    public async Task<bool> CatchUpAsync(CancellationToken cancellationToken)
    {
        var installation = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        var unread = DssPendingRestart.Of(directory, installation.BackendPort);
        if (unread.Count == 0)
        {
            return false;
        }

        caller.Verbose($"DSS was started before {string.Join(" and ", unread)} was written, and has not read it.");
        if (!restart)
        {
            return true;
        }

        var service = await DssControl.RestartAsync(directory.Path, RestartTimeout, caller, cancellationToken)
            .ConfigureAwait(false);
        return !service.Changed;
    }

    public async Task<DssRelease> ReadReleaseAsync(CancellationToken cancellationToken)
    {
        var installation = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new DssRelease(
            installation.Version, installation.SparkVersion, InstalledHadoop.ReleaseOf(installation, directory.Reader))
        {
            SparkHome = installation.SparkHome,
        };
    }

    public async Task<JsonText> ReadGeneralSettingsAsync(CancellationToken cancellationToken) =>
        await ReadAsync(directory.GeneralSettings, cancellationToken).ConfigureAwait(false)
            ?? throw DssSettingsErrors.SettingsFileMissing(directory.GeneralSettings);

    public async Task<JsonText> ChangeGeneralSettingsAsync(
        JsonText read, Func<JsonText, JsonText> change, CancellationToken cancellationToken)
    {
        JsonText? written = null;
        await EditAsync(
            async () => written = await PutGeneralSettingsAsync(change, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return written!;
    }

    public async Task<JsonText?> FindConnectionAsync(string name, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(directory.Connections, cancellationToken).ConfigureAwait(false);
        if (file is null || Connections(file)?[name] is not { } connection)
        {
            return null;
        }

        return file.Extract(connection, directory.Connections);
    }

    public async Task<IReadOnlyDictionary<string, JsonText>> ReadConnectionsAsync(CancellationToken cancellationToken)
    {
        var file = await ReadAsync(directory.Connections, cancellationToken).ConfigureAwait(false);
        if (file is null || Connections(file) is not { } connections)
        {
            return new Dictionary<string, JsonText>();
        }

        return file.Members(connections, _ => directory.Connections);
    }

    // Every writing reads the file back (WriteAsync), so what was written is what stands there.
    public async Task<JsonText> CreateConnectionAsync(
        string name, JsonText connection, CancellationToken cancellationToken)
    {
        await EditAsync(() => AddConnectionAsync(name, connection, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return connection;
    }

    public async Task<JsonText> ReplaceConnectionAsync(
        string name, JsonText read, JsonText wanted, CancellationToken cancellationToken)
    {
        await EditAsync(() => PutConnectionAsync(name, read, wanted, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return wanted;
    }

    public async Task DeleteConnectionAsync(string name, JsonText read, CancellationToken cancellationToken) =>
        await EditAsync(() => TakeConnectionOutAsync(name, read, cancellationToken), cancellationToken)
            .ConfigureAwait(false);

    public void Dispose()
    {
        // Files are opened and closed within each call.
    }

    // Made on what stands there now: what others have changed elsewhere in the document stays.
    private async Task<JsonText> PutGeneralSettingsAsync(
        Func<JsonText, JsonText> change, CancellationToken cancellationToken)
    {
        var wanted = change(await ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false));
        await WriteAsync(directory.GeneralSettings, wanted, cancellationToken).ConfigureAwait(false);
        return wanted;
    }

    private async Task AddConnectionAsync(string name, JsonText connection, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(directory.Connections, cancellationToken).ConfigureAwait(false)
            ?? JsonText.Of(new JsonObject(), directory.Connections);
        if (Connections(file) is null)
        {
            file = file.Add(file.Root, "connections", new JsonObject());
        }

        var connections = Connections(file)!;
        if (connections[name] is not null)
        {
            throw DssSettingsErrors.DssSettingsConflict(directory.Connections);
        }

        await WriteAsync(directory.Connections, file.Add(connections, name, connection.Root), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task PutConnectionAsync(
        string name, JsonText read, JsonText wanted, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(directory.Connections, cancellationToken).ConfigureAwait(false);
        if (file is null
            || Connections(file)?[name] is not { } connection
            || !file.Extract(connection, file.Source).SameBytes(read))
        {
            throw DssSettingsErrors.DssSettingsConflict(directory.Connections);
        }

        await WriteAsync(directory.Connections, file.ReplaceVerbatim(connection, wanted), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task TakeConnectionOutAsync(string name, JsonText read, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(directory.Connections, cancellationToken).ConfigureAwait(false);
        if (file is null
            || Connections(file)?[name] is not { } connection
            || !file.Extract(connection, file.Source).SameBytes(read))
        {
            throw DssSettingsErrors.DssSettingsConflict(directory.Connections);
        }

        // A name that occurs twice would otherwise come back with its first meaning.
        while (Connections(file)![name] is { } part)
        {
            file = file.Remove(part);
        }

        await WriteAsync(directory.Connections, file, cancellationToken).ConfigureAwait(false);
    }

    private static JsonPart? Connections(JsonText file)
    {
        if (file.Root.Kind != JsonValueKind.Object)
        {
            throw DssSettingsErrors.SettingsUnexpected(file.Source, "", "an object");
        }

        return file.Root["connections"] switch
        {
            null => null,
            { Kind: JsonValueKind.Object } connections => connections,
            { } other => throw DssSettingsErrors.SettingsUnexpected(file.Source, other.Path, "an object"),
        };
    }

    // The lock is held from before DSS is stopped until it runs again: else another's edit would meet it half-way up.
    private async Task EditAsync(Func<Task> edit, CancellationToken cancellationToken)
    {
        PrivateFolder.Make(Path.GetDirectoryName(directory.SettingsLock)!);
        var turn = new Turn(directory.Path, patience, caller);
        using var held = await FileLock.TakeAsync(directory.SettingsLock, turn, cancellationToken).ConfigureAwait(false);
        await EditLockedAsync(edit, cancellationToken).ConfigureAwait(false);
    }

    // What DSS itself saved while it was stopped is seen by the edit, which looks for changes by others after the stop.
    private async Task EditLockedAsync(Func<Task> edit, CancellationToken cancellationToken)
    {
        if (restart)
        {
            var control = await DssControl.OpenAsync(directory, cancellationToken).ConfigureAwait(false);
            await control.WhileStoppedAsync(edit, RestartTimeout, caller, cancellationToken).ConfigureAwait(false);
            return;
        }

        var installation = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (await DssControl.AnswersAsync(installation, cancellationToken).ConfigureAwait(false))
        {
            caller.Warning(
                $"DSS at '{directory.Path}' is running: it reads its files when it starts, and may write its own " +
                $"copy over them before. Restart it now (Restart-Dss), and another time stop it first (Stop-Dss) or " +
                $"give -Restart.");
        }

        await edit().ConfigureAwait(false);
    }

    private async Task<JsonText?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            caller.Verbose($"Reading {path}.");
            var watch = Stopwatch.StartNew();
            var bytes = await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            caller.Verbose($"Read {path}: {bytes.Length} bytes in {watch.ElapsedMilliseconds} ms.");
            return SettingsDocument.Parse(bytes, path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            caller.Verbose($"There is no {path}.");
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private async Task WriteAsync(string path, JsonText wanted, CancellationToken cancellationToken)
    {
        caller.Verbose($"Writing {path}.");
        var watch = Stopwatch.StartNew();
        await AtomicFile.WriteAsync(path, wanted.Bytes, FileModes.OwnerOnly, cancellationToken).ConfigureAwait(false);
        caller.Verbose(
            $"Wrote {path}: {wanted.Bytes.Length} bytes in {watch.ElapsedMilliseconds} ms; restart DSS (bin/dss " +
            $"restart) if it runs.");

        // A running DSS may save its own copy at any moment: what counts is what stands there now.
        if (await ReadAsync(path, CancellationToken.None)
            .ConfigureAwait(false) is not { } now || !now.SameBytes(wanted))
        {
            throw DssSettingsErrors.DssSettingNotKept(path, "the file");
        }

        if (path == directory.GeneralSettings || path == directory.Connections)
        {
            await DssPendingRestart.NoteAsync(directory, path, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
