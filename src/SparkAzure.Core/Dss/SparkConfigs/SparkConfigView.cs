using System.Text.Json;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>Spark configurations for a user's eyes: typed, with their notes, and no secret among the values.</summary>
internal sealed class SparkConfigView(DssAddress dss, IDssSettings settings, DssRelease release)
{
    /// <summary>A configuration.</summary>
    public DssSparkConfig Of(StoredSparkConfig config)
    {
        var view = None(config.Name) with
        {
            Description = DescriptionOf(config),
            SparkVersion = release.SparkVersion,
            SparkHome = release.SparkHome,
            ManagedKubernetes = config.Managed,
            UsedBy = config.UsedBy,
            Property = config.Items
                .DistinctBy(p => p.Name)
                .ToDictionary(p => p.Name, p => SparkSecrets.Shown(p)!, StringComparer.Ordinal),
            Items = [.. config.Items.Select(ItemOf)],
            Repeated = config.Repeated,
            Notes = [.. SparkConfigLimits.NotesFor(config, release)],
        };
        return TypedSparkKeys.Show(view, key => config[key]);
    }

    /// <summary>What stands for a configuration that is not there.</summary>
    public DssSparkConfig None(string name) => new()
    {
        DataDirectory = dss.DataDirectory is null ? null : settings.Source,
        Uri = dss.Uri,
        Name = name,
        DssVersion = release.Version,
    };

    private static string? DescriptionOf(StoredSparkConfig config)
    {
        var description = config.Part["description"]?.Scalar;
        if (string.IsNullOrEmpty(description))
        {
            return null;
        }

        return description;
    }

    private static DssSparkConfigItem ItemOf(DssProperty property) => new(
        property.Name,
        SparkSecrets.Shown(property),
        property.Secret,
        property.Encrypted,
        property.Item["isFinal"]?.Kind == JsonValueKind.True);
}
