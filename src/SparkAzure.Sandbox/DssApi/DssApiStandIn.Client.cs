using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace SparkAzure.Sandbox.DssApi;

/// <summary>
/// What DSS's own Python client asks beside general settings and connections, under the address that it uses
/// (<c>/dip/publicapi</c>; a proxy's <c>/public/api</c> leads there). Paths, parameters and members are those of
/// dataiku-api-client 14.3.3; of an answer the client reads the members named here, and DSS has more.
/// </summary>
public sealed partial class DssApiStandIn
{
    private const string UsablePath = "/connections/";
    private const string ClustersPath = "/admin/clusters/";

    // DSS has a test for what it connects to itself; HDFS is tried by nothing (notTestable in its page).
    private static readonly string[] NotTestable = ["HDFS"];

    private (int Status, string Body) RouteClient(string method, string path, string query, string body, bool isAdmin)
    {
        if (path.StartsWith(ClustersPath, StringComparison.Ordinal))
        {
            return Cluster(method, path[ClustersPath.Length..], query, body);
        }

        switch (method, path)
        {
            case ("GET", UsablePath + "get-names"):
                return Ok(Names(ParameterOf(query, "type") ?? "all", isAdmin));
            case ("GET", "/admin/licensing/status"):
                return Ok(LicensingStatus());
            case ("POST", "/admin/licensing/license"):
                _ = JsonNode.Parse(body)!.AsObject();
                return Ok(new JsonObject());
            case ("GET", _) when path.StartsWith(UsablePath, StringComparison.Ordinal)
                && path[UsablePath.Length..].Split('/') is [var name, var what]:
                return Usable(Uri.UnescapeDataString(name), what, isAdmin);
            default:
                return Problem(404, "com.dataiku.dip.exceptions.NotFoundException", $"No such call: {method} {path}");
        }
    }

    private JsonArray Names(string type, bool isAdmin)
    {
        var wanted = _store.Connections
            .Where(c => type == "all" || (string?)c.Value?["type"] == type)
            .Where(c => isAdmin || IsForAll(c.Value))
            .Select(c => (JsonNode)c.Key);
        return new JsonArray([.. wanted]);
    }

    private (int Status, string Body) Usable(string name, string what, bool isAdmin)
    {
        if (_store.Connections[name] is not JsonObject connection || (!isAdmin && !IsForAll(connection)))
        {
            return Missing(name);
        }

        var readableBy = (string?)connection["detailsReadability"]?["readableBy"];
        switch (what)
        {
            case "test":
                return Test(name, (string?)connection["type"] ?? "");
            case "info" when isAdmin || readableBy == "ALL":
                return Ok(Info(name, connection));
            case "info":
                return Problem(
                    403,
                    "com.dataiku.dip.exceptions.UnauthorizedException",
                    $"You may not read the details of connection {name}");
            default:
                return Problem(404, "com.dataiku.dip.exceptions.NotFoundException", $"No such call: {what}");
        }
    }

    // Who may read the details gets its secrets as they are.
    private JsonObject Info(string name, JsonObject connection)
    {
        var open = _store.Decrypted(connection);
        return new JsonObject
        {
            ["name"] = name,
            ["type"] = open["type"]?.DeepClone(),
            ["credentialsMode"] = open["credentialsMode"]?.DeepClone() ?? "GLOBAL",
            ["params"] = open["params"]?.DeepClone(),
            ["resolvedParams"] = open["params"]?.DeepClone(),
        };
    }

    private static (int Status, string Body) Test(string name, string type)
    {
        if (NotTestable.Contains(type))
        {
            return Problem(
                500,
                "java.lang.IllegalArgumentException",
                $"Connection '{name}' cannot be tested: there is no test for the type {type}");
        }

        return Ok(new JsonObject { ["connectionOK"] = true });
    }

    private (int Status, string Body) Cluster(string method, string path, string query, string body)
    {
        if (path.Length == 0)
        {
            return method switch
            {
                "GET" => Ok(_clusters.List()),
                "POST" => Ok(_clusters.Create(JsonNode.Parse(body)!.AsObject())),
                _ => NotSupported(method),
            };
        }

        var steps = path.Split('/').Select(Uri.UnescapeDataString).ToArray();
        var id = steps[0];
        if (_clusters.Find(id) is not { } cluster)
        {
            return Problem(404, "com.dataiku.dip.exceptions.NotFoundException", $"Cluster '{id}' does not exist");
        }

        switch (method, steps[1..])
        {
            case ("GET", []):
                return Ok(cluster);
            case ("PUT", []):
                return Ok(_clusters.Put(id, JsonNode.Parse(body)!.AsObject()));
            case ("DELETE", []):
                _clusters.Delete(id);
                return Ok(new JsonObject());
            case ("GET", ["status"]):
                return Ok(_clusters.Status(id));
            case ("POST", ["actions", "start"]):
                return Ok(_clusters.Start(id));
            case ("POST", ["actions", "stop"]):
                return Ok(_clusters.Stop(id, IsTrue(ParameterOf(query, "terminate"))));
            default:
                return NotSupported(method);
        }
    }

    // The task of setting the access lists of a connection's root anew is over as soon as it is asked for.
    private static (int Status, string Body) Synchronized() => Ok(new JsonObject
    {
        ["hasResult"] = true,
        ["alive"] = false,
        ["aborted"] = false,
        ["result"] = new JsonObject { ["success"] = true },
    });

    // The outline: which kinds of connection a license allows is what the module's users look there for.
    private static JsonObject LicensingStatus() => new()
    {
        ["base"] = new JsonObject
        {
            ["hasLicense"] = true,
            ["valid"] = true,
            ["expired"] = false,
            ["communityEdition"] = false,
            ["allowedConnectionTypes"] = new JsonArray("ALL"),
        },
        ["limits"] = new JsonObject(),
    };

    private static bool IsForAll(JsonNode? connection) => (string?)connection?["usableBy"] != "ALLOWED";

    private static string? ParameterOf(string query, string name)
    {
        if (QueryHelpers.ParseQuery(query).TryGetValue(name, out var value))
        {
            return value.ToString();
        }

        return null;
    }

    // Python writes True.
    private static bool IsTrue(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static (int Status, string Body) NotSupported(string method) =>
        Problem(405, "java.lang.UnsupportedOperationException", $"{method} is not supported");
}
