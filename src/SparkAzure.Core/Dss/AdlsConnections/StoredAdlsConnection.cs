using System.Text.Json;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>A connection to ADLS as it stands in DSS, read without its secrets' values.</summary>
internal sealed class StoredAdlsConnection
{
    private StoredAdlsConnection(JsonText text, DssConnectionType type, AdlsUri uri) =>
        (Text, Type, Uri) = (text, type, uri);

    /// <summary>The connection in DSS's own JSON.</summary>
    public JsonText Text { get; }

    public DssConnectionType Type { get; }

    /// <summary>Where it leads.</summary>
    public AdlsUri Uri { get; }

    /// <summary>A name of AdlsAuthentication, or Hadoop's or DSS's own word for another way.</summary>
    public string Authentication { get; private init; } = "";

    public string? ClientId { get; private init; }

    public string? TenantId { get; private init; }

    public string? TokenEndpoint { get; private init; }

    /// <summary>Where the machine asks for tokens of its identity; null for Hadoop's own address.</summary>
    public string? IdentityEndpoint { get; private init; }

    public IReadOnlyList<DssConnectionSecret> Secrets { get; private init; } = [];

    /// <summary>The names of the Hadoop properties that sign in.</summary>
    public IReadOnlyList<string> Properties { get; private init; } = [];

    /// <summary>Where Spark's jobs send their requests; null for gen1.</summary>
    /// <param name="configured">The Hadoop properties of the Spark configuration, which the connection's own go before.</param>
    public Uri? AddressOf(Func<string, string?> configured)
    {
        // Only connections of type HDFS have properties.
        var own = Type == DssConnectionType.HDFS ? ConnectionEdit.Properties.Read(Text) : [];
        return LakeAddress.Of(Uri, name => own.FirstOrDefault(p => p.Name == name)?.Value ?? configured(name));
    }

    /// <summary>The groups that may use it.</summary>
    public IReadOnlyList<string> AllowedGroups => Texts("allowedGroups");

    /// <summary>The groups that may read its details.</summary>
    public IReadOnlyList<string> DetailsAllowedGroups => Texts("detailsReadability.allowedGroups");

    /// <summary>
    /// Of what there is to say, that which decides whether jobs of others than administrators work and whether the
    /// secret is one: whoever makes such a connection must hear it.
    /// </summary>
    /// <param name="isEncrypted">True where DSS encrypts what it is given: over its API.</param>
    public IReadOnlyList<string> DecidingNotes(bool isEncrypted)
    {
        return [.. SecretNotes(SecretsAs(isEncrypted)), .. ReaderNotes()];
    }

    private DssReadableBy? Readers => Word<DssReadableBy>("detailsReadability.readableBy");

    /// <summary>Reads a connection; null when it does not lead to ADLS.</summary>
    public static StoredAdlsConnection? Of(JsonText text) => ConnectionEdit.TypeOf(text) switch
    {
        nameof(DssConnectionType.HDFS) when AdlsUri.Parse(At(text, "params.root")) is { } uri => Hdfs(text, uri),
        nameof(DssConnectionType.Azure) when At(text, "params.storageAccount") is { Length: > 0 } account =>
            Azure(text, account),
        _ => null,
    };

    /// <summary>The connection as users see it.</summary>
    /// <param name="connection">Its name, and where it stands.</param>
    /// <param name="isEncrypted">True for one that DSS has yet to save, and will encrypt then.</param>
    public DssConnection Describe(DssConnection connection, bool isEncrypted = false) => connection with
    {
        Type = Type,
        Generation = Uri.Generation,
        Account = Uri.Account,
        FileSystem = Uri.FileSystem,
        Root = Uri.Text,
        Authentication = Authentication,
        ClientId = ClientId,
        TenantId = TenantId,
        TokenEndpoint = TokenEndpoint,
        HdfsInterface = At(Text, "params.hdfsInterface"),
        CredentialsMode = At(Text, "credentialsMode"),
        Property = Properties,
        Secrets = SecretsAs(isEncrypted),
        UsableBy = Word<DssUsableBy>("usableBy"),
        AllowedGroup = AllowedGroups,
        DetailsReadableBy = Readers,
        DetailsAllowedGroup = DetailsAllowedGroups,
        AllowWrite = ConnectionEdit.Find(Text, "allowWrite")?.Kind == JsonValueKind.True,
        Notes = [.. SignInNotes(), .. NameNotes(), .. SecretNotes(SecretsAs(isEncrypted)), .. ReaderNotes()],
    };

    private IReadOnlyList<DssConnectionSecret> SecretsAs(bool isEncrypted)
    {
        if (!isEncrypted)
        {
            return Secrets;
        }

        return [.. Secrets.Select(s => s.State == StoredSecret.Plain ? s with { State = StoredSecret.Encrypted } : s)];
    }

    private static StoredAdlsConnection Hdfs(JsonText text, AdlsUri uri)
    {
        var signIn = new HadoopSignIn(text, uri);
        return new StoredAdlsConnection(text, DssConnectionType.HDFS, uri)
        {
            Authentication = signIn.Authentication,
            ClientId = signIn.ClientId,
            TenantId = signIn.TenantId,
            TokenEndpoint = signIn.TokenEndpoint,
            IdentityEndpoint = signIn.IdentityEndpoint,
            Properties = signIn.Properties,
            Secrets = signIn.Secrets,
        };
    }

