using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Security;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss;

/// <summary>One key that is to be set.</summary>
/// <param name="Key">The Spark property.</param>
/// <param name="Value">Its value, or, with <paramref name="Extends"/>, the JVM option that its value is to contain.</param>
/// <param name="Extends">True to keep what else stands in the value.</param>
/// <param name="Parameter">The parameter it came from; null when it was named as a key.</param>
/// <param name="Secret">True when the caller gave it as a secret: DSS is to encrypt it.</param>
internal sealed record SparkSetting(string Key, string Value, bool Extends = false, string? Parameter = null, bool Secret = false)
{
    /// <summary>The key and where it came from; never the value, which may be a secret.</summary>
    public override string ToString() => Key;
}

/// <summary>What a caller wants of a Spark configuration, checked.</summary>
/// <param name="Settings">The keys in the order in which they are set.</param>
/// <param name="Remove">The keys that are to go.</param>
/// <param name="Force">Writes a value also where an encrypted one stands.</param>
internal sealed partial record SparkConfigWish(IReadOnlyList<SparkSetting> Settings, IReadOnlyList<string> Remove, bool Force)
{
    private const string PreferredImage = "spark-py";

    // wildfly-openssl 1.0.4 does not get on with the libssl of Spark's images; without a native library it falls back on the JVM's
    // own TLS (howto 4.4, the note marked IMPORTANT and the optional step after it).
    private static readonly SparkSetting Executors = new("spark.executor.extraJavaOptions", "-Dorg.wildfly.openssl.path=/dev/null", Extends: true);
    private static readonly SparkSetting Driver = Executors with { Key = "spark.driver.extraJavaOptions" };
    private static readonly SparkSetting ChannelMode = new(SparkKeys.AbfsChannelMode, "Default_JSSE");

    /// <summary>Checks what the caller wants.</summary>
    /// <param name="options">What the caller gave.</param>
    /// <param name="release">What is known of DSS.</param>
    /// <exception cref="SparkAzureException">Each of them InvalidArgument or NotSupported.</exception>
    public static SparkConfigWish Of(SparkConfigOptions options, DssRelease release)
    {
        if (options.DriverOpenSslFallback && options.HadoopVersion != 3)
        {
            throw DssSettingsErrors.DriverFallbackWithoutHadoop3();
        }

        var settings = Named(options).ToList();
        foreach (var property in Properties(options.Property))
        {
            if (settings.FirstOrDefault(s => s.Key == property.Key) is not { } same)
            {
                settings.Add(property);
            }
            else if (same.Value != property.Value)
            {
                throw DssSettingsErrors.SparkPropertyInvalid(property.Key, "another parameter gives it another value");
            }
        }

        settings.AddRange(Tls(options, release).Where(t => t.Extends || settings.All(s => s.Key != t.Key)));
        var spark = ReleaseNumber.TryParse(options.SparkVersion ?? release.SparkVersion);
        foreach (var setting in settings)
        {
            Check(setting, spark);
        }

        var remove = options.RemoveProperty.Select(KeyOf).Distinct().ToList();
        if (remove.Find(key => settings.Any(s => s.Key == key)) is { } both)
        {
            throw DssSettingsErrors.SparkPropertyInvalid(both, "it is to be set and to be removed");
        }

        return settings.Count + remove.Count > 0 || options.Create || options.FromFile is not null
            ? new SparkConfigWish(settings, remove, options.Force)
            : throw DssSettingsErrors.SparkConfigEmpty();
    }

    /// <summary>The keys that Spark of that version would not heed, with the reason.</summary>
    public IEnumerable<(string Key, string Why)> NotHeeded(ReleaseNumber? spark) =>
        from setting in Settings
        let why = SparkKeys.Find(setting.Key)?.NotIn(spark)
        where why is not null
        select (setting.Key, why);

