using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// What a connection signs in with, checked. Holds secrets in clear for as long as one call lasts; no record, as that
/// would print them.
/// </summary>
internal sealed class AdlsCredential
{
    private AdlsCredential(AdlsAuthentication authentication) => Authentication = authentication;

    public AdlsAuthentication Authentication { get; }

    public string? AccountKey { get; private init; }

    public string? TokenEndpoint { get; private init; }

    public string? ClientId { get; private init; }

    public string? ClientSecret { get; private init; }

    public string? TenantId { get; private init; }

    public string? SasToken { get; private init; }

    public string? IdentityEndpoint { get; private init; }

    /// <summary>Who signs identities in, where that is not the public cloud, which Hadoop takes for granted.</summary>
    public string? Authority { get; private init; }

    /// <summary>What is missing to sign in from here, because only DSS has it; null when nothing is.</summary>
    public string? Missing => Authentication switch
    {
        AdlsAuthentication.SharedKey when AccountKey is null => "the access key",
        AdlsAuthentication.Sas when SasToken is null => "the shared access signature",
        AdlsAuthentication.ClientCredential when ClientSecret is null => "the client secret",
        _ => null,
    };

    /// <summary>Checks what a caller gave.</summary>
    /// <param name="options">What was given.</param>
    /// <param name="uri">What it opens.</param>
    /// <param name="release">The Hadoop that will use it; null when that is not known.</param>
    /// <param name="there">What a connection that is changed has already; null for a new one.</param>
    /// <param name="tell">Is told of what was repaired.</param>
    /// <exception cref="SparkAzureException">An id of AdlsErrors; none carries a secret.</exception>
    public static AdlsCredential Of(
        AdlsConnectionOptions options,
        AdlsUri uri,
        ReleaseNumber? release,
        StoredAdlsConnection? there,
        Action<string> tell)
    {
        var authentication = Which(options, there);
        if (uri.Generation == 1 && authentication != AdlsAuthentication.ClientCredential)
        {
            throw AdlsErrors.AuthenticationNotForGen1(authentication);
        }

        // What stands there already serves only the same way of signing in, and a secret only the same account.
        var same = there is not null && there.Authentication == authentication.ToString() ? there : null;
        var kept = same?.Uri.Host == uri.Host ? same : null;
        return authentication switch
        {
            AdlsAuthentication.SharedKey =>
                new AdlsCredential(authentication) { AccountKey = KeyOf(options, uri, kept) },
            AdlsAuthentication.ClientCredential => OfClient(options, uri, release, kept, tell),
            AdlsAuthentication.ManagedIdentity => new AdlsCredential(authentication)
            {
                ClientId = Text(options.ClientId) ?? same?.ClientId,
                TenantId = TenantOf(options) ?? same?.TenantId,
                IdentityEndpoint = options.ManagedIdentityEndpoint?.AbsoluteUri ?? same?.IdentityEndpoint,
                Authority = AuthorityOf(uri),
            },
            AdlsAuthentication.WorkloadIdentity => new AdlsCredential(authentication)
            {
                ClientId = Text(options.ClientId) ?? same?.ClientId ?? throw AdlsErrors.WorkloadIdentityIncomplete(),
                TenantId = TenantOf(options) ?? same?.TenantId ?? throw AdlsErrors.WorkloadIdentityIncomplete(),
                Authority = AuthorityOf(uri),
            },
            _ => new AdlsCredential(authentication) { SasToken = SasOf(options, uri, kept) },
        };
    }

    /// <summary>What fills a property; null when nobody gave it.</summary>
    public string? Value(HadoopPropertyFact fact) => fact.Input switch
    {
        HadoopPropertyInput.Literal => fact.Literal,
        HadoopPropertyInput.AccountKey => AccountKey,
        HadoopPropertyInput.TokenEndpoint => TokenEndpoint,
        HadoopPropertyInput.ClientId => ClientId,
        HadoopPropertyInput.ClientSecret => ClientSecret,
        HadoopPropertyInput.TenantId => TenantId,
        HadoopPropertyInput.IdentityEndpoint => IdentityEndpoint,
        HadoopPropertyInput.Authority => Authority,
        HadoopPropertyInput.SasToken => SasToken,
        _ => null,
    };

