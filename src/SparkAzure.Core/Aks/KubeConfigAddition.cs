using SparkAzure.Core.Text;
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

    /// <summary>How the user signs in, as Spark's client tells forms apart.</summary>
    public Task<KubeCredentialForm> GetFormAsync(CancellationToken cancellationToken) =>
        KubeCredentialForms.OfUserAsync("/", User ?? [], cancellationToken);

    private YamlMappingNode? User =>
        _user.Children.TryGetValue(new YamlScalarNode("user"), out var user) ? user as YamlMappingNode : null;

    /// <summary>
    /// Reads what the service handed out; null when it is no kubeconfig with a cluster, user and context.
    /// </summary>
    public static KubeConfigAddition? Read(ReadOnlySpan<byte> kubeConfig)
    {
        try
        {
            var documents = KubeConfigForm.Read("", KubeConfigForm.TextOf("", kubeConfig.ToArray()));
            var root = documents.Count > 0 ? documents[0].RootNode as YamlMappingNode : null;
            if (First(root, "clusters", "cluster") is { } cluster
                && First(root, "users", "user") is { } user
                && First(root, "contexts", "context") is { } context)
            {
                return new KubeConfigAddition(cluster, user, context);
            }

            return null;
        }
        catch (SparkAzureException)
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

        Set(_context, "name", NameOf(name, admin));
    }

    /// <summary>The name of a context: the administrator's has "-admin" behind it.</summary>
    public static string NameOf(string name, bool admin) =>
        admin && !name.EndsWith("-admin", StringComparison.Ordinal) ? name + "-admin" : name;

    /// <summary>Sets how kubelogin signs in; does nothing for a user without it.</summary>
    /// <param name="mode">How; a code for a person is what Azure hands out, and stays as it is.</param>
    /// <param name="clientId">The client id of a user-assigned identity or service principal; null for none.</param>
    public void UseLogin(AksLoginMode mode, string? clientId)
    {
        if (User is null
            || !User.Children.TryGetValue(new YamlScalarNode("exec"), out var exec)
            || exec is not YamlMappingNode plugin
            || !plugin.Children.TryGetValue(new YamlScalarNode("args"), out var list)
                || list is not YamlSequenceNode args)
        {
            return;
        }

        var given = args.Children.OfType<YamlScalarNode>().Select(a => a.Value ?? "").ToList();
        var wanted = KubeloginArguments.For(mode, given, clientId);
        args.Children.Clear();
        foreach (var argument in wanted)
        {
            args.Children.Add(Argument(argument));
        }
    }

    // Plain where that is text to kubectl.
    private static YamlScalarNode Argument(string text)
    {
        var plain = new YamlScalarNode(text);
        if (YamlScalars.KindOf(plain) != YamlScalarKind.Text)
        {
            plain.Style = ScalarStyle.DoubleQuoted;
        }

        return plain;
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
