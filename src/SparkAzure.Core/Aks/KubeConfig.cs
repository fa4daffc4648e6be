using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks;

/// <summary>
/// A kubeconfig file, read for the addresses in it; its credentials are looked at only by who asks for them. The form
/// is that of
/// <c>v1.Config</c> in Kubernetes' client-go (tools/clientcmd/api/v1).
/// </summary>
public sealed class KubeConfig
{
    private readonly YamlMappingNode _root;

    private KubeConfig(string path, YamlMappingNode root)
    {
        Path = path;
        _root = root;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names of its contexts, in the order of the file.</summary>
    public IReadOnlyList<string> Contexts => [.. Entries("contexts").Select(e => Text(e, "name")).OfType<string>()];

    /// <summary>Reads a kubeconfig.</summary>
    /// <exception cref="SparkAzureException">KubeConfigNotFound, KubeConfigUnreadable, CannotRead.</exception>
    public static async Task<KubeConfig> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw KubernetesErrors.KubeConfigNotFound(path, "it is a folder");
        }

        try
        {
            return Parse(path, await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw KubernetesErrors.KubeConfigNotFound(path, "the file does not exist");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    /// <summary>Finds the API server of a context.</summary>
    /// <param name="context">The context's name; null for the current one.</param>
    /// <exception cref="SparkAzureException">
    /// NoCurrentContext, ContextNotFound, KubeConfigClusterNotFound, KubeConfigUnreadable.
    /// </exception>
    public AksApiServer GetApiServer(string? context)
    {
        var name = context ?? Text(_root, "current-context");
        if (string.IsNullOrEmpty(name))
        {
            throw KubernetesErrors.NoCurrentContext(Path, Contexts);
        }

        var entry = Entry("contexts", "context", name) ?? throw KubernetesErrors.ContextNotFound(Path, name, Contexts);
        var clusterName = Text(entry, "cluster")
            ?? throw KubernetesErrors.KubeConfigUnreadable(Path, $"its context '{name}' names no cluster");
        var cluster = Entry("clusters", "cluster", clusterName)
            ?? throw KubernetesErrors.KubeConfigClusterNotFound(Path, name, clusterName);
        var server = Text(cluster, "server");
        var address = ApiServerAddress.TryParse(server)
            ?? throw KubernetesErrors.KubeConfigUnreadable(Path, $"the server of its cluster '{clusterName}' is '{server}', which is no http address");

        return new AksApiServer
        {
            ClusterName = clusterName,
            Uri = address.Uri,
            SparkMaster = address.SparkMaster,
            Private = HasPrivateName(address.Uri.Host) ? true : null,
            Context = name,
            Source = Path,
        };
    }

    /// <summary>Reads the credential of a context, its files and its program included.</summary>
    /// <param name="context">The context's name; null for the current one.</param>
    /// <param name="cancellationToken">Stops reading, and a program that is asked.</param>
    /// <exception cref="SparkAzureException">
    /// As <see cref="GetApiServer"/>; KubeCredentialUnusable, CannotRead, HostCannotRunProcess.
    /// </exception>
    internal Task<KubernetesAccess> OpenAccessAsync(string? context, CancellationToken cancellationToken)
    {
        var server = GetApiServer(context);
        var userName = Text(Entry("contexts", "context", server.Context!)!, "user") ?? "";
        var user = Entry("users", "user", userName)
            ?? throw KubernetesErrors.KubeCredentialUnusable(Path, userName, "the file does not describe that user");
        return KubernetesAccess.OpenAsync(
            Path,
            server.Uri,
            Entry("clusters", "cluster", server.ClusterName)!,
            userName,
            user,
            cancellationToken);
    }

    private static KubeConfig Parse(string path, string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            // Only the place: the parser's own words can quote the file, and the file holds credentials.
            throw KubernetesErrors.KubeConfigUnreadable(path, $"it is not YAML, as line {exception.Start.Line} shows");
        }

        if (yaml.Documents.Count == 0)
        {
            throw KubernetesErrors.KubeConfigUnreadable(path, "it is empty");
        }

        if (yaml.Documents[0].RootNode is YamlMappingNode root)
        {
            return new KubeConfig(path, root);
        }

        throw KubernetesErrors.KubeConfigUnreadable(path, "it holds no keys such as clusters and contexts");
    }

    // Azure's own private zones: privatelink.<region>.azmk8s.io and private.<region>.azmk8s.io. A public-looking name
    // tells nothing, because a private cluster can have one as well (enablePrivateClusterPublicFQDN).
    private static bool HasPrivateName(string host) =>
        host.Contains(".privatelink.", StringComparison.OrdinalIgnoreCase)
            || host.Contains(".private.", StringComparison.OrdinalIgnoreCase);

    private YamlMappingNode? Entry(string list, string kind, string name) =>
        Entries(list)
            .Where(e => Text(e, "name") == name)
            .Select(e => Child(e, kind) as YamlMappingNode)
            .FirstOrDefault();

    private IEnumerable<YamlMappingNode> Entries(string list)
    {
        if (Child(_root, list) is YamlSequenceNode entries)
        {
            return entries.OfType<YamlMappingNode>();
        }

        return [];
    }

    private static string? Text(YamlMappingNode node, string key) => (Child(node, key) as YamlScalarNode)?.Value;

    private static YamlNode? Child(YamlMappingNode node, string key)
    {
        if (node.Children.TryGetValue(new YamlScalarNode(key), out var child))
        {
            return child;
        }

        return null;
    }
}
