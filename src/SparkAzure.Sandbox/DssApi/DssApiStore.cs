using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Sandbox.DssApi;

/// <summary>
/// The settings the stand-in serves, and what DSS does to them when it saves: encrypt secrets, drop what it does not
/// know.
/// </summary>
internal sealed class DssApiStore
{
    private const string EncryptedPrefix = "e:AES:";
    private static readonly string[] SecretFields = ["accessKey", "appSecret", "sasToken", "password"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly JsonObject Kubernetes = new()
    {
        ["managedKubernetes"] = false,
        ["prePushMode"] = "NONE",
        ["createNamespace"] = false,
        ["ensureNamespaceCompliance"] = false,
        ["authenticationMode"] = "BUILTIN",
        ["baseImageType"] = "SPARK",
        ["dockerTLSVerify"] = false,
    };

    private readonly DssApiOptions _options;

    // In the place of DSS's key: what was encrypted here can be had again by who may read it.
    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal);

    public DssApiStore(DssApiOptions options)
    {
        _options = options;
        GeneralSettings = Parse(Read("general-settings.json") ?? SampleFiles.Text(
            "dss/general-settings.json", ("PORT", "11200"), ("ISOLATION", options.UserIsolation ? "true" : "false")));
        Connections = (JsonObject)(Parse(Read("connections.json")
            ?? SampleFiles.Text("dss/connections.json"))["connections"] ??= new JsonObject());
        FitToVersion(GeneralSettings);
        Encrypt(GeneralSettings);
        Encrypt(Connections);
    }

    public JsonObject GeneralSettings { get; private set; }

    public JsonObject Connections { get; }

    public void SaveGeneralSettings(JsonObject settings)
    {
        foreach (var key in _options.UnknownKeys)
        {
            settings.Remove(key);
        }

        foreach (var configuration in settings["sparkSettings"]?["executionConfigs"]?.AsArray() ?? [])
        {
            foreach (var property in configuration?["conf"]?.AsArray() ?? [])
            {
                foreach (var flag in new[] { "isFinal", "secret" })
                {
                    property![flag] ??= false;
                }

                foreach (var field in _options.UnknownPropertyFields)
                {
                    property!.AsObject().Remove(field);
                }
            }
        }

        FitToVersion(settings);
        Encrypt(settings);
        GeneralSettings = settings;
        Write("general-settings.json", settings);
    }

    /// <summary>Makes a connection of the few fields that creation takes, and DSS's defaults for the rest.</summary>
    public void Create(string name, JsonObject given)
    {
        var connection = new JsonObject
        {
            ["name"] = name,
            ["type"] = given["type"]?.DeepClone(),
            ["params"] = given["params"]?.DeepClone() ?? new JsonObject(),
            ["allowWrite"] = false,
            ["allowManagedDatasets"] = false,
            ["allowManagedFolders"] = false,
            ["maxActivities"] = 0,
            ["usableBy"] = given["usableBy"]?.DeepClone() ?? "ALL",
            ["allowedGroups"] = given["allowedGroups"]?.DeepClone() ?? new JsonArray(),
            ["detailsReadability"] = new JsonObject { ["readableBy"] = "NONE", ["allowedGroups"] = new JsonArray() },
            ["credentialsMode"] = "GLOBAL",
            ["creationTag"] = new JsonObject
            {
                ["versionNumber"] = 0,
                ["lastModifiedBy"] = new JsonObject { ["login"] = "api:admin" }
            },
        };
        if (given["description"] is { } description)
        {
            connection["description"] = description.DeepClone();
        }

        Save(name, connection);
    }

    public void Save(string name, JsonObject connection)
    {
        Encrypt(connection);
        Connections[name] = connection;
        WriteConnections();
    }

    public bool Delete(string name)
    {
        var removed = Connections.Remove(name);
        WriteConnections();
        return removed;
    }

    /// <summary>A copy with the secrets in clear that were encrypted here.</summary>
    public JsonObject Decrypted(JsonObject connection)
    {
        var open = connection.DeepClone().AsObject();
        Decrypt(open);
        return open;
    }

