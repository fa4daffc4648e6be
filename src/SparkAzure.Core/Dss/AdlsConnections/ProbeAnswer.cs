namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>An answer of Azure Storage or Entra ID.</summary>
/// <param name="Request">Method and address, without the query, which can hold a signature.</param>
/// <param name="Status">The status.</param>
/// <param name="Code">The service's error code; null without one.</param>
/// <param name="Message">The service's words; null without any.</param>
/// <param name="Body">The body.</param>
/// <param name="Date">The service's clock; null when it did not say.</param>
/// <param name="Headers">The headers.</param>
internal sealed record ProbeAnswer(
    string Request, int Status, string? Code, string? Message, string Body, DateTimeOffset? Date, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
