using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Text;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>How an HDFS connection signs in, read from its Hadoop properties as a driver would read them.</summary>
internal sealed class HadoopSignIn
{
    private readonly JsonText _connection;
    private readonly AdlsUri _uri;
    private readonly List<DssProperty> _own;

    /// <summary>Reads.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="uri">Its root.</param>
    public HadoopSignIn(JsonText connection, AdlsUri uri)
    {
        (_connection, _uri) = (connection, uri);
        var names = HadoopPropertyFacts.All
            .Where(f => f.Generation == uri.Generation)
            .SelectMany(f => f.NamesFor(uri.Host))
            .ToHashSet(StringComparer.Ordinal);
        _own =
        [
            .. ConnectionEdit.Properties.Read(connection)
                .Where(p => names.Contains(p.Name))
                .DistinctBy(p => p.Name),
        ];
        Authentication = uri.Generation == 1 ? Gen1Authentication() : Gen2Authentication();
    }

    /// <summary>A name of AdlsAuthentication, or Hadoop's own word for another way.</summary>
    public string Authentication { get; }

    /// <summary>The application or identity; null where none is named.</summary>
    public string? ClientId => First(
        "fs.azure.account.oauth2.client.id", "fs.adl.oauth2.client.id", "dfs.adls.oauth2.client.id");

    /// <summary>Where tokens are had; null where that is not named.</summary>
    public string? TokenEndpoint => First(
        "fs.azure.account.oauth2.client.endpoint", "fs.adl.oauth2.refresh.url", "dfs.adls.oauth2.refresh.url");

    /// <summary>The tenant, named by itself or in the token endpoint.</summary>
    public string? TenantId =>
        First("fs.azure.account.oauth2.msi.tenant") ?? EntraTokenEndpoint.TenantOf(TokenEndpoint);

    /// <summary>Where the machine asks for its identity's tokens; null where that is not named.</summary>
    public string? IdentityEndpoint => First("fs.azure.account.oauth2.msi.endpoint");

    /// <summary>The names of the properties that sign in.</summary>
    public IReadOnlyList<string> Properties => [.. _own.Select(p => p.Name)];

    /// <summary>The secrets that stand there, and those that should and do not.</summary>
    public IReadOnlyList<DssConnectionSecret> Secrets
    {
        get
        {
            var names = HadoopPropertyFacts.All
                .Where(f => f.Secret)
                .SelectMany(f => f.NamesFor(_uri.Host))
                .ToHashSet(StringComparer.Ordinal);
            var there = _own
                .Where(p => names.Contains(p.Name))
                .Select(p => new DssConnectionSecret(p.Name, StoredSecret.StateOf(p.Value)))
                .ToList();

            // Gen1 has two names for the same secret, of which one is enough.
            if (_uri.Generation == 1 && there.Count > 0)
            {
                return there;
            }

            return [.. there, .. Missing().Select(name => new DssConnectionSecret(name, StoredSecret.Absent))];
        }
    }

    private IEnumerable<string> Missing()
    {
        if (!Enum.TryParse<AdlsAuthentication>(Authentication, out var known))
        {
            return [];
        }

        return HadoopPropertyFacts.Of(_uri.Generation, known)
            .Where(f => f.Secret && f.Until is null)
            .Select(f => f.NamesFor(_uri.Host))
            .Where(names => !names.Any(n => _own.Exists(p => p.Name == n)))
            .Select(names => names[0]);
    }

    private string Gen1Authentication() =>
        First("fs.adl.oauth2.access.token.provider.type", "dfs.adls.oauth2.access.token.provider.type")
            ?? nameof(AdlsAuthentication.ClientCredential);

    private string Gen2Authentication() => First("fs.azure.account.auth.type") switch
    {
        null or "SharedKey" => nameof(AdlsAuthentication.SharedKey),
        "SAS" => nameof(AdlsAuthentication.Sas),
        "OAuth" => ByProvider(First("fs.azure.account.oauth.provider.type")?.Split('.')[^1]),
        var other => other,
    };

    private static string ByProvider(string? provider) => provider switch
    {
        "ClientCredsTokenProvider" => nameof(AdlsAuthentication.ClientCredential),
        "MsiTokenProvider" => nameof(AdlsAuthentication.ManagedIdentity),
        "WorkloadIdentityTokenProvider" => nameof(AdlsAuthentication.WorkloadIdentity),
        _ => provider ?? "OAuth",
    };

    // Of the names the first that stands there; of one name the form with the account's host, which wins in Hadoop.
    private string? First(params string[] names) => names
        .Select(n => ConnectionEdit.Properties.Find(_connection, $"{n}.{_uri.Host}")
            ?? ConnectionEdit.Properties.Find(_connection, n))
        .FirstOrDefault(p => p is not null)?.Value;
}
