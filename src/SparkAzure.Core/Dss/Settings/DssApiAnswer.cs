namespace SparkAzure.Core.Dss.Settings;

/// <summary>An answer of DSS's public API.</summary>
/// <param name="Body">The body, not looked at.</param>
/// <param name="DssVersion">The product version, which DSS names in every answer; null when it did not.</param>
internal sealed record DssApiAnswer(byte[] Body, string? DssVersion);
