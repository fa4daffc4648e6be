using System.Text.RegularExpressions;
using SparkAzure.Core.Dss.Settings;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>Which entries of a Spark configuration nobody is shown.</summary>
internal static partial class SparkSecrets
{
    private const string Hidden = "***";

    // Names of secrets of Kubernetes, keys in them and folders: executors get them, and nobody signs in with them.
    private static readonly string[] Open =
    [
        "spark.kubernetes.executor.secrets.", "spark.kubernetes.executor.secretKeyRef.",
        "spark.kubernetes.driver.secrets.", "spark.kubernetes.driver.secretKeyRef.",
    ];

    /// <summary>True for a key whose value is a secret by its name.</summary>
    public static bool IsSecretKey(string key) =>
        SecretName().IsMatch(key) && !Array.Exists(Open, o => key.StartsWith(o, StringComparison.Ordinal));

    /// <summary>The value for a person's eyes; null when there is none.</summary>
    public static string? Shown(DssProperty? property) => property switch
    {
        null => null,
        { Secret: true } or { Encrypted: true } => Hidden,
        _ when IsSecretKey(property.Name) || SecretValue().IsMatch(property.Value ?? "") => Hidden,
        _ => property.Value ?? "",
    };

    // Spark's own list of what it blots out of its logs (spark.redaction.regex), and what carries storage keys in
    // Hadoop.
    [GeneratedRegex(
        "secret(?!s$)|password|token|access[.]?key|account[.]key|credential|[.]sas[.]",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    // Secrets inside a value: a JVM option such as -Djavax.net.ssl.trustStorePassword=…, the signature of a SAS.
    [GeneratedRegex(
        "(secret|password|passwd|token|credential|account[.]?key)[\\w.]*\\s*[=:]\\s*\\S|[?&]sig=",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SecretValue();
}
