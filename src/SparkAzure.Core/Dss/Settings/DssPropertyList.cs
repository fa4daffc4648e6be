using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.Settings;

/// <summary>One property as a list of DSS holds it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">
/// Its value as text, whether the document spells it as a string or not; null when there is none.
/// </param>
/// <param name="Secret">True when DSS hides the value and encrypts it when it saves.</param>
/// <param name="Item">Where it stands.</param>
internal sealed record DssProperty(string Name, string? Value, bool Secret, JsonPart Item)
{
    // How DSS writes an encrypted value, in its files and in the API's answers (security/passwords-security of its
    // manual).
    private const string EncryptedPrefix = "e:AES:";

    /// <summary>True when the value is stored encrypted, so that nobody but DSS can say what it is.</summary>
    public bool Encrypted => IsEncrypted(Value);

    /// <summary>True for a value as DSS stores it once it has encrypted it.</summary>
    public static bool IsEncrypted(string? value) =>
        value?.StartsWith(EncryptedPrefix, StringComparison.Ordinal) == true;
}

/// <summary>
/// A list of properties as DSS keeps it in several places: an array of objects, each with a name, a value and flags.
/// Items may lack the flags, hold numbers for values, and repeat a name.
/// </summary>
internal sealed class DssPropertyList
{
    private readonly string _nameField;
    private readonly string[] _flags;
    private readonly Func<JsonText, JsonPart> _owner;
    private readonly string _member;

    private DssPropertyList(string nameField, string[] flags, Func<JsonText, JsonPart> owner, string member) =>
        (_nameField, _flags, _owner, _member) = (nameField, flags, owner, member);

    /// <summary><c>conf</c> of a Spark configuration: {key, value, isFinal, secret}.</summary>
    /// <param name="configuration">Finds the configuration in a document.</param>
    public static DssPropertyList SparkConf(Func<JsonText, JsonPart> configuration) =>
        new("key", ["isFinal", "secret"], configuration, "conf");

    /// <summary><c>extraConf</c> of an HDFS connection's <c>params</c>: {name, value, secret}.</summary>
    /// <param name="parameters">Finds the <c>params</c> in a document.</param>
    public static DssPropertyList ExtraConf(Func<JsonText, JsonPart> parameters) =>
        new("name", ["secret"], parameters, "extraConf");

    /// <summary>The properties in the order of the document; what is not a property is left out.</summary>
    public IReadOnlyList<DssProperty> Read(JsonText document) =>
    [
        .. (_owner(document)[_member]?.Children ?? [])
            .Where(i => i[_nameField]?.Kind == JsonValueKind.String && i[_nameField]!.Scalar is not null)
            .Select(i => new DssProperty(
                i[_nameField]!.Scalar!, i["value"]?.Scalar, i["secret"]?.Kind == JsonValueKind.True, i)),
    ];

    /// <summary>The first property of that name, or null.</summary>
    public DssProperty? Find(JsonText document, string name) => Read(document).FirstOrDefault(p => p.Name == name);

    /// <summary>
    /// Sets a property: the value of the first item of that name is replaced and further ones are taken out; without
    /// one, an item with DSS's own flags is added at the end. An item that already says so keeps its bytes.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="secret">True to have DSS encrypt it; an item that is secret stays so.</param>
    /// <param name="rewrite">True to write a value even where DSS keeps one that only it can read.</param>
    public JsonText Set(JsonText document, string name, string value, bool secret, bool rewrite)
    {
        while (Read(document).Where(p => p.Name == name).Skip(1).LastOrDefault() is { } duplicate)
        {
            document = document.Remove(duplicate.Item);
        }

        if (Find(document, name) is not { } found)
        {
            return Append(document, name, value, secret);
        }

        if (found.Value != value && (rewrite || !found.Encrypted))
        {
            document = Put(document, found.Item, "value", value);
        }

        if (secret && !found.Secret)
        {
            return Put(document, Find(document, name)!.Item, "secret", true);
        }

        return document;
    }

    private static JsonText Put(JsonText document, JsonPart item, string member, JsonNode value)
    {
        if (item[member] is { } there)
        {
            return document.Replace(there, value);
        }

        return document.Add(item, member, value);
    }

    private JsonText Append(JsonText document, string name, string value, bool secret)
    {
        var item = new JsonObject { [_nameField] = name, ["value"] = value };
        foreach (var flag in _flags)
        {
            item[flag] = flag == "secret" && secret;
        }

        return _owner(document)[_member] switch
        {
            null => document.Add(_owner(document), _member, new JsonArray(item)),
            { Kind: JsonValueKind.Array } list => document.Append(list, item),
            { Kind: JsonValueKind.Null } nothing => document.Replace(nothing, new JsonArray(item)),
            { } other => throw DssSettingsErrors.SettingsUnexpected(document.Source, other.Path, "a list"),
        };
    }
}