    private static AdlsAuthentication Which(AdlsConnectionOptions options, StoredAdlsConnection? there)
    {
        var given = new[]
        {
            (Given: options.AccountKey is not null, Way: AdlsAuthentication.SharedKey),
            (Given: options.ClientSecret is not null, Way: AdlsAuthentication.ClientCredential),
            (Given: options.SasToken is not null, Way: AdlsAuthentication.Sas),
            (Given: options.ManagedIdentityEndpoint is not null, Way: AdlsAuthentication.ManagedIdentity),
        }.Where(w => w.Given).Select(w => w.Way).ToList();
        if (options.Authentication is { } named && !given.Contains(named))
        {
            given.Add(named);
        }

        return given switch
        {
            [var only] => only,
            [] when Enum.TryParse<AdlsAuthentication>(there?.Authentication, out var now) => now,
            [] when options.ClientId is not null || options.PerUser => AdlsAuthentication.ClientCredential,
            [] => throw AdlsErrors.CredentialMissing(),
            _ => throw AdlsErrors.CredentialAmbiguous(given),
        };
    }

    private static string? KeyOf(AdlsConnectionOptions options, AdlsUri uri, StoredAdlsConnection? kept)
    {
        if (options.AccountKey is null && kept is not null)
        {
            return null;
        }

        var key = options.AccountKey?.Reveal().Trim() ?? "";
        if (key.Length > 0 && Convert.TryFromBase64String(key, new byte[key.Length], out _))
        {
            return key;
        }

        throw AdlsErrors.AccessKeyInvalid(uri.Account);
    }

    private static string? SasOf(AdlsConnectionOptions options, AdlsUri uri, StoredAdlsConnection? kept)
    {
        if (options.SasToken is null && kept is not null)
        {
            return null;
        }

        var token = options.SasToken?.Reveal().Trim().TrimStart('?') ?? "";
        var wrong = SasText.Problem(token, DateTimeOffset.UtcNow);
        if (wrong is not null)
        {
            throw AdlsErrors.SasTokenInvalid(uri.Account, wrong);
        }

        return token;
    }

    private static AdlsCredential OfClient(
        AdlsConnectionOptions options,
        AdlsUri uri,
        ReleaseNumber? release,
        StoredAdlsConnection? kept,
        Action<string> tell)
    {
        var secret = options.ClientSecret?.Reveal() ?? "";
        if ((secret.Length == 0 && kept is null && !options.PerUser)
            || (Text(options.ClientId) ?? kept?.ClientId) is null)
        {
            throw AdlsErrors.ClientSecretMissing(uri.Account);
        }

        // A secret of Entra ID never looks like that; the portal shows the id beside the value.
        if (Guid.TryParseExact(secret.Trim(), "D", out _))
        {
            throw AdlsErrors.ClientSecretIsAnId(uri.Account);
        }

        return new AdlsCredential(AdlsAuthentication.ClientCredential)
        {
            ClientId = Text(options.ClientId) ?? kept?.ClientId,
            ClientSecret = secret.Length == 0 ? null : secret,
            TokenEndpoint = EndpointOf(options, uri, release, kept, tell),
            TenantId = TenantOf(options),
        };
    }

    private static string? EndpointOf(
        AdlsConnectionOptions options,
        AdlsUri uri,
        ReleaseNumber? release,
        StoredAdlsConnection? kept,
        Action<string> tell)
    {
        if (options.TokenEndpoint is { } given)
        {
            var second = uri.Generation == 2
                && release is not null
                && HadoopFacts.TokenEndpointVersion2.IsTrueOf(release);
            var endpoint = EntraTokenEndpoint.Of(given, uri.Cloud, second, tell);
            if (Guid.TryParse(options.TenantId, out var tenant)
                && Guid.TryParse(EntraTokenEndpoint.TenantOf(endpoint), out var other)
                && tenant != other)
            {
                throw AdlsErrors.TokenEndpointInvalid(
                    given.OriginalString, $"it is of tenant {other}, and -TenantId says {tenant}");
            }

            return endpoint;
        }

        if (options.TenantId is null && kept?.TokenEndpoint is { } now)
        {
            return now;
        }

        if (options.TenantId is null && kept?.TenantId is { } tenantThere)
        {
            return EntraTokenEndpoint.OfTenant(tenantThere, uri.Cloud);
        }

        return EntraTokenEndpoint.OfTenant(options.TenantId ?? "", uri.Cloud);
    }

    private static string? TenantOf(AdlsConnectionOptions options)
    {
        if (Text(options.TenantId) is not { } tenant)
        {
            return null;
        }

        EntraTokenEndpoint.CheckTenant(tenant);
        return tenant;
    }

    private static string? AuthorityOf(AdlsUri uri)
    {
        if (uri.Cloud.Name == AzureEnvironment.AzureCloud)
        {
            return null;
        }

        return $"https://{uri.Cloud.Authority.Host}/";
    }

    private static string? Text(string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
        {
            return null;
        }

        return given.Trim();
    }
}
