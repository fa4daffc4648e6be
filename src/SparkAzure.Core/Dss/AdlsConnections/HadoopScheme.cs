using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>The scheme of the paths by which Spark jobs reach the storage of a connection.</summary>
internal static class HadoopScheme
{
    /// <summary>
    /// The scheme, as <c>abfss</c>; null where the connection names none: a root without one is of the default file
    /// system, and an Azure connection without a Hadoop interface is read by DSS itself.
    /// </summary>
    /// <param name="connection">The connection in DSS's own JSON.</param>
    public static string? Of(JsonText connection) => ConnectionEdit.TypeOf(connection) switch
    {
        nameof(DssConnectionType.HDFS) => OfRoot(At(connection, "params.root")),
        nameof(DssConnectionType.Azure) => OfAzure(connection),
        _ => null,
    };

    // Variables of DSS may stand in a root, which then is no URI.
    private static string? OfRoot(string? root)
    {
        var end = root?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (end > 0)
        {
            return root![..end];
        }

        return null;
    }

    private static string? OfAzure(JsonText connection)
    {
        var isPlain = At(connection, "params.useSSL") == "false";
        return (At(connection, "params.hdfsInterface"), isPlain) switch
        {
            ("ABFS", false) => "abfss",
            ("ABFS", true) => "abfs",
            ("WASB", false) => "wasbs",
            ("WASB", true) => "wasb",
            _ => null,
        };
    }

    private static string? At(JsonText connection, string path) => ConnectionEdit.Find(connection, path)?.Scalar;
}
