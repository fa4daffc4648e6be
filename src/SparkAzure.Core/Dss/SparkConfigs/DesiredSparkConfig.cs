using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Security;
using System.Text.RegularExpressions;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>What a caller wants of a Spark configuration, checked.</summary>
/// <param name="Settings">The keys in the order in which they are set.</param>
/// <param name="Remove">The keys that are to go.</param>
/// <param name="Force">Writes a value also where an encrypted one stands.</param>
internal sealed partial record DesiredSparkConfig(
    IReadOnlyList<SparkSetting> Settings,
    IReadOnlyList<string> Remove,
    bool Force)
{
    private const string PreferredImage = "spark-py";

    private const string WantedTable =
        "Give -Property as a table of names and values: @{ 'spark.executor.memoryOverhead' = '1g' }.";

    // wildfly-openssl 1.0.4 does not get on with the libssl of Spark's images; without a native library it falls back
    // on the JVM's own TLS (howto 4.4, the note marked IMPORTANT and the optional step after it).
    private static readonly SparkSetting Executors = new(
        "spark.executor.extraJavaOptions", "-Dorg.wildfly.openssl.path=/dev/null", Extends: true);
    private static readonly SparkSetting Driver = Executors with { Key = "spark.driver.extraJavaOptions" };
    private static readonly SparkSetting ChannelMode = new(SparkKeys.AbfsChannelMode, "Default_JSSE");

    /// <summary>Checks what the caller wants.</summary>
    /// <param name="options">What the caller gave.</param>
    /// <param name="release">What is known of DSS.</param>
    /// <exception cref="SparkAzureException">Each of them InvalidArgument or NotSupported.</exception>
    public static DesiredSparkConfig Of(SparkConfigOptions options, DssRelease release)
    {
        if (options.DriverOpenSslFallback && options.HadoopVersion != 3)
        {
            throw DssSettingsErrors.DriverFallbackWithoutHadoop3();
        }

        var settings = SettingsOf(options);
        settings.AddRange(Tls(options, release).Where(t => t.Extends || settings.All(s => s.Key != t.Key)));
        var spark = ReleaseNumber.TryParse(options.SparkVersion ?? release.SparkVersion);
        settings = settings.ConvertAll(s => WithPort(s, spark));
        foreach (var setting in settings)
        {
            Check(setting, spark);
        }

        var remove = options.RemoveProperty.Select(KeyOf).Distinct().ToList();
        if (remove.Find(key => settings.Any(s => s.Key == key)) is { } both)
        {
            throw DssSettingsErrors.SparkPropertyInvalid(
                both, "it is to be set and to be removed", "Name it in -RemoveProperty, or give it a value.");
        }

        if (settings.Count + remove.Count > 0 || options.Create || options.FromFile is not null)
        {
            return new DesiredSparkConfig(settings, remove, options.Force);
        }

        throw DssSettingsErrors.SparkConfigEmpty();
    }

    /// <summary>The keys that Spark of that version would not heed, with the reason.</summary>
    public IEnumerable<(string Key, string Why)> NotHeeded(ReleaseNumber? spark) =>
        from setting in Settings
        let why = SparkKeys.Find(setting.Key)?.NotIn(spark)
        where why is not null
        select (setting.Key, why);

    private static List<SparkSetting> SettingsOf(SparkConfigOptions options)
    {
        var settings = TypedSparkKeys.SettingsOf(options, ImageOf).ToList();
        foreach (var property in Properties(options.Property))
        {
            if (settings.Find(s => s.Key == property.Key) is not { } same)
            {
                settings.Add(property);
            }
            else if (same.Value != property.Value)
            {
                throw DssSettingsErrors.SparkPropertyInvalid(
                    property.Key,
                    "another parameter gives it another value",
                    $"Give it once: by -{same.Parameter}, or in -Property.");
            }
        }

        return settings;
    }

    // A parameter promises its effect, so a Spark that cannot have it refuses it; a key that was named is the caller's
    // own affair.
    private static void Check(SparkSetting setting, ReleaseNumber? spark)
    {
        if (setting is { Key: SparkKeys.DeployMode, Value: not "client" })
        {
            throw DssSettingsErrors.SparkDeployModeNotSupported(setting.Value);
        }

        if (SparkKeys.Find(setting.Key) is not { } known || setting.Extends)
        {
            return;
        }

        if (known.Refusal(setting.Value) is { } refusal)
        {
            var near = NearestValue.To(known.Value, setting.Value);
            throw DssSettingsErrors.SparkPropertyInvalid(
                setting.Key,
                refusal,
                near is null ? "Give such a value, or leave it out." : $"Give {near}, if that is what was meant.");
        }

        if (setting.Parameter is not null && known.NotIn(spark) is { } why)
        {
            throw DssSettingsErrors.SparkTooOldForKey(setting.Parameter, setting.Key, why);
        }
    }

    private static IEnumerable<SparkSetting> Tls(SparkConfigOptions options, DssRelease release)
    {
        if (options.HadoopVersion != 3)
        {
            yield break;
        }

        var way = WayOf(options.OpenSslFallback, release);
        if (way is OpenSslFallback.WildflyPath or OpenSslFallback.Both)
        {
            yield return Executors;
        }

        if (options.DriverOpenSslFallback)
        {
            yield return Driver;
        }

        if (way is OpenSslFallback.ChannelMode or OpenSslFallback.Both)
        {
            yield return ChannelMode;
        }
    }

    private static OpenSslFallback WayOf(OpenSslFallback wanted, DssRelease release)
    {
        if (wanted is not OpenSslFallback.Auto)
        {
            return wanted;
        }

        if (ReleaseNumber.TryParse(release.HadoopRelease) is { } hadoop
            && HadoopFacts.ChannelModeSuffices.IsTrueOf(hadoop))
        {
            return OpenSslFallback.ChannelMode;
        }

        return OpenSslFallback.WildflyPath;
    }

    /// <summary>Refuses what cannot be a Spark master on Kubernetes.</summary>
    public static void CheckMaster(string master)
    {
        if (KubernetesMaster.TryParse(master) is null)
        {
            throw DssSettingsErrors.SparkMasterInvalid(master);
        }
    }

    // A master without a port is right for others and stays as it was given.
    private static SparkSetting WithPort(SparkSetting setting, ReleaseNumber? spark)
    {
        if (setting.Key != SparkKeys.Master
            || !KubernetesMaster.NeedsPort(spark)
            || KubernetesMaster.TryParse(setting.Value) is not { } master)
        {
            return setting;
        }

        return setting with { Value = master.WithPort() };
    }

    private static string ImageOf(IReadOnlyList<SparkImageName> images)
    {
        foreach (var image in images.Where(i => !Reference().IsMatch(i.Reference)))
        {
            throw DssSettingsErrors.SparkImageInvalid(image.Reference);
        }

        var different = images.DistinctBy(i => i.Reference).ToList();
        if (different is [var only])
        {
            return only.Reference;
        }

        if (different.Where(i => i.Name == PreferredImage).ToList() is [var preferred])
        {
            return preferred.Reference;
        }

        throw DssSettingsErrors.SparkImageAmbiguous(different.Select(i => i.Reference));
    }

    private static IEnumerable<SparkSetting> Properties(IDictionary? properties)
    {
        var settings = (properties ?? new Dictionary<string, string>())
            .Cast<DictionaryEntry>()
            .Select(e => new SparkSetting(
                KeyOf(e.Key), ValueOf(KeyOf(e.Key), e.Value), Secret: e.Value is SecureString))
            .ToList();

        // A hashtable has no order; two runs must still write the same.
        if (properties is IOrderedDictionary)
        {
            return settings;
        }

        return settings.OrderBy(s => s.Key, StringComparer.Ordinal);
    }

    private static string KeyOf(object key)
    {
        var text = key.ToString() ?? "";
        if (text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return text;
        }

        throw DssSettingsErrors.SparkPropertyInvalid(text, "a name has no white space and is not empty", WantedTable);
    }

    // Spark reads booleans in lower case and numbers without regional spelling.
    private static string ValueOf(string key, object? value) => value switch
    {
        null => throw DssSettingsErrors.SparkPropertyInvalid(key, "it has no value", WantedTable),
        string text => text,
        SecureString secret => secret.Reveal(),
        IEnumerable =>
            throw DssSettingsErrors.SparkPropertyInvalid(
                key, "its value is not a text, number, switch or secret", WantedTable),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) switch
        {
            "True" => "true",
            "False" => "false",
            var text => text ?? "",
        },
    };

    // Only what no registry would take is refused; the registry knows the rest of the grammar.
    [GeneratedRegex(
        """^[\w.\-:/\[\]]+(@[a-z0-9]+:[0-9a-f]+)?\z""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
