using System.Text.Json;
using SparkAzure.Core.Dss;

namespace SparkAzure.Core.Storage;

/// <summary>A connection to ADLS as it stands in DSS, read without its secrets' values.</summary>
internal sealed class AdlsReading
{
    private readonly JsonText _text;

    private AdlsReading(JsonText text, DssConnectionType type, AdlsPlace place) =>
        (_text, Type, Place) = (text, type, place);

    public DssConnectionType Type { get; }

    public AdlsPlace Place { get; }

    /// <summary>A name of AdlsAuthentication, or Hadoop's or DSS's own word for another way.</summary>
    public string Authentication { get; private init; } = "";

    public string? ClientId { get; private init; }

    public string? TenantId { get; private init; }

    public string? TokenEndpoint { get; private init; }

    public IReadOnlyList<DssConnectionSecret> Secrets { get; private init; } = [];

    /// <summary>The names of the Hadoop properties that sign in.</summary>
    public IReadOnlyList<string> Properties { get; private init; } = [];

    /// <summary>Reads a connection; null when it does not lead to ADLS.</summary>
    public static AdlsReading? Of(JsonText text) => ConnectionEdit.TypeOf(text) switch
    {
        nameof(DssConnectionType.HDFS) when AdlsPlace.Parse(At(text, "params.root")) is { } place => Hdfs(text, place),
        nameof(DssConnectionType.Azure) when At(text, "params.storageAccount") is { Length: > 0 } account =>
            Azure(text, account),
        _ => null,
    };

    /// <summary>The connection as users see it.</summary>
    public DssConnection Describe(DssConnection place) => place with
    {
        Type = Type.ToString(),
        Generation = Place.Generation,
        Account = Place.Account,
        FileSystem = Place.FileSystem,
        Root = Place.Root,
        Authentication = Authentication,
        ClientId = ClientId,
        TenantId = TenantId,
        TokenEndpoint = TokenEndpoint,
        HdfsInterface = At(_text, "params.hdfsInterface"),
        CredentialsMode = At(_text, "credentialsMode"),
        Property = Properties,
        Secret = Secrets,
        UsableBy = At(_text, "usableBy"),
        AllowedGroup = Texts("allowedGroups"),
        DetailsReadableBy = At(_text, "detailsReadability.readableBy"),
        DetailsAllowedGroup = Texts("detailsReadability.allowedGroups"),
        AllowWrite = ConnectionEdit.Find(_text, "allowWrite")?.Kind == JsonValueKind.True,
        Notes = [.. Notes()],
    };

    private static AdlsReading Hdfs(JsonText text, AdlsPlace place)
    {
        var properties = ConnectionEdit.Properties;
        DssProperty? Standing(string name) =>
            properties.Find(text, $"{name}.{place.Host}") ?? properties.Find(text, name);

        var provider = Standing("fs.azure.account.oauth.provider.type")?.Value?.Split('.')[^1];
        var authentication = place.Generation == 1
            ? (Standing("fs.adl.oauth2.access.token.provider.type")
                ?? Standing("dfs.adls.oauth2.access.token.provider.type"))?.Value
                ?? "ClientCredential"
            : Standing("fs.azure.account.auth.type")?.Value switch
            {
                null or "SharedKey" => nameof(AdlsAuthentication.SharedKey),
                "SAS" => nameof(AdlsAuthentication.Sas),
                "OAuth" => provider switch
                {
                    "ClientCredsTokenProvider" => nameof(AdlsAuthentication.ClientCredential),
                    "MsiTokenProvider" => nameof(AdlsAuthentication.ManagedIdentity),
                    "WorkloadIdentityTokenProvider" => nameof(AdlsAuthentication.WorkloadIdentity),
                    _ => provider ?? "OAuth",
                },
                var other => other,
            };
        var names = HadoopPropertyFacts.All
            .Where(f => f.Generation == place.Generation)
            .SelectMany(f => f.NamesFor(place.Host))
            .ToHashSet(StringComparer.Ordinal);
        var own = properties.Read(text).Where(p => names.Contains(p.Name)).DistinctBy(p => p.Name).ToList();
        var secretNames = HadoopPropertyFacts.All
            .Where(f => f.Secret)
            .SelectMany(f => f.NamesFor(place.Host))
            .ToHashSet(StringComparer.Ordinal);
        var secrets = own
            .Where(p => secretNames.Contains(p.Name))
            .Select(p => new DssConnectionSecret(p.Name, StateOf(p.Value)))
            .ToList();
        var missing = Enum.TryParse<AdlsAuthentication>(authentication, out var known)
            ? HadoopPropertyFacts.Of(place.Generation, known).Where(f =>
                f.Secret && f.Until is null && !f.NamesFor(place.Host).Any(n => own.Exists(p => p.Name == n)))
            : [];
        var endpoint = (Standing("fs.azure.account.oauth2.client.endpoint")
            ?? Standing("fs.adl.oauth2.refresh.url")
            ?? Standing("dfs.adls.oauth2.refresh.url"))?.Value;
        return new AdlsReading(text, DssConnectionType.HDFS, place)
        {
            Authentication = authentication,
            ClientId = (Standing("fs.azure.account.oauth2.client.id")
                ?? Standing("fs.adl.oauth2.client.id")
                ?? Standing("dfs.adls.oauth2.client.id"))?.Value,
            TenantId = Standing("fs.azure.account.oauth2.msi.tenant")?.Value
                ?? (endpoint is null ? null : EntraTokenEndpoint.TenantOf(endpoint)),
            TokenEndpoint = endpoint,
            Properties = [.. own.Select(p => p.Name)],
            Secrets =
            [
                .. secrets,
                .. place.Generation == 1 && secrets.Count > 0
                    ? []
                    : missing.Select(f => new DssConnectionSecret(f.NamesFor(place.Host)[0], "Absent"))
            ],
        };
    }

