using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>What a connection of DSS means to a job: where its files are, and with which properties Hadoop gets there.</summary>
/// <param name="Root">The address that Hadoop takes.</param>
/// <param name="Properties">Hadoop's properties, secrets included.</param>
internal sealed record SmokeTestConnection(string Root, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>Whether a secret that the caller gave was put in the place of one that DSS keeps encrypted.</summary>
    public bool TookSecret { get; private init; }

    /// <summary>Reads it.</summary>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="connection">DSS's own JSON.</param>
    /// <param name="secret">The secret that DSS keeps encrypted; null where the caller gave none.</param>
    /// <exception cref="SparkAzureException">ConnectionWithoutRoot, ConnectionSecretMissing.</exception>
    public static SmokeTestConnection Of(string name, JsonText connection, string? secret)
    {
        var type = ConnectionEdit.TypeOf(connection);
        var (root, properties) = type switch
        {
            nameof(DssConnectionType.HDFS) => (At(connection, "params.root"), Hdfs(connection)),
            nameof(DssConnectionType.Azure) => Azure(connection),
            _ => (null, []),
        };
        if (string.IsNullOrWhiteSpace(root))
        {
            throw SmokeTestErrors.ConnectionWithoutRoot(name, type);
        }

        var encrypted = properties.Where(p => DssProperty.IsEncrypted(p.Value)).Select(p => p.Key).ToList();
        if (encrypted.Count > 1 || (encrypted.Count == 1 && secret is null))
        {
            throw SmokeTestErrors.ConnectionSecretMissing(name, encrypted);
        }

        foreach (var key in encrypted)
        {
            properties[key] = secret!;
        }

        return new SmokeTestConnection(root, properties) { TookSecret = encrypted.Count > 0 };
    }

    // As DSS gives them to Spark: under Hadoop's own names (dss.md 2.5).
    private static Dictionary<string, string> Hdfs(JsonText connection) => ConnectionEdit.Properties.Read(connection)
        .Where(p => p.Value is not null)
        .DistinctBy(p => p.Name)
        .ToDictionary(p => p.Name, p => p.Value!, StringComparer.Ordinal);

    private static (string? Root, Dictionary<string, string> Properties) Azure(JsonText connection)
    {
        if (StoredAdlsConnection.Of(connection) is not { Uri.FileSystem: not null } stored
            || At(connection, "params.hdfsInterface") != "ABFS")
        {
            return (null, []);
        }

        var host = stored.Uri.Host;
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        if (stored.Authentication == nameof(AdlsAuthentication.SharedKey))
        {
            Add($"fs.azure.account.key.{host}", "params.accessKey");
        }
        else
        {
            properties[$"fs.azure.account.auth.type.{host}"] = "OAuth";
            properties[$"fs.azure.account.oauth.provider.type.{host}"] =
                "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider";
            Add($"fs.azure.account.oauth2.client.id.{host}", "params.appId");
            Add($"fs.azure.account.oauth2.client.secret.{host}", "params.appSecret");
            properties[$"fs.azure.account.oauth2.client.endpoint.{host}"] = At(connection, "params.authEndpoint")
                ?? EntraTokenEndpoint.OfTenant(stored.TenantId ?? "", stored.Uri.Cloud);
        }

        return (stored.Uri.Text, properties);

        void Add(string key, string path)
        {
            if (At(connection, path) is { Length: > 0 } value)
            {
                properties[key] = value;
            }
        }
    }

    private static string? At(JsonText connection, string path) => ConnectionEdit.Find(connection, path)?.Scalar;
}
