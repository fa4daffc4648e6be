using System.Globalization;
using System.Text.Json;

namespace SparkAzure.Core.Dss;

/// <summary>One named Spark configuration inside the general settings, read.</summary>
internal sealed class SparkConfigPart
{
    // Where DSS's settings name the configuration that something runs with (dss.md 2.3).
    private static readonly string[] References = ["configForJupyter", "configForSEK", "configForInteractive"];

    private readonly string _name;

    /// <summary>Finds the configuration.</summary>
    /// <exception cref="SparkAzureException">SettingsUnexpected, SparkNotIntegrated, SparkConfigNotFound.</exception>
    public SparkConfigPart(JsonText document, string name)
    {
        (Document, _name) = (document, name);
        Part = Find(document, name) ?? throw DssSettingsErrors.SparkConfigNotFound(name, NamesIn(document));
        Items = Conf(name).Read(document);
    }

    /// <summary>The general settings.</summary>
    public JsonText Document { get; }

    /// <summary>Where the configuration stands in them.</summary>
    public JsonPart Part { get; }

    /// <summary>Its entries.</summary>
    public IReadOnlyList<DssProperty> Items { get; }

    /// <summary>
    /// True when DSS itself sets master and image of this configuration, whatever its keys say (DSS 6.0 and later).
    /// </summary>
    public bool Managed => Part["kubernetesSettings"]?["managedKubernetes"]?.Kind == JsonValueKind.True;

    /// <summary>Keys that occur more than once.</summary>
    public IReadOnlyList<string> Repeated =>
        [.. Items.GroupBy(p => p.Name).Where(g => g.Count() > 1).Select(g => g.Key)];

    /// <summary>What in DSS's settings uses the configuration.</summary>
    public IReadOnlyList<string> UsedBy
    {
        get
        {
            var spark = Settings(Document);
            return
            [
                .. References.Where(r => spark[r]?.Scalar == _name),
                .. spark["engineCreationSettings"]?["executionConfig"]?.Scalar == _name
                    ? ["engineCreationSettings"]
                    : Array.Empty<string>(),
            ];
        }
    }

    /// <summary>True when user isolation (impersonation) is on.</summary>
    public bool UserIsolation => Document.Root["impersonation"]?["enabled"]?.Kind == JsonValueKind.True;

    /// <summary>The value of a key as it may be shown; null when it is absent.</summary>
    public string? this[string key] => SparkSecrets.Shown(Items.FirstOrDefault(p => p.Name == key));

    /// <summary>The configuration's list of keys, in whatever document it is looked for.</summary>
    public static DssPropertyList Conf(string name) => DssPropertyList.SparkConf(document =>
        Find(document, name) ?? throw DssSettingsErrors.SparkConfigNotFound(name, NamesIn(document)));

    /// <summary>Whether the settings have a configuration of that name.</summary>
    public static bool IsIn(JsonText document, string name) => Find(document, name) is not null;

    /// <summary>The names of the Spark configurations in the general settings.</summary>
    public static IReadOnlyList<string> NamesIn(JsonText document) =>
        [
            .. (document.Root["sparkSettings"]?["executionConfigs"]?.Children ?? [])
                .Select(c => c["name"]?.Scalar)
                .OfType<string>()
        ];

    /// <summary><c>sparkSettings</c> of the general settings.</summary>
    /// <exception cref="SparkAzureException">SettingsUnexpected, SparkNotIntegrated.</exception>
    public static JsonPart Settings(JsonText document)
    {
        if (document.Root.Kind != JsonValueKind.Object)
        {
            throw DssSettingsErrors.SettingsUnexpected(document.Source, "", "an object");
        }

        if (document.Root["sparkSettings"] is { Kind: JsonValueKind.Object } spark)
        {
            return spark;
        }

        throw DssSettingsErrors.SparkNotIntegrated(document.Source);
    }

    /// <summary>The configuration for a user's eyes.</summary>
    public DssSparkConfig View(DssRelease release) => new()
    {
        Name = _name,
        Description = Part["description"]?.Scalar is { Length: > 0 } description ? description : null,
        DssVersion = release.Version,
        SparkVersion = release.SparkVersion,
        ManagedKubernetes = Managed,
        UsedBy = UsedBy,
        SparkMaster = this[SparkKeys.Master],
        Image = this[SparkKeys.Image],
        ImagePullPolicy = this[SparkKeys.ImagePullPolicy],
        ImagePullSecretName = this[SparkKeys.ImagePullSecrets]?.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? [],
        Namespace = this[SparkKeys.Namespace],
        ServiceAccount = this[SparkKeys.ServiceAccount],
        DriverHost = this[SparkKeys.DriverHost],
        DriverBindAddress = this[SparkKeys.DriverBindAddress],
        DriverPort = Number(SparkKeys.DriverPort),
        BlockManagerPort = Number(SparkKeys.BlockManagerPort),
        UiPort = Number(SparkKeys.UiPort),
        PortMaxRetries = Number(SparkKeys.PortMaxRetries),
        ExecutorInstances = Number(SparkKeys.ExecutorInstances),
        ExecutorMemory = this[SparkKeys.ExecutorMemory],
        ExecutorCores = Number(SparkKeys.ExecutorCores),
        ExecutorRequestCores = this[SparkKeys.ExecutorRequestCores],
        ExecutorLimitCores = this[SparkKeys.ExecutorLimitCores],
        MemoryOverheadFactor = double.TryParse(
            this[SparkKeys.MemoryOverheadFactor], NumberStyles.Float, CultureInfo.InvariantCulture, out var factor)
            ? factor
            : null,
        PythonVersion = Number(SparkKeys.PythonVersion),
        Property = Items.DistinctBy(p => p.Name).ToDictionary(
            p => p.Name, p => SparkSecrets.Shown(p)!, StringComparer.Ordinal),
        Items =
        [
            .. Items.Select(p => new DssSparkConfigItem(
                p.Name,
                SparkSecrets.Shown(p),
                p.Secret,
                p.Encrypted,
                p.Item["isFinal"]?.Kind == JsonValueKind.True))
        ],
        Repeated = Repeated,
        Notes = [.. SparkConfigLimits.NotesFor(this, release)],
    };

    private static JsonPart? Find(JsonText document, string name) =>
        Settings(document)["executionConfigs"]?.Children.FirstOrDefault(c => c["name"]?.Scalar == name);

    // DSS's variables and other texts that are no number are in Property only.
    private int? Number(string key)
    {
        if (int.TryParse(this[key], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }
}
