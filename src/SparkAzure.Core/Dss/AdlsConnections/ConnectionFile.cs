using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// A file that keeps a connection which was changed or taken out, with its secrets as they stood in DSS. It has the form
/// of DSS's own connections file, with this one connection in it.
/// </summary>
internal static class ConnectionFile
{
    private const string Connections = "connections";

    /// <summary>Writes a connection, for the owner alone.</summary>
    /// <exception cref="SparkAzureException">BackupAlreadyExists, what writing throws.</exception>
    public static async Task WriteAsync(
        string path, string name, JsonText connection, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            throw DssSettingsErrors.BackupAlreadyExists(path);
        }

        var frame = JsonText.Of(new JsonObject { [Connections] = new JsonObject { [name] = null } }, path);
        var content = frame.ReplaceVerbatim(frame.Root[Connections]![name]!, connection);
        PrivateFolder.Make(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await AtomicFile.WriteAsync(path, content.Bytes, FileModes.OwnerOnly, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a connection and its name from such a file.</summary>
    /// <exception cref="SparkAzureException">RestorePointUnreadable, SettingsNotJson, NotAFile.</exception>
    public static async Task<(string Name, JsonText Connection)> ReadAsync(
        string path, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            var file = SettingsDocument.Parse(bytes, path);
            if (file.Root[Connections] is { Kind: JsonValueKind.Object, Children: [var only] }
                && only is { Name: { } name, Kind: JsonValueKind.Object })
            {
                return (name, file.Extract(only, path));
            }

            throw AdlsErrors.RestorePointUnreadable(path, "it does not hold exactly one connection");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AdlsErrors.RestorePointUnreadable(path, exception.Message.TrimEnd('.'));
        }
    }
}
