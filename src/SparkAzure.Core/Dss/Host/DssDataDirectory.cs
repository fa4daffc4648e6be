using System.Globalization;
using System.Text.Json;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.Host;

/// <summary>What the module keeps in a data directory as it was.</summary>
public enum KeptFile
{
    /// <summary>A Spark configuration that was changed or taken out.</summary>
    SparkConfig,

    /// <summary>A connection that was taken out.</summary>
    Connection,
}

/// <summary>A DSS data directory on disk: where its files are, and what they say of the installation.</summary>
public sealed class DssDataDirectory
{
    private DssDataDirectory(string path) => Path = path;

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    internal string DssAdmin => At("bin", "dssadmin");

    internal string Dss => At("bin", "dss");

    internal string EnvDefault => At("bin", "env-default.sh");

    internal string EnvHadoop => At("bin", "env-hadoop.sh");

    internal string EnvSpark => At("bin", "env-spark.sh");

    internal string EnvSite => At("bin", "env-site.sh");

    internal string GeneralSettings => At("config", "general-settings.json");

    internal string Connections => At("config", "connections.json");

    internal string Users => At("config", "users.json");

    /// <summary>
    /// Where something of DSS is kept before it changes or goes: beside DSS's own files, which it reads and rewrites.
    /// </summary>
    /// <param name="sort">What it is one of: <c>connections</c>.</param>
    /// <param name="name">Its name in DSS.</param>
    /// <param name="now">When.</param>
    internal string RestorePointFor(string sort, string name, DateTimeOffset now) =>
        At(".sparkazure", sort, RestorePointName(name, now));

    /// <summary>What a file is called that keeps something of DSS.</summary>
    internal static string RestorePointName(string name, DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"{Uri.EscapeDataString(name)}-{now:yyyyMMdd'T'HHmmssfff'Z'}.json");

    /// <summary>The files that keep things as they were, newest first.</summary>
    /// <exception cref="IOException">The folder cannot be read; as UnauthorizedAccessException says, too.</exception>
    public IReadOnlyList<string> Kept(KeptFile sort)
    {
        var folder = new DirectoryInfo(At(".sparkazure", FolderOf(sort)));
        if (!folder.Exists)
        {
            return [];
        }

        return [.. folder.EnumerateFiles("*.json").OrderByDescending(f => f.LastWriteTimeUtc).Select(f => f.FullName)];
    }

    /// <summary>The file whose lock whoever changes the settings holds.</summary>
    internal string SettingsLock => At(".sparkazure", "settings.lock");

    /// <summary>
    /// As whom root reads what the directory's files name: they are that account's words, and must not lead root to what
    /// only root may read.
    /// </summary>
    internal UnixAccount? Reader => FileOwner.IsRoot ? TreeOwner.Of(Path) : null;

    /// <summary>What was written into the settings' files, and when, for whoever asks whether DSS has read it.</summary>
    internal string WrittenSettings => At(".sparkazure", "settings.written");

    /// <summary>The number of the process of DSS's supervisor, while it runs.</summary>
    internal string SupervisorPid => At("run", "supervisord.pid");

    /// <summary>The files that DSS's start script reads, in its order; the last one is its administrator's.</summary>
    internal IReadOnlyList<string> EnvironmentFiles => [EnvDefault, EnvHadoop, EnvSpark, EnvSite];

    private string VersionFile => At("dss-version.json");

    private string InstallIni => At("install.ini");

