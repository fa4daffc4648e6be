using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks;

/// <summary>The one cluster, user and context that a service handed out as a kubeconfig, renamed as wanted.</summary>
internal sealed class KubeConfigAddition
{
    private readonly YamlMappingNode _cluster;
    private readonly YamlMappingNode _user;
    private readonly YamlMappingNode _context;

    private KubeConfigAddition(YamlMappingNode cluster, YamlMappingNode user, YamlMappingNode context)
    {
        _cluster = cluster;
        _user = user;
        _context = context;
    }

    /// <summary>The context's name.</summary>
    public string ContextName => Text(_context, "name")!;

    /// <summary>The API server's address.</summary>
    public string? Server =>
        _cluster.Children[new YamlScalarNode("cluster")] is YamlMappingNode cluster ? Text(cluster, "server") : null;

    /// <summary>How the user signs in.</summary>
    public AksCredentialKind Kind => User switch
    {
        { } user when Has(user, "exec") || Has(user, "auth-provider") => AksCredentialKind.Exec,
        { } user when Has(user, "client-certificate-data") => AksCredentialKind.ClientCertificate,
        _ => AksCredentialKind.Token,
    };

    private YamlMappingNode? User =>
        _user.Children.TryGetValue(new YamlScalarNode("user"), out var user) ? user as YamlMappingNode : null;

    /// <summary>
    /// Reads what the service handed out; null when it is no kubeconfig with a cluster, user and context.
    /// </summary>
    public static KubeConfigAddition? Read(ReadOnlySpan<byte> kubeConfig)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(Encoding.UTF8.GetString(kubeConfig)));
            var root = yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode as YamlMappingNode : null;
            if (First(root, "clusters", "cluster") is { } cluster
                && First(root, "users", "user") is { } user
                && First(root, "contexts", "context") is { } context)
            {
                return new KubeConfigAddition(cluster, user, context);
            }

            return null;
        }
        catch (YamlException)
        {
            return null;
        }
    }

    /// <summary>
    /// Renames as the Azure CLI does: a name of one's own goes to context and cluster; the administrator's context gets
    /// "-admin" behind its name, so that it and the user's can stand side by side.
    /// </summary>
    public void Rename(string? contextName, bool admin)
    {
        var name = contextName ?? ContextName;
        if (contextName is not null)
        {
            Set(_cluster, "name", contextName);
            Set((YamlMappingNode)_context.Children[new YamlScalarNode("context")], "cluster", contextName);
        }

        Set(_context, "name", admin && !name.EndsWith("-admin", StringComparison.Ordinal) ? name + "-admin" : name);
    }

    /// <summary>
    /// Lets kubelogin sign in another way than by a code for a person; does nothing for a user without it.
    /// </summary>
    /// <param name="login">The value of kubelogin's --login.</param>
    /// <param name="clientId">The client id of a user-assigned identity or service principal; null for none.</param>
    public void UseLogin(string login, string? clientId)
    {
        if (User is null
            || !User.Children.TryGetValue(new YamlScalarNode("exec"), out var exec)
            || exec is not YamlMappingNode plugin
            || !plugin.Children.TryGetValue(new YamlScalarNode("args"), out var list)
                || list is not YamlSequenceNode args)
        {
            return;
        }

        // kubelogin convert-kubeconfig keeps the server; the client, tenant and cloud that stand there are those of the
        // code's application.
        string? After(string option)
        {
            var values = args.Children.OfType<YamlScalarNode>().Select(a => a.Value).ToList();
            var at = values.IndexOf(option);
            if (at >= 0 && at + 1 < values.Count)
            {
                return values[at + 1];
            }

            return null;
        }

        string?[] wanted =
        [
            "get-token", "--login", login, "--server-id", After("--server-id"),
            .. clientId is null ? Array.Empty<string>() : ["--client-id", clientId],
            .. login == "spn"
                ? new[] { "--environment", After("--environment"), "--tenant-id", After("--tenant-id") }
                : [],
        ];
        args.Children.Clear();
        foreach (var argument in wanted.OfType<string>())
        {
            args.Children.Add(new YamlScalarNode(argument));
        }
    }

    /// <summary>The entry for one of the three lists.</summary>
    public YamlMappingNode Entry(string list) => list switch
    {
        "clusters" => _cluster,
        "users" => _user,
        _ => _context,
    };

    /// <summary>A whole kubeconfig of it, for a file that has nothing yet.</summary>
    public YamlMappingNode Document(bool makeCurrent)
    {
        var document = new YamlMappingNode
        {
            { "apiVersion", "v1" },
            { "kind", "Config" },
            { "clusters", new YamlSequenceNode(_cluster) },
            { "contexts", new YamlSequenceNode(_context) },
            { "users", new YamlSequenceNode(_user) },
        };
        if (makeCurrent)
        {
            document.Add("current-context", new YamlScalarNode(ContextName) { Style = ScalarStyle.DoubleQuoted });
        }

        return document;
    }

    private static YamlMappingNode? First(YamlMappingNode? root, string list, string kind)
    {
        if (root is not null
            && root.Children.TryGetValue(new YamlScalarNode(list), out var node)
            && node is YamlSequenceNode { Children: [YamlMappingNode entry, ..] }
            && entry.Children.TryGetValue(new YamlScalarNode(kind), out var content)
                && content is YamlMappingNode
                && Text(entry, "name") is { Length: > 0 })
        {
            return entry;
        }

        return null;
    }

    private static void Set(YamlMappingNode node, string key, string value) =>
        node.Children[new YamlScalarNode(key)] = new YamlScalarNode(value) { Style = ScalarStyle.DoubleQuoted };

    private static bool Has(YamlMappingNode node, string key) => node.Children.ContainsKey(new YamlScalarNode(key));

    private static string? Text(YamlMappingNode node, string key)
    {
        if (node.Children.TryGetValue(new YamlScalarNode(key), out var value))
        {
            return (value as YamlScalarNode)?.Value;
        }

        return null;
    }
}
