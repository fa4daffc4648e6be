using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparkAzure.Core.Dss;

/// <summary>Sets keys of one named Spark configuration in the text of DSS's general settings; nothing else in it changes.</summary>
internal sealed partial class SparkConfigEdit
{
    private const string Hidden = "***";

    private readonly DssPropertyList _conf;

    private SparkConfigEdit(JsonText before, JsonText after, string name, DssPropertyList conf, IReadOnlyList<SparkSetting> settings)
    {
        (Before, After, Name, _conf) = (before, after, name, conf);
        var (old, now) = (_conf.Read(before), _conf.Read(after));
        Changes =
        [
            .. settings.Select(s => s.Key).Distinct()
                .Select(key => (Key: key, Old: old.FirstOrDefault(p => p.Name == key), Now: now.First(p => p.Name == key)))
                .Where(c => c.Old?.Value != c.Now.Value || old.Count(p => p.Name == c.Key) > 1)
                .Select(c => new DssSparkConfigChange(c.Key, c.Old is null ? null : Shown(c.Old), Shown(c.Now))),
        ];
    }

    /// <summary>The document as it was.</summary>
    public JsonText Before { get; }

    /// <summary>The document as it is to be.</summary>
    public JsonText After { get; }

    /// <summary>The configuration's name.</summary>
    public string Name { get; }

    /// <summary>The keys whose value changes, or that stood there several times.</summary>
    public IReadOnlyList<DssSparkConfigChange> Changes { get; }

    /// <summary>True when there is something to save.</summary>
    public bool Needed => !Before.SameBytes(After);

    /// <summary>True when DSS itself sets master and image of this configuration, whatever its keys say (DSS 6.0 and later).</summary>
    public bool Managed => Configuration(After, Name)["kubernetesSettings"]?["managedKubernetes"]?.Kind == JsonValueKind.True;

    /// <summary>All keys with their values, secret ones masked; of a repeated key the first.</summary>
    public IReadOnlyDictionary<string, string> Property => _conf.Read(After)
        .DistinctBy(p => p.Name)
        .ToDictionary(p => p.Name, Shown, StringComparer.Ordinal);

    /// <summary>Keys that occur more than once in the document as it was.</summary>
    public IReadOnlyList<string> Repeated => [.. _conf.Read(Before).GroupBy(p => p.Name).Where(g => g.Count() > 1).Select(g => g.Key)];

    /// <summary>Makes the edit.</summary>
    /// <param name="document">The general settings.</param>
    /// <param name="name">The configuration's name.</param>
    /// <param name="settings">The keys to set.</param>
    /// <param name="force">Writes a value also where an encrypted one stands.</param>
    /// <exception cref="SparkAzureException">SettingsUnexpected, SparkNotIntegrated, SparkConfigNotFound, SparkOptionEncrypted.</exception>
    public static SparkConfigEdit Make(JsonText document, string name, IReadOnlyList<SparkSetting> settings, bool force)
    {
        _ = Configuration(document, name);
        var conf = DssPropertyList.SparkConf(text => Configuration(text, name));
        var after = document;
        foreach (var setting in settings)
        {
            var found = conf.Find(after, setting.Key);
            if (setting.Extends && found is { Encrypted: true })
            {
                throw DssSettingsErrors.SparkOptionEncrypted(setting.Key);
            }

            var value = setting.Extends ? JvmOptions.Extend(found?.Value, setting.Value) : setting.Value;
            after = conf.Set(after, setting.Key, value, secret: found is null && Sensitive().IsMatch(setting.Key), rewrite: force);
        }

        return new SparkConfigEdit(document, after, name, conf, settings);
    }

    /// <summary>Keys of the wish whose value is stored encrypted and was therefore left.</summary>
    public IReadOnlyList<string> NotCompared(IReadOnlyList<SparkSetting> settings) =>
        [.. settings.Select(s => s.Key).Distinct().Where(key => _conf.Find(After, key) is { Encrypted: true })];

    /// <summary>The names of the Spark configurations in the general settings.</summary>
    public static IReadOnlyList<string> NamesIn(JsonText document) =>
        [.. (document.Root["sparkSettings"]?["executionConfigs"]?.Children ?? []).Select(c => c["name"]?.Scalar).OfType<string>()];

    private static JsonPart Configuration(JsonText document, string name)
    {
        if (document.Root.Kind != JsonValueKind.Object)
        {
            throw DssSettingsErrors.SettingsUnexpected(document.Source, "", "an object");
        }

        if (document.Root["sparkSettings"] is not { Kind: JsonValueKind.Object } spark)
        {
            throw DssSettingsErrors.SparkNotIntegrated(document.Source);
        }

        return spark["executionConfigs"]?.Children.FirstOrDefault(c => c["name"]?.Scalar == name)
            ?? throw DssSettingsErrors.SparkConfigNotFound(name, NamesIn(document));
    }

    private static string Shown(DssProperty property) =>
        property.Secret || property.Encrypted || Sensitive().IsMatch(property.Name) ? Hidden : property.Value ?? "";

    // Spark's own list of what it blots out of its logs (spark.redaction.regex), and what carries storage keys in Hadoop.
    [GeneratedRegex("secret|password|token|access[.]?key|account[.]key|credential", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Sensitive();
}