    // A parameter promises its effect, so a Spark that cannot have it refuses it; a key that was named is the caller's own affair.
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
            throw DssSettingsErrors.SparkPropertyInvalid(setting.Key, refusal);
        }

        if (setting.Parameter is not null && known.NotIn(spark) is { } why)
        {
            throw DssSettingsErrors.SparkTooOldForKey(setting.Parameter, setting.Key, why);
        }
    }

    private static IEnumerable<SparkSetting> Named(SparkConfigOptions o)
    {
        static string? Text<T>(T? value)
            where T : struct, IFormattable => value?.ToString(null, CultureInfo.InvariantCulture);

        (string Parameter, string Key, string? Value)[] named =
        [
            ("SparkMaster", SparkKeys.Master, o.SparkMaster),
            ("Image", SparkKeys.Image, o.Image.Count > 0 ? ImageOf(o.Image) : null),
            ("ImagePullPolicy", SparkKeys.ImagePullPolicy, o.ImagePullPolicy),
            ("ImagePullSecretName", SparkKeys.ImagePullSecrets, o.ImagePullSecretName.Count > 0 ? string.Join(",", o.ImagePullSecretName) : null),
            ("Namespace", SparkKeys.Namespace, o.Namespace),
            ("ServiceAccount", SparkKeys.ServiceAccount, o.ServiceAccount),
            ("DriverHost", SparkKeys.DriverHost, o.DriverHost),
            ("DriverBindAddress", SparkKeys.DriverBindAddress, o.DriverBindAddress),
            ("DriverPort", SparkKeys.DriverPort, Text(o.DriverPort)),
            ("BlockManagerPort", SparkKeys.BlockManagerPort, Text(o.BlockManagerPort)),
            ("UiPort", SparkKeys.UiPort, Text(o.UiPort)),
            ("PortMaxRetries", SparkKeys.PortMaxRetries, Text(o.PortMaxRetries)),
            ("ExecutorInstances", SparkKeys.ExecutorInstances, Text(o.ExecutorInstances)),
            ("ExecutorMemory", SparkKeys.ExecutorMemory, o.ExecutorMemory),
            ("ExecutorCores", SparkKeys.ExecutorCores, Text(o.ExecutorCores)),
            ("ExecutorRequestCores", SparkKeys.ExecutorRequestCores, o.ExecutorRequestCores),
            ("ExecutorLimitCores", SparkKeys.ExecutorLimitCores, o.ExecutorLimitCores),
            ("MemoryOverheadFactor", SparkKeys.MemoryOverheadFactor, Text(o.MemoryOverheadFactor)),
            ("PythonVersion", SparkKeys.PythonVersion, Text(o.PythonVersion)),
        ];
        return named.Where(n => n.Value is not null).Select(n => new SparkSetting(n.Key, n.Value!, Parameter: n.Parameter));
    }

    private static IEnumerable<SparkSetting> Tls(SparkConfigOptions options, DssRelease release)
    {
        if (options.HadoopVersion != 3)
        {
            yield break;
        }

        var way = options.OpenSslFallback is not OpenSslFallback.Auto ? options.OpenSslFallback
            : ReleaseNumber.TryParse(release.HadoopRelease) is { } hadoop && HadoopFacts.ChannelModeSuffices.IsTrueOf(hadoop) ? OpenSslFallback.ChannelMode
            : OpenSslFallback.WildflyPath;
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

    /// <summary>Refuses what cannot be a Spark master on Kubernetes.</summary>
    public static void CheckMaster(string master)
    {
        // Spark takes the part after k8s:// with or without a scheme (https is meant).
        const string kubernetes = "k8s://";
        var address = master.StartsWith(kubernetes, StringComparison.Ordinal) ? master[kubernetes.Length..] : "";
        if (!Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : $"https://{address}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw DssSettingsErrors.SparkMasterInvalid(master);
        }
    }

    private static string ImageOf(IReadOnlyList<SparkImageName> images)
    {
        foreach (var image in images.Where(i => !Reference().IsMatch(i.Reference)))
        {
            throw DssSettingsErrors.SparkImageInvalid(image.Reference);
        }

        var different = images.DistinctBy(i => i.Reference).ToList();
        var candidates = different.Count == 1 ? different : different.Where(i => i.Name == PreferredImage).ToList();
        return candidates.Count == 1
            ? candidates[0].Reference
            : throw DssSettingsErrors.SparkImageAmbiguous(different.Select(i => i.Reference));
    }

    private static IEnumerable<SparkSetting> Properties(IDictionary? properties)
    {
        var settings = (properties ?? new Dictionary<string, string>())
            .Cast<DictionaryEntry>()
            .Select(e => new SparkSetting(KeyOf(e.Key), ValueOf(KeyOf(e.Key), e.Value), Secret: e.Value is SecureString))
            .ToList();

        // A hashtable has no order; two runs must still write the same.
        return properties is IOrderedDictionary ? settings : settings.OrderBy(s => s.Key, StringComparer.Ordinal);
    }

    private static string KeyOf(object key)
    {
        var text = key.ToString() ?? "";
        return text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            ? text
            : throw DssSettingsErrors.SparkPropertyInvalid(text, "a name has no white space and is not empty");
    }

    // Spark reads booleans in lower case and numbers without regional spelling.
    private static string ValueOf(string key, object? value) => value switch
    {
        null => throw DssSettingsErrors.SparkPropertyInvalid(key, "it has no value"),
        string text => text,
        SecureString secret => secret.Reveal(),
        IEnumerable => throw DssSettingsErrors.SparkPropertyInvalid(key, "its value is not a text, number, switch or secret"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) switch
        {
            "True" => "true",
            "False" => "false",
            var text => text ?? "",
        },
    };

    // Only what no registry would take is refused; the registry knows the rest of the grammar.
    [GeneratedRegex("""^[\w.\-:/\[\]]+(@[a-z0-9]+:[0-9a-f]+)?\z""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
