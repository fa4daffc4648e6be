using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>Compares and changes a connection in DSS's own JSON; everything else keeps its bytes.</summary>
internal static class ConnectionEdit
{
    private const string Root = "params.root";

    /// <summary>A new connection: DSS's own defaults with what is desired in them.</summary>
    public static JsonText New(string name, DssConnectionType type, DesiredConnection desired, string source) =>
        Set(JsonText.Of(ConnectionTemplate.Of(name, type), source), desired, rewrite: true);

    /// <summary>
    /// The fields and properties in which a connection differs from the desired, by name only. A secret that DSS keeps
    /// encrypted cannot be told from another and counts as the same.
    /// </summary>
    public static IReadOnlyList<string> Differences(JsonText connection, DesiredConnection desired) =>
    [
        .. desired.Fields.Where(f => !SameField(connection, f)).Select(f => f.Path == Root ? "the root" : f.Path),
        .. desired.ForeignFields
            .Where(p => Find(connection, p) is { Scalar.Length: > 0 })
            .Select(p => $"{p} (of another way to sign in)"),
        .. desired.Properties.Select(p => Difference(connection, p)).OfType<string>(),
        .. desired.ForeignProperties
            .Where(n => Properties.Find(connection, n) is not null)
            .Select(n => $"{n} (of another way to sign in)"),
    ];

    /// <summary>The desired secrets whose stored value is encrypted, so that nobody but DSS could compare it.</summary>
    public static IReadOnlyList<string> NotCompared(JsonText connection, DesiredConnection desired) =>
    [
        .. desired.Fields
            .Where(f => f.Secret && DssProperty.IsEncrypted(Find(connection, f.Path)?.Scalar))
            .Select(f => f.Path),
        .. desired.Properties
            .Select(p => Standing(connection, p))
            .Where(p => p is { Encrypted: true })
            .Select(p => p!.Name),
    ];

    /// <summary>Makes the text of a connection say what is desired.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="desired">What it is to say.</param>
    /// <param name="rewrite">True to write a secret even where DSS keeps one that only it can read.</param>
    public static JsonText Set(JsonText connection, DesiredConnection desired, bool rewrite)
    {
        foreach (var field in desired.Fields.Where(f =>
            !SameField(connection, f)
                || (rewrite && f.Secret && DssProperty.IsEncrypted(Find(connection, f.Path)?.Scalar))))
        {
            connection = Put(connection, field);
        }

        foreach (var path in desired.ForeignFields)
        {
            while (Find(connection, path) is { } part)
            {
                connection = connection.Remove(part);
            }
        }

        foreach (var name in desired.ForeignProperties)
        {
            while (Properties.Find(connection, name) is { } property)
            {
                connection = connection.Remove(property.Item);
            }
        }

        return desired.Properties.Aggregate(
            connection,
            (text, p) => Properties.Set(text, Standing(text, p)?.Name ?? p.Name, p.Value, p.Secret, rewrite));
    }

    /// <summary>The type of a connection; empty when it does not say.</summary>
    public static string TypeOf(JsonText connection) => connection.Root["type"]?.Scalar ?? "";

    /// <summary>A value in a connection by its path; null when it is not there.</summary>
    public static JsonPart? Find(JsonText connection, string path) =>
        path.Split('.').Aggregate((JsonPart?)connection.Root, (part, name) => part?[name]);

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
            { Value: JsonArray groups } => SameGroups(there, groups),
            _ => JsonAgreement.Same(there, JsonText.Of(field.Value, field.Path).Root),
        };
    }

    // In whatever order.
    private static bool SameGroups(JsonPart there, JsonArray groups)
    {
        var wanted = groups.Select(g => (string?)g).ToHashSet(StringComparer.Ordinal);
        return there.Kind == JsonValueKind.Array && wanted.SetEquals(there.Children.Select(c => c.Scalar));
    }

    private static JsonText Put(JsonText connection, ConnectionField field)
    {
        if (Find(connection, field.Path) is { } there)
        {
            return connection.Replace(there, field.Value);
        }

        var steps = field.Path.Split('.');
        if (steps.Length == 1)
        {
            return connection.Add(connection.Root, field.Path, field.Value);
        }

        var outer = string.Join('.', steps[..^1]);
        return Find(connection, outer) switch
        {
            { Kind: JsonValueKind.Object } owner => connection.Add(owner, steps[^1], field.Value),
            null or { Kind: JsonValueKind.Null } =>
                Put(
                    connection,
                    field with { Path = outer, Value = new JsonObject { [steps[^1]] = field.Value.DeepClone() } }),
            { } other => throw DssSettingsErrors.SettingsUnexpected(connection.Source, other.Path, "an object"),
        };
    }
}