    private static AdlsReading Azure(JsonText text, string account)
    {
        var type = At(text, "params.authType");
        var scheme = At(text, "params.useSSL") == "false" ? "abfs" : "abfss";
        var place = new AdlsPlace(
            scheme, $"{account}.{AdlsEndpoint.Of(AzureEnvironment.AzureCloud).Gen2Suffix}", account, At(text, "params.chcontainer") is { Length: > 0 } container
                ? container
                : null,
            (At(text, "params.chroot") ?? "").Trim('/'));
        var secret = type == "OAUTH2_APP" ? "params.appSecret" : "params.accessKey";
        return new AdlsReading(text, DssConnectionType.Azure, place)
        {
            Authentication = type switch
            {
                null or "SHARED_KEY" => nameof(AdlsAuthentication.SharedKey),
                "OAUTH2_APP" => nameof(AdlsAuthentication.ClientCredential),
                _ => type,
            },
            ClientId = At(text, "params.appId"),
            TenantId = At(text, "params.tenantId"),
            Secrets = type is null or "SHARED_KEY" or "OAUTH2_APP" && At(text, "credentialsMode") != "PER_USER"
                ? [new DssConnectionSecret(secret, StateOf(At(text, secret)))]
                : [],
        };
    }

    private static string? At(JsonText text, string path) => ConnectionEdit.Find(text, path)?.Scalar;

    private static string StateOf(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "Absent";
        }

        if (DssProperty.IsEncrypted(value))
        {
            return "Encrypted";
        }

        return "Plain";
    }

    private List<string> Texts(string path) =>
        [.. (ConnectionEdit.Find(_text, path)?.Children ?? []).Select(c => c.Scalar).OfType<string>()];

    private IEnumerable<string> Notes()
    {
        if (Place.Generation == 1)
        {
            yield return "ADLS gen1 was retired on 2024-02-29 and its accounts answer nobody any more.";
        }

        if (Place.Scheme == "abfs"
            && Authentication is not (nameof(AdlsAuthentication.SharedKey) or nameof(AdlsAuthentication.Sas)))
        {
            yield return "Hadoop refuses OAuth without TLS (HADOOP-15719): the root must begin with abfss://.";
        }

        if (TokenEndpoint is { } endpoint && EntraTokenEndpoint.IsVersion2(endpoint))
        {
            yield return Place.Generation == 1
                ? "The token endpoint is of version 2, which the driver for gen1 cannot use (AADSTS901002)."
                : "The token endpoint is of version 2, which Hadoop before 3.4.1 cannot use (AADSTS901002).";
        }

        if (Type == DssConnectionType.Azure && At(_text, "params.hdfsInterface") != "ABFS")
        {
            yield return "The Hadoop interface is not ABFS: Spark does not read the storage as ADLS gen2.";
        }

        foreach (var secret in Secrets.Where(s => s.State != "Encrypted"))
        {
            yield return secret.State == "Plain"
                ? $"{secret.Name} stands in clear; DSS encrypts it when the connection is saved in DSS once."
                : $"{secret.Name} is not set: unless Hadoop's own configuration has it, the connection cannot sign in.";
        }

        if (At(_text, "detailsReadability.readableBy") is { } readers and ("ALL" or "NONE"))
        {
            // DSS's own WARN_CONNECTION_SPARK_NO_GROUP_WITH_DETAILS_READ_ACCESS.
            yield return readers == "ALL"
                ? "Every user of DSS may read the details of this connection, its secret included."
                : "Nobody but administrators may read its details, so Spark jobs of others go through DSS in one " +
                    "partition.";
        }
    }
}
