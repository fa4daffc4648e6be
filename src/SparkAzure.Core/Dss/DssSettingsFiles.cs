using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss;

/// <summary>The settings in the files of a data directory. DSS reads them when it starts.</summary>
internal sealed class DssSettingsFiles(DssDataDirectory directory, IOperator @operator) : IDssSettings
{
    // Both files may hold secrets; DSS keeps config/ to itself.
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Place => directory.Path;

    public bool NeedsRestart => true;

    public async Task<DssRelease> ReadReleaseAsync(CancellationToken cancellationToken)
    {
        var installation = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new DssRelease(installation.Version, installation.SparkVersion);
    }

    public async Task<JsonText> ReadGeneralSettingsAsync(CancellationToken cancellationToken) =>
        await ReadAsync(directory.GeneralSettings, cancellationToken).ConfigureAwait(false)
            ?? throw DssSettingsErrors.SettingsFileMissing(directory.GeneralSettings);

    public async Task SaveGeneralSettingsAsync(JsonText read, JsonText wanted, CancellationToken cancellationToken)
    {
        var now = await ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        if (!now.SameBytes(read))
        {
            throw DssSettingsErrors.DssSettingsConflict(directory.GeneralSettings);
        }

        await WriteAsync(directory.GeneralSettings, wanted, cancellationToken).ConfigureAwait(false);
    }

    public async Task<JsonText?> FindConnectionAsync(string name, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(directory.Connections, cancellationToken).ConfigureAwait(false);
        return file is null || Connections(file)?[name] is not { } connection ? null : file.Extract(connection, directory.Connections);
    }

    public async Task CreateConnectionAsync(string name, JsonObject connection, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(directory.Connections, cancellationToken).ConfigureAwait(false);
        if (file is null)
        {
            var content = new JsonObject { ["connections"] = new JsonObject { [name] = connection } };
            await WriteAsync(directory.Connections, JsonText.Of(content, directory.Connections), cancellationToken).ConfigureAwait(false);
            return;
        }

        if (Connections(file) is not { } connections)
        {
            file = file.Add(file.Root, "connections", new JsonObject { [name] = connection });
        }
        else if (connections[name] is null)
        {
            file = file.Add(connections, name, connection);
        }
        else
        {
            throw DssSettingsErrors.DssSettingsConflict(directory.Connections);
        }

        await WriteAsync(directory.Connections, file, cancellationToken).ConfigureAwait(false);
    }

    public async Task ReplaceConnectionAsync(string name, JsonText read, JsonText wanted, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(directory.Connections, cancellationToken).ConfigureAwait(false);
        if (file is null || Connections(file)?[name] is not { } connection || !file.Extract(connection, file.Source).SameBytes(read))
        {
            throw DssSettingsErrors.DssSettingsConflict(directory.Connections);
        }

        await WriteAsync(directory.Connections, file.Replace(connection, wanted), cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        // Files are opened and closed within each call.
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

    private async Task<JsonText?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            @operator.Verbose($"Reading {path}");
            var watch = Stopwatch.StartNew();
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            @operator.Verbose($"Read {path}: {bytes.Length} bytes in {watch.ElapsedMilliseconds} ms");
            return JsonText.Parse(bytes, path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            @operator.Verbose($"There is no {path}");
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private async Task WriteAsync(string path, JsonText wanted, CancellationToken cancellationToken)
    {
        @operator.Verbose($"Writing {path}");
        var watch = Stopwatch.StartNew();
        await AtomicFile.WriteAsync(path, wanted.Bytes, OwnerOnly, cancellationToken).ConfigureAwait(false);
        @operator.Verbose($"Wrote {path}: {wanted.Bytes.Length} bytes in {watch.ElapsedMilliseconds} ms; restart DSS (bin/dss restart) if it runs");

        // A running DSS may save its own copy at any moment: what counts is what stands there now.
        if (await ReadAsync(path, CancellationToken.None).ConfigureAwait(false) is not { } now || !now.SameBytes(wanted))
        {
            throw DssSettingsErrors.DssSettingNotKept(path, "the file");
        }
    }
}
