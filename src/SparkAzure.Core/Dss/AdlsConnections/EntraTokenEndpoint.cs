using System.Text.RegularExpressions;
using SparkAzure.Core.Azure;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// Entra ID's token endpoint in the form that the Hadoop driver can use. Version 1 (<c>/oauth2/token</c>, with a
/// resource) works with
/// every driver; version 2 (<c>/oauth2/v2.0/token</c>, with a scope) with ABFS since Hadoop 3.4.1 (HADOOP-18610) and
/// with nothing else:
/// before, Entra ID answers AADSTS901002. The portal shows version 2 first, so it is what people paste.
/// </summary>
internal static partial class EntraTokenEndpoint
{
    private const string Version1 = "/oauth2/token";
    private const string Version2 = "/oauth2/v2.0/token";

    // Stand for many tenants; the last is that of personal accounts, by its id. Source: Microsoft, "OAuth 2.0 client
    // credentials flow" (the tenant of the application) and "Microsoft Entra authentication error codes".
    private static readonly string[] NotOneTenant =
        ["common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"];

    /// <summary>The endpoint of a tenant, by id or domain.</summary>
    /// <exception cref="SparkAzureException">TokenEndpointInvalid.</exception>
    public static string OfTenant(string tenant, AzureCloud cloud)
    {
        CheckTenant(tenant);
        return $"https://{cloud.Authority.Host}/{tenant}{Version1}";
    }

    /// <summary>Refuses what is not one tenant that an application could be of.</summary>
    /// <exception cref="SparkAzureException">TokenEndpointInvalid.</exception>
    public static void CheckTenant(string tenant)
    {
        if (ProblemOf(tenant) is { } problem)
        {
            throw AdlsErrors.TokenEndpointInvalid(tenant, problem);
        }
    }

    /// <summary>
    /// Why no tenant can be had from an endpoint of Entra ID; null where one can, and for others' endpoints.
    /// </summary>
    public static string? NoTenantIn(string? endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || VersionOf(uri) is not { } version)
        {
            return null;
        }

        return ProblemOf(uri.Host, PathOf(uri)[..^version.Length]);
    }

    /// <summary>Takes an endpoint as somebody copied it, and repairs what can be repaired.</summary>
    /// <param name="given">The endpoint.</param>
    /// <param name="cloud">The cloud of the account.</param>
    /// <param name="version2Works">Whether the driver can use version 2.</param>
    /// <param name="tell">Is told of a repair.</param>
    /// <exception cref="SparkAzureException">TokenEndpointInvalid.</exception>
    public static string Of(Uri given, AzureCloud cloud, bool version2Works, Action<string> tell)
    {
        if (!given.IsAbsoluteUri || given.Scheme != Uri.UriSchemeHttps)
        {
            throw AdlsErrors.TokenEndpointInvalid(given.OriginalString, "it does not begin with https://");
        }

        if (given.UserInfo.Length > 0 || given.Query.Length > 0 || given.Fragment.Length > 0)
        {
            throw AdlsErrors.TokenEndpointInvalid(
                given.GetLeftPart(UriPartial.Path), "it has a user name, a query or a fragment");
        }

        var path = PathOf(given);
        if (path.EndsWith("/authorize", StringComparison.OrdinalIgnoreCase))
        {
            throw AdlsErrors.TokenEndpointInvalid(
                given.OriginalString, "it is where a browser signs in, not where tokens are had; Hadoop would fail " +
                    "with 'HTTP Error 200 ... contentType text/html'");
        }

        var form = VersionOf(given)
            ?? throw AdlsErrors.TokenEndpointInvalid(given.OriginalString, "it does not end in /oauth2/token");
        var second = form == Version2;

        if (AzureCloud.OfAuthority(given.Host) is { } other && other.Name != cloud.Name)
        {
            throw AdlsErrors.TokenEndpointInvalid(
                given.OriginalString, $"it belongs to {other.Name}, and the account to {cloud.Name}");
        }

        var authority = cloud.FormerAuthorities.Contains(given.Host, StringComparer.OrdinalIgnoreCase)
            ? cloud.Authority.Host
            : given.Authority;
        var tenant = path[..^form.Length];
        if (ProblemOf(given.Host, tenant) is { } problem)
        {
            throw AdlsErrors.TokenEndpointInvalid(given.OriginalString, problem);
        }

        var version = second && version2Works ? Version2 : Version1;
        var endpoint = $"{given.Scheme}://{authority}{tenant}{version}";
        if (!string.Equals(endpoint, given.AbsoluteUri.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        {
            var why = second && !version2Works
                ? ": this Hadoop speaks version 1 only, and would meet AADSTS901002."
                : ", its name today.";
            tell($"The token endpoint {given.AbsoluteUri} is written as {endpoint}{why}");
        }

        return endpoint;
    }

    /// <summary>The tenant in an endpoint; null when there is none.</summary>
    public static string? TenantOf(string? endpoint)
    {
        if (Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Segments is [_, var tenant, ..])
        {
            return tenant.TrimEnd('/');
        }

        return null;
    }

    /// <summary>True for an endpoint of version 2.</summary>
    public static bool IsVersion2(string endpoint) =>
        endpoint.TrimEnd('/').EndsWith(Version2, StringComparison.OrdinalIgnoreCase);

    private static string PathOf(Uri endpoint) => endpoint.AbsolutePath.TrimEnd('/');

    private static string? VersionOf(Uri endpoint) => Array.Find(
        [Version2, Version1], v => PathOf(endpoint).EndsWith(v, StringComparison.OrdinalIgnoreCase));

    // What stands in the tenant's place at another host (AD FS, a private cloud) is that host's matter, unless it is
    // one of Entra ID's own words.
    private static string? ProblemOf(string host, string path)
    {
        var tenant = Uri.UnescapeDataString(path.StartsWith('/') ? path[1..] : path);
        if (AzureCloud.OfAuthority(host) is null && !IsNotOne(tenant))
        {
            return null;
        }

        return ProblemOf(tenant);
    }

    private static string? ProblemOf(string tenant)
    {
        if (tenant.Length == 0)
        {
            return "it names no tenant, and Entra ID answers AADSTS50059";
        }

        if (IsNotOne(tenant))
        {
            return
                $"'{tenant}' is not one tenant, and an application is signed in by its own (AADSTS50059, AADSTS90002)";
        }

        if (Guid.TryParseExact(tenant, "D", out _) || Domain().IsMatch(tenant))
        {
            return null;
        }

        return $"'{tenant}' is no tenant: one is an id or a domain (AADSTS900023)";
    }

    private static bool IsNotOne(string tenant) =>
        NotOneTenant.Contains(tenant, StringComparer.OrdinalIgnoreCase)
            || (Guid.TryParse(tenant, out var id) && id == Guid.Empty);

    [GeneratedRegex(
        "^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z0-9-]*[A-Za-z0-9]\\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Domain();
}
