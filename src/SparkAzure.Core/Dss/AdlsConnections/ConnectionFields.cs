using System.Text.Json.Nodes;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>Turns what a caller wants into the fields of the two types of connection.</summary>
internal static class ConnectionFields
{
    /// <summary>What a connection is to say.</summary>
    /// <param name="type">DSS's type.</param>
    /// <param name="uri">Where it leads; null to leave that.</param>
    /// <param name="credential">How it signs in, to that URI; null to leave that.</param>
    /// <param name="options">The rest.</param>
    /// <param name="release">The Hadoop that will use it; null when that is not known.</param>
    /// <param name="former">Where a connection that is changed leads now; null for a new one.</param>
    public static DesiredConnection Of(
        DssConnectionType type,
        AdlsUri? uri,
        AdlsCredential? credential,
        AdlsConnectionOptions options,
        ReleaseNumber? release,
        AdlsUri? former)
    {
        if (type == DssConnectionType.Azure)
        {
            return Azure(uri, credential, options, former);
        }

        return Hdfs(uri, credential, options, release, former);
    }

    private static DesiredConnection Hdfs(
        AdlsUri? uri,
        AdlsCredential? credential,
        AdlsConnectionOptions options,
        ReleaseNumber? release,
        AdlsUri? former)
    {
        var rights = Rights(options.Rights, NamingFields.Hdfs);
        ConnectionField[] root = uri is null ? [] : [new ConnectionField("params.root", uri.Text)];
        var desired = new DesiredConnection([.. root, .. rights], [], [], []);
        if (uri is null || credential is null)
        {
            return desired;
        }

        var foreign = HadoopProperties.Foreign(uri, credential.Authentication);
        var left = former is null || former.Host == uri.Host ? [] : HadoopProperties.NamesOf(former);
        return desired with
        {
            Properties = HadoopProperties.For(uri, credential, release),
            ForeignProperties = [.. foreign, .. left],
        };
    }

    private static DesiredConnection Azure(
        AdlsUri? uri, AdlsCredential? credential, AdlsConnectionOptions options, AdlsUri? former)
    {
        var fields = new List<ConnectionField>();
        if (uri is not null)
        {
            fields.AddRange(AzureLocation(uri, former));
        }

        if (credential is not null)
        {
            fields.AddRange(AzureCredential(credential, options.PerUser));
        }

        fields.AddRange(Rights(options.Rights, NamingFields.Azure));
        IReadOnlyList<string> foreign = credential?.Authentication switch
        {
            null => [],
            AdlsAuthentication.SharedKey => ["params.appSecret"],
            _ => ["params.accessKey"],
        };
        return new DesiredConnection(fields, [], foreign, []);
    }

    // DSS's page for Azure Blob connections (connection-azure.html of the kit); useSSL makes abfss of abfs. Of a
    // connection that is there only what moves is touched.
    private static IEnumerable<ConnectionField> AzureLocation(AdlsUri uri, AdlsUri? former)
    {
        if (uri.Account != former?.Account)
        {
            yield return new ConnectionField("params.storageAccount", uri.Account);
        }

        if (uri.FileSystem is not null && uri.FileSystem != former?.FileSystem)
        {
            yield return new ConnectionField("params.chcontainer", uri.FileSystem);
            yield return new ConnectionField("params.defaultManagedContainer", uri.FileSystem);
        }

        if (uri.Path != (former?.Path ?? ""))
        {
            yield return new ConnectionField("params.chroot", "/" + uri.Path);
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
        (string Path, string? Value, bool Secret)[] fields =
        [
            ("params.accessKey", credential.AccountKey, true),
            ("params.tenantId", credential.TenantId ?? EntraTokenEndpoint.TenantOf(credential.TokenEndpoint), false),
            ("params.appId", credential.ClientId, false),
            ("params.appSecret", credential.ClientSecret, true),
        ];
        foreach (var (path, value, secret) in fields.Where(f => f.Value is not null))
        {
            yield return new ConnectionField(path, value!, secret);
        }
    }

    private static IEnumerable<ConnectionField> Rights(DssConnectionRights rights, NamingFields naming)
    {
        (string Path, JsonNode? Value)[] fields =
        [
            ("description", rights.Description),
            ("usableBy", UsableBy(rights)?.ToString().ToUpperInvariant()),
            ("allowedGroups", Groups(rights.AllowedGroup)),
            ("detailsReadability.readableBy", ReadableBy(rights)?.ToString().ToUpperInvariant()),
            ("detailsReadability.allowedGroups", Groups(rights.DetailsAllowedGroup)),
            ("allowWrite", !rights.ReadOnly),
            ("allowManagedDatasets", Allows(rights, rights.NoManagedDataset)),
            ("allowManagedFolders", Allows(rights, rights.NoManagedFolder)),
            (naming.PathPrefix, rights.PathPrefix),
            (naming.TablePrefix, rights.TablePrefix),
            (naming.Database, rights.HiveDatabase),
        ];
        return fields.Where(f => f.Value is not null).Select(f => new ConnectionField(f.Path, f.Value!));
    }

    // Groups alone say that it is for those.
    private static DssUsableBy? UsableBy(DssConnectionRights rights) =>
        rights.UsableBy ?? (rights.AllowedGroup is { Count: > 0 } ? DssUsableBy.Allowed : null);

    private static DssReadableBy? ReadableBy(DssConnectionRights rights) =>
        rights.DetailsReadableBy ?? (rights.DetailsAllowedGroup is { Count: > 0 } ? DssReadableBy.Allowed : null);

    // What cannot be written to holds nothing managed.
    private static bool? Allows(DssConnectionRights rights, bool? forbidden)
    {
        if (rights.ReadOnly == true)
        {
            return false;
        }

        return !forbidden;
    }

    private static JsonArray? Groups(IReadOnlyList<string>? groups)
    {
        if (groups is null)
        {
            return null;
        }

        return new JsonArray([.. groups.Select(g => JsonValue.Create(g))]);
    }

    // DSS names the same three fields differently in the two types.
    private sealed record NamingFields(string PathPrefix, string TablePrefix, string Database)
    {
        public static NamingFields Hdfs { get; } = new(
            "params.namingRule.hdfsPathDatasetNamePrefix",
            "params.namingRule.tableNameDatasetNamePrefix",
            "params.namingRule.hiveDatabaseName");

        public static NamingFields Azure { get; } = new(
            "params.namingRule.pathDatasetNamePrefix",
            "params.namingRule.metastoreTableNameDatasetNamePrefix",
            "params.namingRule.metastoreDatabaseName");
    }
}
