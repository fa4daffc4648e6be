using System.Globalization;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Proof;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>What will be run, read from DSS and checked, before anything is started.</summary>
internal sealed record SmokeTestPlan
{
    /// <summary>Executors take part from two on: with one, nothing shows that they reach each other.</summary>
    private const int LeastExecutors = 2;

    public required SmokeTestOptions Options { get; init; }

    public required DssInstallation Dss { get; init; }

    /// <summary>The account of DSS; null where it is this process's own.</summary>
    public UnixAccount? Account { get; init; }

    public required SparkDriverEnvironment Environment { get; init; }

    /// <summary>Spark's properties, secrets included.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>Below which address Parquet is written; null for none.</summary>
    public string? ParquetRoot { get; init; }

    /// <summary>What differs from a job of DSS.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public string Master => Properties[SparkKeys.Master];

    /// <summary>
    /// The API server that the driver connects to; null where it may go by a proxy, as only Spark's client knows then.
    /// </summary>
    public Uri? Server
    {
        get
        {
            var options = Value("spark.driver.extraJavaOptions") ?? "";
            if (Environment.HasProxy || options.Contains("proxy", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            return KubernetesMaster.TryParse(Master)?.Server;
        }
    }

    public string Namespace => Value("spark.kubernetes.namespace") ?? "default";

    public string? Image =>
        Value("spark.kubernetes.executor.container.image") ?? Value("spark.kubernetes.container.image");

    /// <summary>The kubeconfig with which pods are watched.</summary>
    public string KubeConfig =>
        Options.KubeConfig ?? KubeConfigFile.FirstOf(Environment.KubeConfig) ?? Environment.KubeConfig;

    /// <summary>Its context; null for the current one.</summary>
    public string? Context => Options.KubeConfig is null ? Value("spark.kubernetes.context") : null;

    /// <summary>Reads DSS and makes the plan.</summary>
    /// <exception cref="SparkAzureException">An id of SmokeTestErrors; what reading DSS throws.</exception>
    public static async Task<SmokeTestPlan> MakeAsync(
        SmokeTestOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var directory = DssDataDirectory.Open(options.DataDirectory);
        var owner = DssAdmin.OwnerOf(directory);
        var account = FileOwner.IsRoot ? owner?.Account : null;
        var environment = await SparkDriver.LookAsync(directory.Path, account, cancellationToken).ConfigureAwait(false);
        var dss = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        RequireSpark(directory.Path, environment);
        if (options.Application is { } application && !File.Exists(application))
        {
            throw SmokeTestErrors.ApplicationNotFound(application);
        }

        using var settings = DssSettings.Open(new DssAddress { DataDirectory = directory.Path }, caller);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        var notes = new List<string>();
        var properties = Keys(new StoredSparkConfig(document, options.Configuration), notes);
        var connection = await ConnectionAsync(settings, options, cancellationToken).ConfigureAwait(false);
        if (options.ConnectionSecret is not null && connection?.TookSecret != true)
        {
            caller.Warning(UnusedSecret(options.Connection));
        }

        foreach (var (key, value) in connection?.Properties ?? new Dictionary<string, string>())
        {
            properties["spark.hadoop." + key] = value;
        }

        return new SmokeTestPlan
        {
            Options = options,
            Dss = dss,
            Account = account,
            Environment = environment,
            Properties = properties,
            ParquetRoot = connection?.Root,
            Notes = notes,
        };
    }

    /// <summary>The driver for one run.</summary>
    public SparkDriverOptions Driver(string name, SparkDriverMode mode, TimeSpan limit) => new()
    {
        DataDirectory = Dss.DataDirectory,
        Account = Account,
        Mode = mode,
        Name = name,
        SparkVersion = Dss.SparkVersion ?? "unknown",
        Properties = new Dictionary<string, string>(Properties) { ["spark.app.id"] = name },
        Executors = LeastExecutors,
        ParquetRoot = ParquetRoot,
        Application = Options.Application,
        Limit = limit,
    };

    private static void RequireSpark(string dataDirectory, SparkDriverEnvironment environment)
    {
        if (environment.SparkHome.Length == 0 || !Directory.Exists(environment.SparkHome))
        {
            throw SmokeTestErrors.SmokeTestWithoutSpark(dataDirectory);
        }

        if (environment.Java.Length == 0)
        {
            throw SmokeTestErrors.SmokeTestWithoutJava(dataDirectory);
        }

        var jars = Path.Combine(environment.SparkHome, "jars");
        if (!Directory.Exists(jars) || !Directory.EnumerateFiles(jars, "scala-compiler*.jar").Any())
        {
            throw SmokeTestErrors.SmokeTestWithoutCompiler(environment.SparkHome);
        }
    }

    private static Dictionary<string, string> Keys(StoredSparkConfig config, List<string> notes)
    {
        if (config.Managed)
        {
            throw SmokeTestErrors.SmokeTestManaged(config.Name);
        }

        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in config.Items.Where(i => i.Value is not null).DistinctBy(i => i.Name))
        {
            if (item.Encrypted)
            {
                notes.Add($"{item.Name} is left out: only DSS can read its value.");
                continue;
            }

            keys[item.Name] = item.Value!;
        }

        var master = keys.GetValueOrDefault(SparkKeys.Master);
        if (master?.StartsWith("k8s://", StringComparison.Ordinal) != true)
        {
            throw SmokeTestErrors.SmokeTestNotKubernetes(config.Name, master);
        }

        if (keys.GetValueOrDefault("spark.submit.deployMode") == "cluster")
        {
            throw SmokeTestErrors.SmokeTestClusterMode(config.Name);
        }

        RequireTwoExecutors(keys, notes);
        return keys;
    }

    private static void RequireTwoExecutors(Dictionary<string, string> keys, List<string> notes)
    {
        const string Key = "spark.executor.instances";
        var there = keys.GetValueOrDefault(Key);
        if (int.TryParse(there, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted >= LeastExecutors)
        {
            return;
        }

        if (there is not null)
        {
            notes.Add($"{Key} is {LeastExecutors} here, so that executors meet each other; the configuration has {there}.");
        }

        keys[Key] = LeastExecutors.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<SmokeTestConnection?> ConnectionAsync(
        IDssSettings settings, SmokeTestOptions options, CancellationToken cancellationToken)
    {
        if (options.Connection is not { } name)
        {
            return null;
        }

        var connection = await settings.FindConnectionAsync(name, cancellationToken).ConfigureAwait(false);
        if (connection is null)
        {
            var all = await settings.ReadConnectionsAsync(cancellationToken).ConfigureAwait(false);
            var ofAdls = all.Where(c => StoredAdlsConnection.Of(c.Value) is not null).Select(c => c.Key);
            throw AdlsErrors.ConnectionNotFound(name, settings.Source, [.. ofAdls.Order(StringComparer.Ordinal)]);
        }

        return SmokeTestConnection.Of(name, connection, options.ConnectionSecret?.Reveal());
    }

    private static string UnusedSecret(string? connection) => connection is null
        ? "-ConnectionSecret is not used: no connection is named with -Connection."
        : $"-ConnectionSecret is not used: DSS keeps nothing of the connection '{connection}' encrypted, and the job takes " +
          "what stands there in clear, as a job of DSS does. Set-DssAdlsConnection puts another secret there.";

    private string? Value(string key) => Properties.TryGetValue(key, out var value) ? value : null;
}