    /// <summary>Takes a path for a data directory after looking for the files that make it one.</summary>
    /// <exception cref="SparkAzureException">NotADataDirectory.</exception>
    public static DssDataDirectory Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw DssErrors.NotADataDirectory(path, File.Exists(path) ? "it is a file" : "it does not exist");
        }

        var directory = new DssDataDirectory(System.IO.Path.GetFullPath(path));
        foreach (var needed in new[] { directory.VersionFile, directory.EnvDefault })
        {
            if (!File.Exists(needed))
            {
                throw DssErrors.NotADataDirectory(path, $"it has no {System.IO.Path.GetRelativePath(path, needed)}");
            }
        }

        return directory;
    }

    /// <summary>Reads what the files say of the installation.</summary>
    /// <exception cref="SparkAzureException">DssFileUnreadable, CannotRead.</exception>
    public async Task<DssInstallation> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var defaults = await ShellExports.ReadAsync(EnvDefault, cancellationToken).ConfigureAwait(false);
            if (!defaults.TryGetValue("DKUINSTALLDIR", out var kit) || kit.Length == 0)
            {
                throw DssErrors.DssFileUnreadable(EnvDefault, "it does not define DKUINSTALLDIR");
            }

            var version = await ProductVersionAsync(VersionFile, cancellationToken).ConfigureAwait(false)
                ?? throw DssErrors.DssFileUnreadable(VersionFile, "it has no product_version");
            var kitVersion = await ProductVersionAsync(
                System.IO.Path.Combine(kit, "dss-version.json"), cancellationToken, Reader).ConfigureAwait(false);
            var ini = await InstallIniFile.ReadAsync(InstallIni, cancellationToken).ConfigureAwait(false);
            var hadoop = await ShellExports.ReadAsync(EnvHadoop, cancellationToken).ConfigureAwait(false);
            var spark = await ShellExports.ReadAsync(EnvSpark, cancellationToken).ConfigureAwait(false);

            var installation = new DssInstallation
            {
                DataDirectory = Path,
                Version = version,
                KitDirectory = kit,
                KitVersion = kitVersion,
                UpgradePending = kitVersion is not null && kitVersion != version,
                NodeType = NodeTypeOf(defaults, ini),
                InstallId = ini.GetValueOrDefault("general.installid"),
                Port = PortOf(defaults, "DKU_NGINX_PORT")
                    ?? PortOf(defaults, "DKU_BASE_PORT")
                    ?? IntOf(ini.GetValueOrDefault("server.port"))
                    ?? 0,
                BackendPort = PortOf(defaults, "DKU_BACKEND_PORT"),
                Owner = FileOwner.Of(Path)?.UserName ?? Environment.UserName,
                UserIsolation = await UserIsolationAsync(cancellationToken).ConfigureAwait(false),
                HadoopIntegration = IsTrue(hadoop, "DKU_HADOOP_ENABLED"),
                HadoopVersionString = hadoop.GetValueOrDefault("DKU_HADOOP_VERSION_STRING"),
                SparkIntegration = IsTrue(spark, "DKU_SPARK_ENABLED"),
                SparkHome = spark.GetValueOrDefault("DKU_SPARK_HOME"),
                SparkVersion = spark.GetValueOrDefault("DKU_SPARK_VERSION"),
            };
            return installation with { Notes = [.. DssLimits.NotesFor(installation)] };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(Path, exception);
        }
    }

    /// <summary>The variables that the files export which DSS's start script reads; a later file's word counts.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    internal async Task<IReadOnlyDictionary<string, string>> ReadEnvironmentAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in EnvironmentFiles)
            {
                foreach (var (name, value) in await ShellExports.ReadAsync(file, cancellationToken).ConfigureAwait(false))
                {
                    all[name] = value;
                }
            }

            return all;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(Path, exception);
        }
    }

    private static string NodeTypeOf(
        IReadOnlyDictionary<string, string> defaults, IReadOnlyDictionary<string, string> ini)
    {
        var type = defaults.GetValueOrDefault("DKU_NODE_TYPE") ?? ini.GetValueOrDefault("general.nodetype") ?? "design";

        // A deployer is written as an automation node whose projects module is off (install_config.py of the kit).
        if (type == "automation" && ini.GetValueOrDefault("modules.projects") == "false")
        {
            return "deployer";
        }

        return type;
    }

    private static bool IsTrue(IReadOnlyDictionary<string, string> exports, string name) =>
        string.Equals(exports.GetValueOrDefault(name), "true", StringComparison.OrdinalIgnoreCase);

    private static int? PortOf(IReadOnlyDictionary<string, string> exports, string name) =>
        IntOf(exports.GetValueOrDefault(name));

    private static int? IntOf(string? text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }

    private static async Task<string?> ProductVersionAsync(
        string path, CancellationToken cancellationToken, UnixAccount? reader = null)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var document = await ParseAsync(path, cancellationToken, reader).ConfigureAwait(false);
        var version = document.Root["product_version"];
        if (version?.Kind == JsonValueKind.String)
        {
            return version.Scalar;
        }

        return null;
    }

    private async Task<bool> UserIsolationAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(GeneralSettings))
        {
            return false;
        }

        return UserIsolation.IsOn(await ParseAsync(GeneralSettings, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<JsonText> ParseAsync(
        string path, CancellationToken cancellationToken, UnixAccount? reader = null)
    {
        try
        {
            var bytes = await RegularFile.ReadAllBytesAsync(path, cancellationToken, reader).ConfigureAwait(false);
            return JsonText.Parse(bytes, path);
        }
        catch (JsonTextException exception)
        {
            throw DssErrors.DssFileUnreadable(path, $"it is not JSON ({exception.Message})", exception);
        }
    }

    private static string FolderOf(KeptFile sort) => sort switch
    {
        KeptFile.SparkConfig => "spark-configs",
        _ => "connections",
    };

    private string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
