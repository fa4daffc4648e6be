using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparkAzure.Sandbox.DssApi;

/// <summary>
/// The clusters that DSS knows, as its API shows them and as files of <c>config/clusters</c>. One of the type manual is
/// somebody else's to start; any other one is started and stopped here by changing its state.
/// </summary>
internal sealed class DssApiClusters
{
    private const string Manual = "manual";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly SortedDictionary<string, JsonObject> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _states = new(StringComparer.Ordinal);
    private readonly string? _folder;

    public DssApiClusters(string? dataDirectory)
    {
        _folder = dataDirectory is null ? null : Path.Combine(dataDirectory, "config", "clusters");
        if (!Directory.Exists(_folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(_folder, "*.json"))
        {
            var cluster = JsonNode.Parse(File.ReadAllText(file, Encoding.UTF8))!.AsObject();
            _clusters[Path.GetFileNameWithoutExtension(file)] = cluster;
        }
    }

    /// <summary>What the list shows of each.</summary>
    public JsonArray List() => new([.. _clusters.Keys.Select(id => (JsonNode)Summary(id))]);

    public JsonObject? Find(string id)
    {
        if (!_clusters.TryGetValue(id, out var cluster))
        {
            return null;
        }

        var shown = cluster.DeepClone().AsObject();
        shown["id"] = id;
        shown["state"] = StateOf(id);
        return shown;
    }

    /// <summary>Makes one; what is wrong stands in the answer's messages, as DSS has it.</summary>
    public JsonObject Create(JsonObject given)
    {
        var name = (string?)given["name"] ?? "";
        if (name.Length == 0 || name.Contains('/') || _clusters.ContainsKey(name))
        {
            return Told($"A cluster cannot be named '{name}': it is empty, has a slash or is taken", null);
        }

        Put(name, new JsonObject
        {
            ["name"] = name,
            ["type"] = given["type"]?.DeepClone() ?? Manual,
            ["architecture"] = given["architecture"]?.DeepClone() ?? "HADOOP",
            ["params"] = given["params"]?.DeepClone() ?? new JsonObject(),
            ["permissions"] = new JsonArray(),
            ["usableByAll"] = true,
        });
        return Told(null, name);
    }

    /// <summary>Replaces one. Its name and type stay what they were.</summary>
    public JsonObject Put(string id, JsonObject definition)
    {
        var cluster = definition.DeepClone().AsObject();
        cluster.Remove("id");
        cluster.Remove("state");
        _clusters[id] = cluster;
        if (_folder is not null)
        {
            Directory.CreateDirectory(_folder);
            File.WriteAllText(FileOf(id), cluster.ToJsonString(Indented) + "\n");
        }

        return Find(id)!;
    }

    public void Delete(string id)
    {
        _clusters.Remove(id);
        _states.Remove(id);
        if (_folder is not null)
        {
            File.Delete(FileOf(id));
        }
    }

    public JsonObject Status(string id) => new()
    {
        ["clusterId"] = id,
        ["clusterType"] = _clusters[id]["type"]?.DeepClone(),
        ["state"] = StateOf(id),
        ["usages"] = new JsonArray(),
    };

    public JsonObject Start(string id) => Move(id, "RUNNING");

    public JsonObject Stop(string id, bool terminate)
    {
        var answer = Move(id, "NONE");
        if (terminate && answer["messages"]?["error"]?.GetValue<bool>() == false)
        {
            Delete(id);
        }

        return answer;
    }

    private JsonObject Move(string id, string state)
    {
        if ((string?)_clusters[id]["type"] == Manual)
        {
            return Told($"Cluster '{id}' is not managed by DSS", id);
        }

        _states[id] = state;
        return Told(null, id);
    }

    private JsonObject Summary(string id) => new()
    {
        ["id"] = id,
        ["name"] = _clusters[id]["name"]?.DeepClone() ?? id,
        ["type"] = _clusters[id]["type"]?.DeepClone(),
        ["architecture"] = _clusters[id]["architecture"]?.DeepClone(),
        ["state"] = StateOf(id),
    };

    private string StateOf(string id) => _states.GetValueOrDefault(id, "NONE");

    private string FileOf(string id) => Path.Combine(_folder!, id + ".json");

    private static JsonObject Told(string? error, string? id)
    {
        var messages = new JsonArray();
        if (error is not null)
        {
            messages.Add(new JsonObject { ["severity"] = "ERROR", ["code"] = "ERR_CLUSTERS", ["message"] = error });
        }

        return new JsonObject
        {
            ["id"] = id,
            ["messages"] = new JsonObject { ["error"] = error is not null, ["messages"] = messages },
        };
    }
}
