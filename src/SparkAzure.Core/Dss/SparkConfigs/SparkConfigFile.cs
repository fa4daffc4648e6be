using System.Text.Json;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>A file that keeps a Spark configuration which was changed or taken out, in DSS's own spelling.</summary>
internal static class SparkConfigFile
{
    /// <summary>Writes a configuration as it stands in the settings.</summary>
    /// <exception cref="SparkAzureException">BackupAlreadyExists, what writing throws.</exception>
    public static async Task WriteAsync(StoredSparkConfig config, string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            throw DssSettingsErrors.BackupAlreadyExists(path);
        }

        var content = config.Document.Extract(config.Part, path);
        PrivateFolder.Make(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await AtomicFile.WriteAsync(path, content.Bytes, FileModes.OwnerOnly, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a configuration from such a file.</summary>
    /// <exception cref="SparkAzureException">SettingsNotJson, SparkConfigFileInvalid, CannotRead.</exception>
    public static async Task<JsonText> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var saved = await ParseAsync(path, cancellationToken).ConfigureAwait(false);
        if (saved.Root.Kind != JsonValueKind.Object)
        {
            throw DssSettingsErrors.SparkConfigFileInvalid(path, "it is not an object");
        }

        if (saved.Root["conf"] is not { Kind: JsonValueKind.Array })
        {
            throw DssSettingsErrors.SparkConfigFileInvalid(path, "it has no list 'conf'");
        }

        return saved;
    }

    /// <summary>The name that the configuration of such a file has.</summary>
    /// <exception cref="SparkAzureException">SparkConfigFileInvalid.</exception>
    public static string NameIn(JsonText saved, string path)
    {
        if (saved.Root["name"]?.Scalar is { Length: > 0 } name)
        {
            return name;
        }

        throw DssSettingsErrors.SparkConfigFileInvalid(path, "it has no name");
    }

    private static async Task<JsonText> ParseAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return SettingsDocument.Parse(bytes, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!File.Exists(path))
            {
                throw DssSettingsErrors.SparkConfigFileInvalid(path, "it does not exist");
            }

            throw HostErrors.CannotRead(path, exception);
        }
    }
}
