namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>A Hadoop property of a connection.</summary>
/// <param name="Names">The names it can stand under; the first is the one to write where none stands.</param>
/// <param name="Value">Its value.</param>
/// <param name="Secret">True for one that DSS must encrypt.</param>
internal sealed record HadoopProperty(IReadOnlyList<string> Names, string Value, bool Secret)
{
    /// <summary>The name to write where none stands.</summary>
    public string Name => Names[0];

    /// <summary>Names it; the value may be a secret.</summary>
    public override string ToString() => Name;
}
