using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SparkAzure.Sandbox.DssApi;

/// <summary>
/// DSS's public API on 127.0.0.1, as far as the general settings and the connections go, and what its own Python client
/// asks besides: its ways of signing in, its headers, its error bodies, its encrypting of secrets and its silence about
/// what it drops. Remembers every request, and can misbehave.
/// </summary>
public sealed partial class DssApiStandIn : IAsyncDisposable
{
    // As a browser's neighbour has it, and as DSS's own Python client does: its web server leads the first to the
    // second.
    private static readonly string[] Bases = ["/public/api", "/dip/publicapi"];
    private const string ConnectionsPath = "/admin/connections/";

    private readonly ConcurrentQueue<DssApiRequest> _requests = new();
    private readonly ConcurrentQueue<DssApiFault> _faults = new();
    private readonly ConcurrentQueue<DssApiFault> _changeFaults = new();
    private readonly DssApiOptions _options;
    private readonly DssApiStore _store;
    private readonly DssApiClusters _clusters;
    private readonly WebApplication _application;
    private readonly LoopbackCertificate? _certificate;
    private readonly object _gate = new();
    private Action<JsonObject>? _somebodyElse;

    private DssApiStandIn(DssApiOptions options)
    {
        _options = options;
        _store = new DssApiStore(options);
        _clusters = new DssApiClusters(options.DataDirectory);
        _certificate = options.Https ? LoopbackCertificate.Create() : null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
        {
            if (_certificate is not null)
            {
                listen.UseHttps(_certificate.Server);
            }
        }));
        _application = builder.Build();
        _application.Run(HandleAsync);
    }

    /// <summary>The address as a browser opens it.</summary>
    public Uri Uri =>
        new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + _options.BasePath);

    /// <summary>The secret of the API key with admin rights.</summary>
    public string ApiKey => _options.ApiKey;

    /// <summary>The secret of an API key without admin rights.</summary>
    public string LimitedApiKey => _options.LimitedApiKey;

    /// <summary>Every request so far, in the order they ended.</summary>
    public IReadOnlyCollection<DssApiRequest> Requests => _requests;

    /// <summary>A copy of the general settings as they stand.</summary>
    public JsonObject GeneralSettings
    {
        get
        {
            lock (_gate)
            {
                return _store.GeneralSettings.DeepClone().AsObject();
            }
        }
    }

    /// <summary>A copy of the connections as they stand, by name.</summary>
    public JsonObject Connections
    {
        get
        {
            lock (_gate)
            {
                return _store.Connections.DeepClone().AsObject();
            }
        }
    }

    /// <summary>Starts the stand-in.</summary>
    public static async Task<DssApiStandIn> StartAsync(
        DssApiOptions? options = null, CancellationToken cancellationToken = default)
    {
        var dss = new DssApiStandIn(options ?? new DssApiOptions());
        await dss._application.StartAsync(cancellationToken);
        return dss;
    }

    /// <summary>
    /// Answers the next request so, whatever it asks; called several times, the next ones in that order.
    /// </summary>
    public void FailNext(DssApiFault fault) => _faults.Enqueue(fault);

    /// <summary>Answers the next PUT, POST or DELETE so, without doing it.</summary>
    public void FailNextChange(DssApiFault fault) => _changeFaults.Enqueue(fault);

    /// <summary>Has somebody else save the general settings right after they have been read the next time.</summary>
    public void SomebodyElseSavesAfterNextRead(Action<JsonObject> change) =>
        Interlocked.Exchange(ref _somebodyElse, change);

    /// <summary>Changes a connection, as an administrator in a browser does.</summary>
    public void SaveConnection(string name, JsonObject connection)
    {
        lock (_gate)
        {
            _store.Save(name, connection.DeepClone().AsObject());
        }
    }

    /// <summary>Forgets the requests so far.</summary>
    public void ClearRequests() => _requests.Clear();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate?.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        // The raw target, because Kestrel's Path has its escapes undone.
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        context.Response.Headers["DSS-Version"] = _options.Version;
        context.Response.Headers["DSS-API-Version"] = "1";
        try
        {
            if (_faults.TryDequeue(out var fault)
                || (context.Request.Method != "GET" && _changeFaults.TryDequeue(out fault)))
            {
                if (fault.RetryAfter is { } seconds)
                {
                    context.Response.Headers.RetryAfter = seconds.ToString(
                        System.Globalization.CultureInfo.InvariantCulture);
                }

                if (fault.Location is { } location)
                {
                    context.Response.Headers.Location = location;
                }

                if (fault.IsOfProxy)
                {
                    context.Response.Headers.Remove("DSS-Version");
                    context.Response.Headers.Remove("DSS-API-Version");
                }

                await WriteAsync(context, fault.Status, fault.ContentType, fault.Body);
                return;
            }

            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            var (status, answer) = Answer(context.Request, target, body);
            await WriteAsync(context, status, "application/json", answer);
        }
        finally
        {
            _requests.Enqueue(new DssApiRequest(context.Request.Method, target, context.Response.StatusCode));
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType + ";charset=utf-8";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    private (int Status, string Body) Answer(HttpRequest request, string target, string body)
    {
        var path = target.Split('?')[0];
        var root = Bases
            .Select(b => _options.BasePath + b)
            .FirstOrDefault(r => path.StartsWith(r + "/", StringComparison.Ordinal));
        if (root is null)
        {
            return Problem(404, "com.dataiku.dip.exceptions.NotFoundException", "Not found");
        }

        var key = KeyOf(request.Headers.Authorization, _options.BearerOnly);
        if (key != _options.ApiKey && key != _options.LimitedApiKey)
        {
            return Problem(401, "com.dataiku.dip.exceptions.NotAuthenticatedException", "Unknown API Key");
        }

        path = path[root.Length..];
        if (path.StartsWith("/admin/", StringComparison.Ordinal) && key != _options.ApiKey)
        {
            return Problem(
                403,
                "com.dataiku.dip.exceptions.UnauthorizedException",
                "Action forbidden, you are not an administrator");
        }

        lock (_gate)
        {
            try
            {
                var query = target[target.Split('?')[0].Length..];
                return Route(request.Method, path, query, body, isAdmin: key == _options.ApiKey);
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException
                or ArgumentException)
            {
                return Problem(
                    400, "java.lang.IllegalArgumentException", "Could not parse the request: " + exception.Message);
            }
        }
    }

    private (int Status, string Body) Route(string method, string path, string query, string body, bool isAdmin)
    {
        switch (method, path)
        {
            case ("GET", "/auth/info"):
                return Ok(new JsonObject { ["authIdentifier"] = "api:sandbox", ["via"] = new JsonArray("global API key") });
            case ("GET", "/instance-info"):
                return Ok(new JsonObject { ["nodeId"] = "sandbox", ["nodeName"] = "sandbox", ["nodeType"] = "DESIGN" });
            case ("GET", "/admin/general-settings"):
                var answer = Ok(_store.GeneralSettings);
                if (Interlocked.Exchange(ref _somebodyElse, null) is { } change)
                {
                    var theirs = _store.GeneralSettings.DeepClone().AsObject();
                    change(theirs);
                    _store.SaveGeneralSettings(theirs);
                }

                return answer;
            case ("PUT", "/admin/general-settings"):
                var settings = JsonNode.Parse(body)!.AsObject();
                if (DssApiStore.DanglingReference(settings) is { } reference)
                {
                    return Problem(
                        400, "java.lang.IllegalArgumentException", $"Unknown Spark configuration: {reference}");
                }

                _store.SaveGeneralSettings(settings);
                return Ok(new JsonObject());
            case ("GET", ConnectionsPath):
                return Ok(Listed());
            case ("POST", ConnectionsPath):
                return Create(JsonNode.Parse(body)!.AsObject());
            case (_, _) when path.StartsWith(ConnectionsPath, StringComparison.Ordinal)
                && path.Length > ConnectionsPath.Length:
                return Connection(method, Uri.UnescapeDataString(path[ConnectionsPath.Length..]), body);
            default:
                return RouteClient(method, path, query, body, isAdmin);
        }
    }

    // DSS names each, whether its file does or not.
    private JsonObject Listed()
    {
        var all = new JsonObject();
        foreach (var (name, connection) in _store.Connections)
        {
            all[name] = Named(name, connection!.AsObject());
        }

        return all;
    }

    private static JsonObject Named(string name, JsonObject connection)
    {
        var named = connection.DeepClone().AsObject();
        named["name"] ??= name;
        return named;
    }

    private (int Status, string Body) Create(JsonObject given)
    {
        var name = given["name"]?.GetValue<string>() ?? "";
        if (name.Length == 0 || given["type"] is null)
        {
            return Problem(400, "java.lang.IllegalArgumentException", "A connection needs a name and a type");
        }

        if (_store.Connections.ContainsKey(name))
        {
            return Problem(500, "java.lang.IllegalArgumentException", $"Connection '{name}' already exists");
        }

        _store.Create(name, given);
        return Ok(new JsonObject { ["msg"] = $"Created connection {name}" });
    }

    // Not a 404: DSS tells a missing connection by its text.
    private static (int Status, string Body) Missing(string name) =>
        Problem(500, "java.lang.IllegalArgumentException", $"Connection '{name}' does not exist");

    private (int Status, string Body) Connection(string method, string name, string body)
    {
        if (method == "POST" && name.EndsWith("/sync", StringComparison.Ordinal))
        {
            var synchronized = name[..^"/sync".Length];
            return _store.Connections[synchronized] is null ? Missing(synchronized) : Synchronized();
        }

        if (_store.Connections[name] is not JsonObject connection)
        {
            return Missing(name);
        }

        switch (method)
        {
            case "GET":
                return Ok(Named(name, connection));
            case "PUT":
                _store.Save(name, JsonNode.Parse(body)!.AsObject());
                return Ok(new JsonObject { ["msg"] = $"Updated connection {name}" });
            case "DELETE":
                _store.Delete(name);
                return Ok(new JsonObject { ["msg"] = $"Deleted connection {name}" });
            default:
                return NotSupported(method);
        }
    }

    // Key as user name with an empty password (every version), Bearer, and blank user name with the key as password (13
    // and later).
    private static string? KeyOf(string? header, bool bearerOnly)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var authorization))
        {
            return null;
        }

        if (authorization.Scheme == "Bearer")
        {
            return authorization.Parameter;
        }

        if (bearerOnly)
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(authorization.Parameter ?? "")).Split(':', 2);
        if (pair.Length < 2)
        {
            return null;
        }

        if (pair[0].Length > 0 && pair[1].Length == 0)
        {
            return pair[0];
        }

        if (pair[0].Length == 0)
        {
            return pair[1];
        }

        return null;
    }

    private static (int Status, string Body) Ok(JsonNode body) => (200, body.ToJsonString());

    private static (int Status, string Body) Problem(int status, string type, string message) => (status, new JsonObject
    {
        ["errorType"] = type,
        ["message"] = message,
        ["detailedMessage"] = $"{message}, caused by: {type[(type.LastIndexOf('.') + 1)..]}",
        ["detailedMessageHTML"] = $"<span>{message}</span>",
    }.ToJsonString());
}
