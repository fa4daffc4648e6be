using System.Text.Json;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>One named Spark configuration inside the general settings, read.</summary>
internal sealed class StoredSparkConfig
{
    // Where DSS's settings name the configuration that something runs with (dss.md 2.3).
    private static readonly string[] References = ["configForJupyter", "configForSEK", "configForInteractive"];

    /// <summary>Finds the configuration.</summary>
    /// <exception cref="SparkAzureException">SettingsUnexpected, SparkNotIntegrated, SparkConfigNotFound.</exception>
    public StoredSparkConfig(JsonText document, string name)
    {
        (Document, Name) = (document, name);
        Part = Find(document, name) ?? throw DssSettingsErrors.SparkConfigNotFound(name, NamesIn(document));
        Items = Conf(name).Read(document);
    }

    /// <summary>Its name in DSS.</summary>
    public string Name { get; }

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
            var users = References.Where(r => spark[r]?.Scalar == Name).ToList();
            if (spark["engineCreationSettings"]?["executionConfig"]?.Scalar == Name)
            {
                users.Add("engineCreationSettings");
            }

            return users;
        }
    }

    /// <summary>The value of a key as it may be shown; null when it is absent.</summary>
    public string? this[string key] => SparkSecrets.Shown(Items.FirstOrDefault(p => p.Name == key));

    /// <summary>The configuration's list of keys, in whatever document it is looked for.</summary>
    public static DssPropertyList Conf(string name) => DssPropertyList.SparkConf(document =>
        Find(document, name) ?? throw DssSettingsErrors.SparkConfigNotFound(name, NamesIn(document)));

    /// <summary>The configuration of that name as it stands in the settings; null when they have none.</summary>
    public static JsonText? TextOf(JsonText document, string name)
    {
        if (Find(document, name) is { } part)
        {
            return document.Extract(part, document.Source);
        }

        return null;
    }

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

    private static JsonPart? Find(JsonText document, string name) =>
        Settings(document)["executionConfigs"]?.Children.FirstOrDefault(c => c["name"]?.Scalar == name);
}
