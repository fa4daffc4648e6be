using SparkAzure.Core.Dss.Settings;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>How DSS keeps a secret of a connection, in the words of <see cref="DssConnectionSecret"/>.</summary>
internal static class StoredSecret
{
    public const string Absent = "Absent";
    public const string Encrypted = "Encrypted";
    public const string Plain = "Plain";

    /// <summary>The state of a value as it stands there.</summary>
    public static string StateOf(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return Absent;
        }

        if (DssProperty.IsEncrypted(value))
        {
            return Encrypted;
        }

        return Plain;
    }
}
