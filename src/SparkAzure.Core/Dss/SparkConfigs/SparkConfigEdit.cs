using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>
/// Sets and removes keys of one named Spark configuration in the text of DSS's general settings; nothing else in it
/// changes.
/// </summary>
internal sealed class SparkConfigEdit
{
    private SparkConfigEdit(JsonText before, JsonText after, string name, IReadOnlyList<string> keys)
    {
        (Before, After) = (before, after);
        Current = new StoredSparkConfig(after, name);
        Changes = Differences(new StoredSparkConfig(before, name).Items, Current.Items, keys);
    }

    /// <summary>The document as it was.</summary>
    public JsonText Before { get; }

    /// <summary>The document as it is to be.</summary>
    public JsonText After { get; }

    /// <summary>The configuration as it is to be.</summary>
    public StoredSparkConfig Current { get; }

    /// <summary>The keys whose value changes, or that stood there several times.</summary>
    public IReadOnlyList<DssSparkConfigChange> Changes { get; }

    /// <summary>True when there is something to save.</summary>
    public bool Needed => !Before.SameBytes(After);

    /// <summary>Makes the edit.</summary>
    /// <param name="document">The general settings.</param>
    /// <param name="name">The configuration's name.</param>
    /// <param name="desired">What is wanted.</param>
    /// <exception cref="SparkAzureException">
    /// SettingsUnexpected, SparkNotIntegrated, SparkConfigNotFound, SparkOptionEncrypted.
    /// </exception>
    public static SparkConfigEdit Make(JsonText document, string name, DesiredSparkConfig desired)
    {
        var conf = StoredSparkConfig.Conf(name);
        _ = new StoredSparkConfig(document, name);
        var after = document;
        foreach (var setting in desired.Settings)
        {
            var found = conf.Find(after, setting.Key);
            if (setting.Extends && found is { Encrypted: true })
            {
                throw DssSettingsErrors.SparkOptionEncrypted(setting.Key);
            }

            var value = setting.Extends ? JvmOptions.Extend(found?.Value, setting.Value) : setting.Value;
            after = conf.Set(
                after,
                setting.Key,
                value,
                secret: setting.Secret || (found is null && SparkSecrets.IsSecretKey(setting.Key)),
                rewrite: desired.Force);
        }

        foreach (var key in desired.Remove)
        {
            while (conf.Find(after, key) is { } found)
            {
                after = after.Remove(found.Item);
            }
        }

        return new SparkConfigEdit(document, after, name, [.. desired.Settings.Select(s => s.Key), .. desired.Remove]);
    }

    /// <summary>Adds a configuration where there is none of that name.</summary>
    /// <param name="document">The general settings.</param>
    /// <param name="name">The configuration's name.</param>
    /// <param name="saved">Its content in DSS's own spelling; null for an empty one.</param>
    public static JsonText Add(JsonText document, string name, JsonText? saved)
    {
        var spark = StoredSparkConfig.Settings(document);
        document = spark["executionConfigs"] switch
        {
            null => document.Add(spark, "executionConfigs", new JsonArray()),
            { Kind: JsonValueKind.Null } nothing => document.Replace(nothing, new JsonArray()),
            { Kind: JsonValueKind.Array } => document,
            { } other => throw DssSettingsErrors.SettingsUnexpected(document.Source, other.Path, "a list"),
        };
        var item = new JsonObject { ["name"] = name, ["description"] = "", ["conf"] = new JsonArray() };
        document = document.Append(StoredSparkConfig.Settings(document)["executionConfigs"]!, item);
        if (saved is null)
        {
            return document;
        }

        return document.ReplaceVerbatim(
            StoredSparkConfig.Settings(document)["executionConfigs"]!.Children[^1], Named(saved, name));
    }

    /// <summary>Puts a configuration as it was saved in the place of the one of that name, or beside the others.</summary>
    /// <param name="document">The general settings.</param>
    /// <param name="name">The configuration's name.</param>
    /// <param name="saved">Its content in DSS's own spelling.</param>
    public static JsonText Put(JsonText document, string name, JsonText saved)
    {
        if (!StoredSparkConfig.IsIn(document, name))
        {
            return Add(document, name, saved);
        }

        // As it lies in the document; the file has it moved to the left.
        var there = new StoredSparkConfig(document, name);
        var content = Named(saved, name);
        if (document.Extract(there.Part, document.Source).SameBytes(content))
        {
            return document;
        }

        return document.ReplaceVerbatim(there.Part, content);
    }

    /// <summary>The keys that differ between two lists, in the order of the second and then of the first.</summary>
    public static IReadOnlyList<DssSparkConfigChange> Differences(
        IReadOnlyList<DssProperty> before, IReadOnlyList<DssProperty> after) =>
        Differences(before, after, after.Concat(before).Select(p => p.Name));

    /// <summary>Takes a whole configuration out.</summary>
    public static JsonText Remove(StoredSparkConfig configuration) => configuration.Document.Remove(configuration.Part);

    private static IReadOnlyList<DssSparkConfigChange> Differences(
        IReadOnlyList<DssProperty> before, IReadOnlyList<DssProperty> after, IEnumerable<string> keys)
    {
        var (old, now) = (before.ToLookup(p => p.Name), after.ToLookup(p => p.Name));
        return
        [
            .. keys.Distinct()
                .Select(key => (Key: key, Old: old[key].FirstOrDefault(), Now: now[key].FirstOrDefault()))
                .Where(c => c.Old?.Value != c.Now?.Value || old[c.Key].Count() != now[c.Key].Count())
                .Select(c => new DssSparkConfigChange(c.Key, SparkSecrets.Shown(c.Old), SparkSecrets.Shown(c.Now))),
        ];
    }

    // The file may have been put back under another name.
    private static JsonText Named(JsonText saved, string name)
    {
        if (saved.Root["name"]?.Scalar == name)
        {
            return saved;
        }

        if (saved.Root["name"] is { } there)
        {
            return saved.Replace(there, name);
        }

        return saved.Add(saved.Root, "name", name);
    }
}
