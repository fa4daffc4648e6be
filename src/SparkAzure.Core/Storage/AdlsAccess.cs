using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Storage;

/// <summary>A Hadoop property of a connection.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Secret">True for one that DSS must encrypt.</param>
internal sealed record HadoopProperty(string Name, string Value, bool Secret);

/// <summary>A place in ADLS and the Hadoop properties that open it: all that a connection needs, checked.</summary>
internal sealed partial record AdlsAccess
{
    private AdlsAccess(int generation, string authentication, string root, IReadOnlyList<HadoopProperty> properties) =>
        (Generation, Authentication, Root, Properties) = (generation, authentication, root, properties);

    /// <summary>The generation of ADLS.</summary>
    public int Generation { get; }

    /// <summary>How it signs in, in Hadoop's word.</summary>
    public string Authentication { get; }

    /// <summary>The URL for Hadoop.</summary>
    public string Root { get; }

    /// <summary>The properties, in the order of the howto.</summary>
    public IReadOnlyList<HadoopProperty> Properties { get; }

    /// <summary>Checks what a caller gave and works out the rest.</summary>
    /// <exception cref="SparkAzureException">Each of them InvalidArgument or NotSupported; none carries a secret.</exception>
    public static AdlsAccess Of(AdlsConnectionOptions options)
    {
        if (!Account().IsMatch(options.Account))
        {
            throw AdlsErrors.StorageAccountInvalid(options.Account);
        }

        var path = options.RootPath.Trim('/');
        if (path.Any(c => char.IsControl(c) || c is '\\' or '?' or '#') || path.Split('/').Contains(".."))
        {
            throw AdlsErrors.RootPathInvalid(options.RootPath);
        }

        var endpoint = AdlsEndpoint.Of(options.Environment);
        return options.ClientId is null ? Gen2(options, endpoint, path) : Gen1(options, endpoint, path);
    }

    // Howto 5.2.1.
    private static AdlsAccess Gen2(AdlsConnectionOptions options, AdlsEndpoint endpoint, string path)
    {
        if (options.FileSystem is not { Length: >= 3 and <= 63 } || !FileSystem().IsMatch(options.FileSystem))
        {
            throw AdlsErrors.FileSystemInvalid(options.FileSystem ?? "");
        }

        var key = options.AccountKey?.Reveal().Trim() ?? "";
        if (key.Length == 0 || !Convert.TryFromBase64String(key, new byte[key.Length], out _))
        {
            throw AdlsErrors.AccessKeyInvalid(options.Account);
        }

        var host = $"{options.Account}.{endpoint.Gen2Suffix}";
        return new AdlsAccess(2, "SharedKey", $"abfss://{options.FileSystem}@{host}/{path}",
        [
            new HadoopProperty($"fs.azure.account.key.{host}", key, Secret: true),
        ]);
    }

    // Howto 5.1; the names are those since Hadoop 2.8.2 (HADOOP-14038).
    private static AdlsAccess Gen1(AdlsConnectionOptions options, AdlsEndpoint endpoint, string path)
    {
        var suffix = endpoint.Gen1Suffix ?? throw AdlsErrors.Gen1NotInCloud(options.Environment);
        var secret = options.ClientSecret?.Reveal() ?? "";
        if (secret.Length == 0 || string.IsNullOrWhiteSpace(options.ClientId))
        {
            throw AdlsErrors.ClientSecretMissing(options.Account);
        }

        return new AdlsAccess(1, "ClientCredential", $"adl://{options.Account}.{suffix}/{path}",
        [
            new HadoopProperty("fs.adl.oauth2.access.token.provider.type", "ClientCredential", Secret: false),
            new HadoopProperty("fs.adl.oauth2.refresh.url", TokenEndpointOf(options, endpoint), Secret: false),
            new HadoopProperty("fs.adl.oauth2.client.id", options.ClientId.Trim(), Secret: false),
            new HadoopProperty("fs.adl.oauth2.credential", secret, Secret: true),
        ]);
    }

    private static string TokenEndpointOf(AdlsConnectionOptions options, AdlsEndpoint endpoint)
    {
        if (options.TokenEndpoint is not { } given)
        {
            return Tenant().IsMatch(options.TenantId ?? "")
                ? string.Format(System.Globalization.CultureInfo.InvariantCulture, endpoint.TokenEndpoint, options.TenantId)
                : throw AdlsErrors.TokenEndpointInvalid(options.TenantId ?? "", "a tenant is an id or a domain");
        }

        // The portal shows several addresses side by side; the wrong ones fail in Hadoop with a message nobody understands.
        var why = options.TenantId is not null ? "a tenant was given too"
            : !given.IsAbsoluteUri || given.Scheme != Uri.UriSchemeHttps ? "it does not begin with https://"
            : given.AbsolutePath.Contains("/v2.0/", StringComparison.OrdinalIgnoreCase) ? "it is of version 2; the driver speaks version 1"
            : !given.AbsolutePath.EndsWith("/oauth2/token", StringComparison.OrdinalIgnoreCase) ? "it does not end in /oauth2/token"
            : null;
        return why is null ? given.AbsoluteUri : throw AdlsErrors.TokenEndpointInvalid(given.OriginalString, why);
    }

    [GeneratedRegex("^[a-z0-9]{3,24}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Account();

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FileSystem();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9.-]*\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tenant();
}
