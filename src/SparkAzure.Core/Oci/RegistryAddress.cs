using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Oci;

/// <summary>A registry and the prefix under which repositories go: <c>host[:port][/prefix]</c>.</summary>
/// <param name="Host">Host and port as references carry them.</param>
/// <param name="Prefix">The prefix without slashes at its ends; empty without one.</param>
internal sealed partial record RegistryAddress(string Host, string Prefix)
{
    /// <summary>The name that stands for Docker Hub in references; its API is served under another one.</summary>
    internal const string DockerHub = "docker.io";

    private const string DockerHubApi = "registry-1.docker.io";

    /// <summary>Where the API is: http on this machine, https everywhere else.</summary>
    public Uri Endpoint => new($"{(IsLoopback ? "http" : "https")}://{(Host == DockerHub ? DockerHubApi : Host)}/");

    public bool IsLoopback => CredentialRoute.IsThisMachine(HostName(Host));

    // A name of the DNS has 253 characters (RFC 1035), a port five.
    private const int LongestHost = 253 + 6;

    /// <summary>Reads what a user gives as -Registry.</summary>
    /// <exception cref="SparkAzureException">RegistryAddressInvalid.</exception>
    public static RegistryAddress Parse(string text)
    {
        var trimmed = text.Trim().TrimEnd('/');
        if (trimmed.Contains("://", StringComparison.Ordinal))
        {
            throw OciErrors.RegistryAddressInvalid(text, "it has a scheme");
        }

        var parts = trimmed.Split('/', 2);
        var host = parts[0];
        var prefix = parts.ElementAtOrDefault(1) ?? "";
        if (!IsHost(host))
        {
            throw OciErrors.RegistryAddressInvalid(text, $"'{host}' is not a host name with a dot or a port");
        }

        if (prefix.Length > 0 && !RepositoryPath().IsMatch(prefix))
        {
            throw OciErrors.RegistryAddressInvalid(text, $"'{prefix}' cannot be part of a repository's name");
        }

        return new RegistryAddress(host, prefix);
    }

    /// <summary>The repository of an image: prefix and name.</summary>
    public string Repository(string name)
    {
        if (Prefix.Length == 0)
        {
            return name;
        }

        return $"{Prefix}/{name}";
    }

    /// <summary>
    /// Whether the first part of a reference is a host rather than the first part of a repository, as Docker decides
    /// it.
    /// </summary>
    internal static bool IsHost(string text) =>
        text.Length <= LongestHost
            && (text == "localhost"
            || text.Contains('.', StringComparison.Ordinal)
            || text.Contains(':', StringComparison.Ordinal))
            && HostAndPort().IsMatch(text);

    internal static string HostName(string host)
    {
        if (host.StartsWith('['))
        {
            return host[..(host.IndexOf(']', StringComparison.Ordinal) + 1)];
        }

        return host.Split(':')[0];
    }

    // github.com/distribution/reference, grammar: domain and path-component.
    [GeneratedRegex(
        @"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex HostAndPort();

    [GeneratedRegex(
        @"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$",
        RegexOptions.CultureInvariant)]
    internal static partial Regex RepositoryPath();
}
