namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>One key that is to be set.</summary>
/// <param name="Key">The Spark property.</param>
/// <param name="Value">
/// Its value, or, with <paramref name="Extends"/>, the JVM option that its value is to contain.
/// </param>
/// <param name="Extends">True to keep what else stands in the value.</param>
/// <param name="Parameter">The parameter it came from; null when it was named as a key.</param>
/// <param name="Secret">True when the caller gave it as a secret: DSS is to encrypt it.</param>
internal sealed record SparkSetting(
    string Key,
    string Value,
    bool Extends = false,
    string? Parameter = null,
    bool Secret = false)
{
    /// <summary>The key and where it came from; never the value, which may be a secret.</summary>
    public override string ToString() => Key;
}
