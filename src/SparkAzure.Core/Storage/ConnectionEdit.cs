using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss;

namespace SparkAzure.Core.Storage;

/// <summary>A field of a connection that is to have a value.</summary>
/// <param name="Path">Its place in the connection: <c>params.root</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="Secret">True for one that DSS encrypts when it saves.</param>
internal sealed record ConnectionField(string Path, JsonNode Value, bool Secret = false)
{
    /// <summary>Names it; the value may be a secret.</summary>
    public override string ToString() => Path;
}

/// <summary>What a connection is to say; everything else in it is somebody else's.</summary>
/// <param name="Fields">The fields.</param>
/// <param name="Properties">The Hadoop properties, of HDFS connections only.</param>
/// <param name="ForeignFields">Fields that must not stand there.</param>
/// <param name="ForeignProperties">Hadoop properties that must not stand there.</param>
internal sealed record ConnectionWish(
    IReadOnlyList<ConnectionField> Fields,
    IReadOnlyList<HadoopProperty> Properties,
    IReadOnlyList<string> ForeignFields,
    IReadOnlyList<string> ForeignProperties);

/// <summary>Compares and changes a connection in DSS's own JSON; what is not wished for keeps its bytes.</summary>
internal static class ConnectionEdit
{
    private const string Root = "params.root";

    /// <summary>A new connection: DSS's own defaults with the wish in them.</summary>
    public static JsonObject New(string name, DssConnectionType type, ConnectionWish wish)
    {
        var text = Set(JsonText.Of(ConnectionTemplate.Of(name, type), name), wish, rewrite: true);
        return JsonText.ToNode(text.Root)!.AsObject();
    }

    /// <summary>
    /// The fields and properties in which a connection differs from the wish, by name only. A secret that DSS keeps
    /// encrypted cannot be told from another and counts as the same.
    /// </summary>
    public static IReadOnlyList<string> Differences(JsonText connection, ConnectionWish wish) =>
    [
        .. wish.Fields.Where(f => !SameField(connection, f)).Select(f => f.Path == Root ? "the root" : f.Path),
        .. wish.ForeignFields
            .Where(p => Find(connection, p) is { Scalar.Length: > 0 })
            .Select(p => $"{p} (of another way to sign in)"),
        .. wish.Properties.Select(p => Difference(connection, p)).OfType<string>(),
        .. wish.ForeignProperties
            .Where(n => Properties.Find(connection, n) is not null)
            .Select(n => $"{n} (of another way to sign in)"),
    ];

    /// <summary>The wished secrets whose stored value is encrypted, so that nobody but DSS could compare it.</summary>
    public static IReadOnlyList<string> NotCompared(JsonText connection, ConnectionWish wish) =>
    [
        .. wish.Fields
            .Where(f => f.Secret && DssProperty.IsEncrypted(Find(connection, f.Path)?.Scalar))
            .Select(f => f.Path),
        .. wish.Properties
            .Select(p => Standing(connection, p))
            .Where(p => p is { Encrypted: true })
            .Select(p => p!.Name),
    ];

    /// <summary>Makes the wish come true in the text of a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="wish">What it is to say.</param>
    /// <param name="rewrite">True to write a secret even where DSS keeps one that only it can read.</param>
    public static JsonText Set(JsonText connection, ConnectionWish wish, bool rewrite)
    {
        foreach (var field in wish.Fields.Where(f =>
            !SameField(connection, f)
                || (rewrite && f.Secret && DssProperty.IsEncrypted(Find(connection, f.Path)?.Scalar))))
        {
            connection = Put(connection, field);
        }

        foreach (var path in wish.ForeignFields)
        {
            while (Find(connection, path) is { } part)
            {
                connection = connection.Remove(part);
            }
        }

        foreach (var name in wish.ForeignProperties)
        {
            while (Properties.Find(connection, name) is { } property)
            {
                connection = connection.Remove(property.Item);
            }
        }

        return wish.Properties.Aggregate(
            connection,
            (text, p) => Properties.Set(text, Standing(text, p)?.Name ?? p.Name, p.Value, p.Secret, rewrite));
    }

    /// <summary>The type of a connection; empty when it does not say.</summary>
    public static string TypeOf(JsonText connection) => connection.Root["type"]?.Scalar ?? "";

    /// <summary>A value in a connection by its place; null when it is not there.</summary>
    public static JsonPart? Find(JsonText connection, string path) =>
        path
            .Split('.')
            .Aggregate(
                (JsonPart?)connection.Root, (part, name) => part is { Kind: JsonValueKind.Object } ? part[name] : null);

    /// <summary>The Hadoop properties of an HDFS connection.</summary>
    public static DssPropertyList Properties { get; } = DssPropertyList.ExtraConf(Parameters);

    private static JsonPart Parameters(JsonText connection)
    {
        if (connection.Root["params"] is { Kind: JsonValueKind.Object } parameters)
        {
            return parameters;
        }

        throw DssSettingsErrors.SettingsUnexpected(connection.Source, "params of the connection", "an object");
    }

    private static DssProperty? Standing(JsonText connection, HadoopProperty property) =>
        property.Names.Select(n => Properties.Find(connection, n)).FirstOrDefault(p => p is not null);

    private static string? Difference(
        JsonText connection, HadoopProperty property) => Standing(connection, property) switch
    {
        null => $"{property.Name} (absent)",
        var there when there.Value != property.Value && !(property.Secret && there.Encrypted) => there.Name,
        { Secret: false } there when property.Secret => $"{there.Name} (not marked secret)",
        _ => null,
    };

    private static bool SameField(JsonText connection, ConnectionField field)
    {
        _ = Parameters(connection);
        if (Find(connection, field.Path) is not { } there)
        {
            return false;
        }

        return field switch
        {
            { Secret: true } when DssProperty.IsEncrypted(there.Scalar) => true,
            { Path: Root } => there.Scalar?.TrimEnd('/') == field.Value.GetValue<string>().TrimEnd('/'),
            { Value: JsonArray groups } => there.Kind == JsonValueKind.Array
                && groups.Select(g => (string?)g).ToHashSet(StringComparer.Ordinal).SetEquals(there.Children.Select(c => c.Scalar)),
            _ => JsonNode.DeepEquals(JsonText.ToNode(there), field.Value),
        };
    }

    private static JsonText Put(JsonText connection, ConnectionField field)
    {
        if (Find(connection, field.Path) is { } there)
        {
            return connection.Replace(there, field.Value.DeepClone());
        }

        var steps = field.Path.Split('.');
        if (steps.Length == 1)
        {
            return connection.Add(connection.Root, field.Path, field.Value.DeepClone());
        }

        var outer = string.Join('.', steps[..^1]);
        return Find(connection, outer) switch
        {
            { Kind: JsonValueKind.Object } owner => connection.Add(owner, steps[^1], field.Value.DeepClone()),
            null or { Kind: JsonValueKind.Null } =>
                Put(
                    connection,
                    field with { Path = outer, Value = new JsonObject { [steps[^1]] = field.Value.DeepClone() } }),
            { } other => throw DssSettingsErrors.SettingsUnexpected(connection.Source, other.Path, "an object"),
        };
    }
}