    private void Decrypt(JsonNode node)
    {
        switch (node)
        {
            case JsonObject item:
                foreach (var (name, member) in item.ToList())
                {
                    if (member is JsonValue value
                        && value.TryGetValue<string>(out var text)
                        && _secrets.TryGetValue(text, out var clear))
                    {
                        item[name] = clear;
                    }
                    else if (member is not null)
                    {
                        Decrypt(member);
                    }
                }

                break;
            case JsonArray list:
                foreach (var element in list.OfType<JsonNode>())
                {
                    Decrypt(element);
                }

                break;
        }
    }

    private string Encrypted(string clear)
    {
        var encrypted = EncryptedPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        _secrets[encrypted] = clear;
        return encrypted;
    }

    private static JsonObject Parse(string text) => JsonNode.Parse(text)!.AsObject();

    // Not DSS's cipher: only its shape, with a value that says nothing of the secret. The same secret gives another
    // value every time.
    private void Encrypt(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject item:
                if (item["secret"] is JsonValue flag && flag.TryGetValue<bool>(out var secret) && secret
                    && item["value"] is JsonValue value && value.TryGetValue<string>(out var text)
                    && !text.StartsWith(EncryptedPrefix, StringComparison.Ordinal))
                {
                    item["value"] = Encrypted(text);
                }

                // The password fields of its own pages for connections.
                foreach (var field in SecretFields)
                {
                    if (item[field] is JsonValue password
                        && password.TryGetValue<string>(out var clear)
                        && clear.Length > 0
                        && !clear.StartsWith(EncryptedPrefix, StringComparison.Ordinal))
                    {
                        item[field] = Encrypted(clear);
                    }
                }

                foreach (var (_, member) in item)
                {
                    Encrypt(member);
                }

                break;
            case JsonArray list:
                foreach (var element in list)
                {
                    Encrypt(element);
                }

                break;
        }
    }

    /// <summary>A configuration that the settings name and do not have; null when there is none.</summary>
    public static string? DanglingReference(JsonObject settings)
    {
        var spark = settings["sparkSettings"];
        var names = (spark?["executionConfigs"]?.AsArray() ?? []).Select(c => (string?)c?["name"]).ToHashSet();
        return new[]
        {
            spark?["configForJupyter"],
            spark?["configForSEK"],
            spark?["configForInteractive"],
            spark?["engineCreationSettings"]?["executionConfig"]
        }
            .Select(r => (string?)r)
            .FirstOrDefault(r => !string.IsNullOrEmpty(r) && !names.Contains(r));
    }

    // Managed Spark on Kubernetes came with 6.0: earlier ones do not know the settings and drop them, later ones fill
    // them up.
    private void FitToVersion(JsonObject settings)
    {
        var knowsKubernetes = int.Parse(
            _options.Version.Split('.')[0], System.Globalization.CultureInfo.InvariantCulture) >= 6;
        foreach (var configuration in (settings["sparkSettings"]?["executionConfigs"]?.AsArray()
            ?? []).OfType<JsonObject>())
        {
            if (!knowsKubernetes)
            {
                configuration.Remove("kubernetesSettings");
                continue;
            }

            var kubernetes = configuration["kubernetesSettings"] as JsonObject;
            if (kubernetes is null)
            {
                configuration["kubernetesSettings"] = kubernetes = [];
            }

            foreach (var (member, value) in Kubernetes)
            {
                if (!kubernetes.ContainsKey(member))
                {
                    kubernetes[member] = value?.DeepClone();
                }
            }
        }
    }

    private string? Read(string name)
    {
        if (_options.DataDirectory is { } folder && File.Exists(Path.Combine(folder, "config", name)))
        {
            return File.ReadAllText(Path.Combine(folder, "config", name), Encoding.UTF8);
        }

        return null;
    }

    private void WriteConnections() =>
        Write("connections.json", new JsonObject { ["connections"] = Connections.DeepClone() });

    private void Write(string name, JsonObject content)
    {
        if (_options.DataDirectory is { } folder)
        {
            File.WriteAllText(Path.Combine(folder, "config", name), content.ToJsonString(Indented) + "\n");
        }
    }
}
