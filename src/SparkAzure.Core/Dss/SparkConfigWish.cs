using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SparkAzure.Core.Dss;

/// <summary>One key that is to be set.</summary>
/// <param name="Key">The Spark property.</param>
/// <param name="Value">Its value, or, with <paramref name="Extends"/>, the JVM option that its value is to contain.</param>
/// <param name="Extends">True to keep what else stands in the value.</param>
internal sealed record SparkSetting(string Key, string Value, bool Extends = false);

/// <summary>What a caller wants of a Spark configuration, checked: the keys in the order in which they are set.</summary>
internal static partial class SparkConfigWish
{
    private const string Master = "spark.master";
    private const string ContainerImage = "spark.kubernetes.container.image";
    private const string PreferredImage = "spark-py";

    // wildfly-openssl 1.0.4 does not get on with the libssl of Spark's images; without a native library it falls back on the JVM's
    // own TLS (howto 4.4, the note marked IMPORTANT and the optional step after it).
    private static readonly JavaOption[] JavaOptions =
    [
        new("spark.executor.extraJavaOptions", "-Dorg.wildfly.openssl.path=/dev/null", HadoopVersion: 3, OnlyAsFallback: false),
        new("spark.driver.extraJavaOptions", "-Dorg.wildfly.openssl.path=/dev/null", HadoopVersion: 3, OnlyAsFallback: true),
    ];

    /// <summary>Checks what the caller wants.</summary>
    /// <exception cref="SparkAzureException">Each of them InvalidArgument.</exception>
    public static IReadOnlyList<SparkSetting> Of(SparkConfigOptions options)
    {
        if (options.DriverOpenSslFallback && options.HadoopVersion != 3)
        {
            throw DssSettingsErrors.DriverFallbackWithoutHadoop3();
        }

        var settings = new List<SparkSetting>();
        if (options.SparkMaster is { } master)
        {
            settings.Add(new SparkSetting(Master, Checked(master)));
        }

        if (options.Image.Count > 0)
        {
            settings.Add(new SparkSetting(ContainerImage, ImageOf(options.Image)));
        }

        foreach (var property in Properties(options.Property))
        {
            if (settings.Any(s => s.Key == property.Key && s.Value != property.Value))
            {
                throw DssSettingsErrors.SparkPropertyInvalid(property.Key, "another parameter gives it another value");
            }

            settings.Add(property);
        }

        settings.AddRange(JavaOptions
            .Where(o => o.HadoopVersion == options.HadoopVersion && (!o.OnlyAsFallback || options.DriverOpenSslFallback))
            .Select(o => new SparkSetting(o.Key, o.Flag, Extends: true)));
        return settings.Count > 0 ? settings : throw DssSettingsErrors.SparkConfigEmpty();
    }

    private static string Checked(string master)
    {
        // Spark takes the part after k8s:// with or without a scheme (https is meant).
        const string kubernetes = "k8s://";
        var address = master.StartsWith(kubernetes, StringComparison.Ordinal) ? master[kubernetes.Length..] : "";
        return Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : $"https://{address}", UriKind.Absolute, out var uri)
            && uri.Host.Length > 0
            ? master
            : throw DssSettingsErrors.SparkMasterInvalid(master);
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
            .Select(e => new SparkSetting(KeyOf(e.Key), ValueOf(KeyOf(e.Key), e.Value)))
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
        IEnumerable or System.Security.SecureString => throw DssSettingsErrors.SparkPropertyInvalid(key, "its value is not a text, number or switch"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) switch
        {
            "True" => "true",
            "False" => "false",
            var text => text ?? "",
        },
    };

    private sealed record JavaOption(string Key, string Flag, int HadoopVersion, bool OnlyAsFallback);

    // Only what no registry would take is refused; the registry knows the rest of the grammar.
    [GeneratedRegex("""^[\w.\-:/\[\]]+(@[a-z0-9]+:[0-9a-f]+)?\z""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
