using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;
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
    public IReadOnlyList<string> Contexts => NamesIn(_root, "contexts");

    /// <summary>The names of its clusters, in the order of the file.</summary>
    public IReadOnlyList<string> Clusters => NamesIn(_root, "clusters");

    /// <summary>This account's own: the first file that KUBECONFIG names, else ~/.kube/config.</summary>
    /// <param name="folder">From where a relative path in KUBECONFIG counts; null for the process's own folder.</param>
    public static string OwnPath(string? folder) =>
        KubeConfigFile.Own(Environment.GetEnvironmentVariable, folder).Path;

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
            var content = await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return Parse(path, KubeConfigForm.TextOf(path, content));
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
        var name = context ?? YamlKeys.Text(_root, "current-context");
        if (string.IsNullOrEmpty(name))
        {
            throw KubernetesErrors.NoCurrentContext(Path, Contexts);
        }

        if (!Contexts.Contains(name))
        {
            throw KubernetesErrors.ContextNotFound(Path, name, Contexts);
        }

        var entry = Entry("contexts", "context", name);
        if (entry is null || YamlKeys.Text(entry, "cluster") is not { } clusterName)
        {
            throw KubernetesErrors.KubeConfigUnreadable(Path, $"its context '{name}' names no cluster");
        }

        var cluster = Entry("clusters", "cluster", clusterName)
            ?? throw KubernetesErrors.KubeConfigClusterNotFound(Path, name, clusterName);
        var server = YamlKeys.Text(cluster, "server");
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
    /// <param name="allowUnencrypted">Whether a token or password may go over plain http to another host.</param>
    /// <exception cref="SparkAzureException">
    /// As <see cref="GetApiServer"/>; AuthenticationNotEncrypted, KubeCredentialUnusable, CannotRead,
    /// HostCannotRunProcess.
    /// </exception>
    internal Task<KubernetesAccess> OpenAccessAsync(
        string? context, CancellationToken cancellationToken, bool allowUnencrypted = false)
    {
        var server = GetApiServer(context);
        var userName = YamlKeys.Text(Entry("contexts", "context", server.Context!)!, "user") ?? "";
        var user = Entry("users", "user", userName)
            ?? throw KubernetesErrors.KubeCredentialUnusable(Path, userName, "the file does not describe that user");
        return KubernetesAccess.OpenAsync(
            Path,
            server.Uri,
            Entry("clusters", "cluster", server.ClusterName)!,
            userName,
            user,
            allowUnencrypted,
            cancellationToken);
    }

    /// <summary>How the user of a context signs in, as far as Spark's client tells forms apart.</summary>
    /// <param name="context">The context's name; null for the current one.</param>
    /// <param name="cancellationToken">Stops the reading of a key's file.</param>
    /// <exception cref="SparkAzureException">As <see cref="GetApiServer"/>; KubeCredentialUnusable.</exception>
    internal async Task<KubeCredentialForm> GetCredentialFormAsync(string? context, CancellationToken cancellationToken)
    {
        var server = GetApiServer(context);
        var userName = YamlKeys.Text(Entry("contexts", "context", server.Context!)!, "user") ?? "";
        var user = Entry("users", "user", userName)
            ?? throw KubernetesErrors.KubeCredentialUnusable(Path, userName, "the file does not describe that user");
        return await KubeCredentialForms.OfUserAsync(Path, user, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a kubeconfig's text.</summary>
    /// <exception cref="SparkAzureException">KubeConfigUnreadable.</exception>
    internal static KubeConfig Parse(string path, string text)
    {
        // The parser does not expect the byte order mark that some editors write.
        var documents = KubeConfigForm.Read(path, text.TrimStart('\ufeff'));
        if (documents.Count == 0)
        {
            throw KubernetesErrors.KubeConfigUnreadable(path, "it is empty");
        }

        if (documents[0].RootNode is YamlMappingNode root)
        {
            return new KubeConfig(path, root);
        }

        throw KubernetesErrors.KubeConfigUnreadable(path, "it holds no keys such as clusters and contexts");
    }

    /// <summary>The names of the contexts in a text, which may be empty.</summary>
    /// <exception cref="SparkAzureException">KubeConfigUnreadable.</exception>
    internal static IReadOnlyList<string> ContextsIn(string path, string text)
    {
        var documents = KubeConfigForm.Read(path, text.TrimStart('\ufeff'));
        return documents.Count > 0 && documents[0].RootNode is YamlMappingNode root ? NamesIn(root, "contexts") : [];
    }

    private static IReadOnlyList<string> NamesIn(YamlMappingNode root, string list) =>
    [
        .. YamlKeys.List(root, list)
            .OfType<YamlMappingNode>()
            .Select(e => YamlKeys.Text(e, "name"))
            .OfType<string>(),
    ];

    // Azure's own private zones: privatelink.<region>.azmk8s.io and private.<region>.azmk8s.io. A public-looking name
    // tells nothing, because a private cluster can have one as well (enablePrivateClusterPublicFQDN).
    private static bool HasPrivateName(string host) =>
        host.Contains(".privatelink.", StringComparison.OrdinalIgnoreCase)
            || host.Contains(".private.", StringComparison.OrdinalIgnoreCase);

    private YamlMappingNode? Entry(string list, string kind, string name) =>
        Entries(list)
            .Where(e => YamlKeys.Text(e, "name") == name)
            .Select(e => YamlKeys.Find(e, kind) as YamlMappingNode)
            .FirstOrDefault();

    private IEnumerable<YamlMappingNode> Entries(string list) =>
        YamlKeys.List(_root, list).OfType<YamlMappingNode>();
}
