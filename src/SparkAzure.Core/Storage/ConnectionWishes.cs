using System.Text.Json.Nodes;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Storage;

/// <summary>Turns what a caller wants into the fields of the two types of connection.</summary>
internal static class ConnectionWishes
{
    /// <summary>What a connection is to say.</summary>
    /// <param name="type">DSS's type.</param>
    /// <param name="place">Where it leads; null to leave that.</param>
    /// <param name="credential">How it signs in; null to leave that.</param>
    /// <param name="options">The rest.</param>
    /// <param name="release">The Hadoop that will use it; null when that is not known.</param>
    /// <param name="former">Where a connection that is changed leads now; null for a new one.</param>
    public static ConnectionWish Of(
        DssConnectionType type, AdlsPlace? place, AdlsCredential? credential, AdlsConnectionOptions options, ReleaseNumber? release, AdlsPlace? former)
    {
        var hdfs = type == DssConnectionType.HDFS;
        return new ConnectionWish(
            [
                .. place is null ? [] : hdfs ? [new ConnectionField("params.root", place.Root)] : AzurePlace(place, former),
                .. credential is null || hdfs ? [] : AzureCredential(credential, options.PerUser),
                .. Rights(options.Rights, hdfs),
            ],
            hdfs && credential is not null ? AdlsAccess.Properties(place!, credential, release) : [],
            hdfs || credential is null ? [] : credential.Authentication == AdlsAuthentication.SharedKey ? ["params.appSecret"] : ["params.accessKey"],
            hdfs && credential is not null ? [.. AdlsAccess.Foreign(place!, credential.Authentication), .. former is null || former.Host == place!.Host ? [] : AdlsAccess.Of(former)] : []);
    }

    // DSS's page for Azure Blob connections (connection-azure.html of the kit); useSSL makes abfss of abfs. Of a connection that is there only
    // what moves is touched.
    private static IEnumerable<ConnectionField> AzurePlace(AdlsPlace place, AdlsPlace? former)
    {
        if (place.Account != former?.Account)
        {
            yield return new ConnectionField("params.storageAccount", place.Account);
        }

        if (place.FileSystem is not null && place.FileSystem != former?.FileSystem)
        {
            yield return new ConnectionField("params.chcontainer", place.FileSystem);
            yield return new ConnectionField("params.defaultManagedContainer", place.FileSystem);
        }

        if (place.Path != (former?.Path ?? ""))
        {
            yield return new ConnectionField("params.chroot", "/" + place.Path);
        }

        if (former is null)
        {
            yield return new ConnectionField("params.hdfsInterface", "ABFS");
            yield return new ConnectionField("params.useSSL", true);
        }
    }

    private static IEnumerable<ConnectionField> AzureCredential(AdlsCredential credential, bool perUser)
    {
        var client = credential.Authentication == AdlsAuthentication.ClientCredential;
        yield return new ConnectionField("params.authType", client ? "OAUTH2_APP" : "SHARED_KEY");
        yield return new ConnectionField("credentialsMode", perUser ? "PER_USER" : "GLOBAL");
        var tenant = credential.TenantId ?? (credential.TokenEndpoint is { } endpoint ? EntraTokenEndpoint.TenantOf(endpoint) : null);
        (string Path, string? Value, bool Secret)[] fields =
        [
            ("params.accessKey", credential.AccountKey, true),
            ("params.tenantId", tenant, false),
            ("params.appId", credential.ClientId, false),
            ("params.appSecret", credential.ClientSecret, true),
        ];
        foreach (var (path, value, secret) in fields.Where(f => f.Value is not null))
        {
            yield return new ConnectionField(path, value!, secret);
        }
    }

    private static IEnumerable<ConnectionField> Rights(DssConnectionRights rights, bool hdfs)
    {
        (string Path, JsonNode? Value)[] fields =
        [
            ("description", rights.Description),
            ("usableBy", (rights.UsableBy ?? (rights.AllowedGroup is { Count: > 0 } ? DssUsableBy.Allowed : null))?.ToString().ToUpperInvariant()),
            ("allowedGroups", Groups(rights.AllowedGroup)),
            ("detailsReadability.readableBy",
                (rights.DetailsReadableBy ?? (rights.DetailsAllowedGroup is { Count: > 0 } ? DssReadableBy.Allowed : null))?.ToString().ToUpperInvariant()),
            ("detailsReadability.allowedGroups", Groups(rights.DetailsAllowedGroup)),
            ("allowWrite", !rights.ReadOnly),
            ("allowManagedDatasets", rights.ReadOnly == true ? false : !rights.NoManagedDataset),
            ("allowManagedFolders", rights.ReadOnly == true ? false : !rights.NoManagedFolder),
            (hdfs ? "params.namingRule.hdfsPathDatasetNamePrefix" : "params.namingRule.pathDatasetNamePrefix", rights.PathPrefix),
            (hdfs ? "params.namingRule.tableNameDatasetNamePrefix" : "params.namingRule.metastoreTableNameDatasetNamePrefix", rights.TablePrefix),
            (hdfs ? "params.namingRule.hiveDatabaseName" : "params.namingRule.metastoreDatabaseName", rights.HiveDatabase),
        ];
        return fields.Where(f => f.Value is not null).Select(f => new ConnectionField(f.Path, f.Value!));
    }

    private static JsonArray? Groups(IReadOnlyList<string>? groups) => groups is null ? null : new JsonArray([.. groups.Select(g => JsonValue.Create(g))]);
}