    private static StoredAdlsConnection Azure(JsonText text, string account)
    {
        var type = At(text, "params.authType");
        return new StoredAdlsConnection(text, DssConnectionType.Azure, AzureUri(text, account))
        {
            Authentication = type switch
            {
                null or "SHARED_KEY" => nameof(AdlsAuthentication.SharedKey),
                "OAUTH2_APP" => nameof(AdlsAuthentication.ClientCredential),
                _ => type,
            },
            ClientId = At(text, "params.appId"),
            TenantId = At(text, "params.tenantId"),
            Secrets = AzureSecrets(text, type),
        };
    }

    private static AdlsUri AzureUri(JsonText text, string account)
    {
        var scheme = At(text, "params.useSSL") == "false" ? "abfs" : "abfss";
        var host = $"{account}.{AzureCloud.Of(AzureEnvironment.AzureCloud).DfsSuffix}";
        var container = At(text, "params.chcontainer");
        var fileSystem = string.IsNullOrEmpty(container) ? null : container;
        return new AdlsUri(scheme, host, account, fileSystem, (At(text, "params.chroot") ?? "").Trim('/'));
    }

    private static DssConnectionSecret[] AzureSecrets(JsonText text, string? type)
    {
        var secret = type switch
        {
            null or "SHARED_KEY" => "params.accessKey",
            "OAUTH2_APP" when At(text, "credentialsMode") != "PER_USER" => "params.appSecret",
            _ => null,
        };
        if (secret is null)
        {
            return [];
        }

        return [new DssConnectionSecret(secret, StoredSecret.StateOf(At(text, secret)))];
    }

    private static string? At(JsonText text, string path) => ConnectionEdit.Find(text, path)?.Scalar;

    // DSS writes these words in capitals.
    private T? Word<T>(string path)
        where T : struct, Enum
    {
        if (Enum.TryParse<T>(At(Text, path), ignoreCase: true, out var word) && Enum.IsDefined(word))
        {
            return word;
        }

        return null;
    }

    private List<string> Texts(string path) =>
        [.. (ConnectionEdit.Find(Text, path)?.Children ?? []).Select(c => c.Scalar).OfType<string>()];

    private IEnumerable<string> SignInNotes()
    {
        if (Uri.Generation == 1)
        {
            yield return "ADLS gen1 was retired on 2024-02-29 and its accounts answer nobody any more.";
        }

        if (Uri.Scheme == "abfs"
            && Authentication is not (nameof(AdlsAuthentication.SharedKey) or nameof(AdlsAuthentication.Sas)))
        {
            yield return "Hadoop refuses OAuth without TLS (HADOOP-15719): the root must begin with abfss://.";
        }

        if (TokenEndpoint is { } endpoint && EntraTokenEndpoint.IsVersion2(endpoint))
        {
            var who = Uri.Generation == 1 ? "the driver for gen1" : "Hadoop before 3.4.1";
            yield return $"The token endpoint is of version 2, which {who} cannot use (AADSTS901002).";
        }

        if (EntraTokenEndpoint.NoTenantIn(TokenEndpoint) is { } why)
        {
            yield return $"The token endpoint names no tenant that could sign it in: {why}.";
        }

        if (Authentication == nameof(AdlsAuthentication.ManagedIdentity) && (TenantId is null || ClientId is null))
        {
            yield return
                "A managed identity without tenant and client id signs in with Hadoop 3.4.1 and later only " +
                "(HADOOP-18542).";
        }

        if (Type == DssConnectionType.Azure && At(Text, "params.hdfsInterface") != "ABFS")
        {
            yield return "The Hadoop interface is not ABFS: Spark does not read the storage as ADLS gen2.";
        }
    }

    private IEnumerable<string> NameNotes()
    {
        if (Type != DssConnectionType.HDFS)
        {
            return [];
        }

        var names = ConnectionEdit.Properties.Read(Text).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        return HadoopPropertyNames.NotesFor(names, Uri);
    }

    private static IEnumerable<string> SecretNotes(IEnumerable<DssConnectionSecret> secrets)
    {
        foreach (var secret in secrets)
        {
            switch (secret.State)
            {
                case StoredSecret.Plain:
                    yield return
                        $"{secret.Name} stands in clear: save the connection in DSS once, or write it over the API, and " +
                        "DSS encrypts it.";
                    break;
                case StoredSecret.Absent:
                    yield return
                        $"{secret.Name} is not set: unless Hadoop's own configuration has it, the connection cannot " +
                        "sign in.";
                    break;
            }
        }
    }

    // DSS's own WARN_CONNECTION_SPARK_NO_GROUP_WITH_DETAILS_READ_ACCESS.
    private IEnumerable<string> ReaderNotes()
    {
        switch (Readers)
        {
            case DssReadableBy.All:
                yield return
                    "Every user of DSS may read the details of this connection, its secret included; " +
                    "-DetailsAllowedGroup limits that to groups.";
                break;
            case DssReadableBy.None:
                yield return
                    "Nobody but administrators may read its details, so Spark jobs of others go through DSS in one " +
                    "partition; -DetailsAllowedGroup names the groups whose jobs shall read the storage themselves.";
                break;
        }
    }
}
