using System.Text.Json.Nodes;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>A field of a connection that is to have a value.</summary>
/// <param name="Path">Its path in the connection: <c>params.root</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="Secret">True for one that DSS encrypts when it saves.</param>
internal sealed record ConnectionField(string Path, JsonNode Value, bool Secret = false)
{
    /// <summary>Names it; the value may be a secret.</summary>
    public override string ToString() => Path;
}

/// <summary>What a connection is to say; everything else in it is somebody else's.</summary>
/// <param name="Fields">The fields.</param>
/// <param name="Properties">The Hadoop properties, of HDFS connections only.</param>
/// <param name="ForeignFields">Fields that must not stand there.</param>
/// <param name="ForeignProperties">Hadoop properties that must not stand there.</param>
internal sealed record DesiredConnection(
    IReadOnlyList<ConnectionField> Fields,
    IReadOnlyList<HadoopProperty> Properties,
    IReadOnlyList<string> ForeignFields,
    IReadOnlyList<string> ForeignProperties);
