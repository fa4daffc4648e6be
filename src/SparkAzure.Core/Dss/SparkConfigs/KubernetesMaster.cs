using System.Text.RegularExpressions;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>A Spark master on Kubernetes: <c>k8s://</c> and the URL of an API server.</summary>
internal sealed partial class KubernetesMaster
{
    private readonly Match _parts;
    private readonly Uri _server;

    private KubernetesMaster(Match parts, Uri server) => (_parts, _server) = (parts, server);

    /// <summary>The server's address.</summary>
    public Uri Server => _server;

    /// <summary>True when the URL names its port. Uri and Java's URL part here: the one takes 443 for it.</summary>
    public bool NamesPort => _parts.Groups["port"].Length > ":".Length;

    /// <summary>Whether a Spark needs the port in the URL.</summary>
    /// <param name="spark">Its release; null where nobody can say, and then it is not taken to need it.</param>
    public static bool NeedsPort(ReleaseNumber? spark) =>
        spark is not null && !SparkFacts.MasterWithoutPort.IsTrueOf(spark);

    /// <summary>Reads a master; null for what is none on Kubernetes.</summary>
    public static KubernetesMaster? TryParse(string? master)
    {
        var parts = Parts().Match(master ?? "");
        if (!parts.Success)
        {
            return null;
        }

        // Spark takes a server without a scheme, too, and means https.
        var scheme = parts.Groups["scheme"].Value;
        var server = scheme.Length > 0 ? parts.Groups["server"].Value : $"https://{parts.Groups["server"].Value}";
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return null;
        }

        return new KubernetesMaster(parts, uri);
    }

    /// <summary>The master with its port, where it names none with the one it means: 443, for http 80.</summary>
    public string WithPort()
    {
        if (NamesPort)
        {
            return _parts.Value;
        }

        return $"k8s://{_parts.Groups["scheme"]}{_parts.Groups["host"]}:{_server.Port}{_parts.Groups["path"]}";
    }

    // The schemes are those that Spark takes (Utils.checkAndGetK8sMasterUrl). An IPv6 address stands in brackets.
    [GeneratedRegex(
        """^k8s://(?<server>(?<scheme>https?://)?(?<host>\[[^\]]*\]|[^/?#:]+)(?<port>:[0-9]*)?(?<path>/([^/].*)?|[?#].*)?)\z""",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Parts();
}
