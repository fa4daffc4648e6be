using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparkAzure.Core.Images.Docker;

/// <summary>The Docker Engine API over HTTP.</summary>
internal sealed class DockerClient : IDockerClient
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient _http;
    private bool _isPodman;

    /// <exception cref="SparkAzureException">DockerCertificatesUnusable.</exception>
    public DockerClient(DockerEndpoint endpoint)
    {
        Endpoint = endpoint.Display;

        // A build takes as long as it takes; the caller's token is what ends it.
        _http = new HttpClient(endpoint.CreateHandler()) { BaseAddress = endpoint.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
    }

    public string Endpoint { get; }

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "_ping");
        using var answer = await SendAsync(request, "answer", cancellationToken).ConfigureAwait(false);
        _isPodman = answer.Headers.Contains("Libpod-API-Version");
    }

    public async Task BuildImageFromDockerfileAsync(
        ImageBuildParameters parameters,
        Stream contents,
        IReadOnlyDictionary<string, AuthConfig> authConfigs,
        IProgress<JsonMessage> progress,
        CancellationToken cancellationToken)
    {
        var query = $"t={Uri.EscapeDataString(parameters.Tag)}&dockerfile={Uri.EscapeDataString(parameters.Dockerfile)}"
            + $"&buildargs={Uri.EscapeDataString(JsonSerializer.Serialize(parameters.BuildArgs))}&rm=1&forcerm=1&version=1"
            + (parameters.NoCache ? "&nocache=1" : "")
            + (parameters.Platform is null ? "" : $"&platform={Uri.EscapeDataString(parameters.Platform)}");
        using var content = new StreamContent(contents, 1 << 16);
        content.Headers.ContentType = new("application/x-tar");
        using var request = new HttpRequestMessage(HttpMethod.Post, "build?" + query) { Content = content };

        // A daemon that refuses the query says so before it has been sent the context.
        request.Headers.ExpectContinue = true;
        request.Headers.Add("X-Registry-Config", Encode(authConfigs));
        using var answer = await SendAsync(request, $"build {parameters.Tag}", cancellationToken).ConfigureAwait(false);
        await ReadMessagesAsync(answer, progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task CreateImageAsync(
        string fromImage, string tag, string? platform, AuthConfig? authConfig, IProgress<JsonMessage> progress, CancellationToken cancellationToken)
    {
        var query = $"fromImage={Uri.EscapeDataString(fromImage)}&tag={Uri.EscapeDataString(tag)}"
            + (platform is null ? "" : $"&platform={Uri.EscapeDataString(platform)}") + PlainHttp(fromImage);
        using var request = new HttpRequestMessage(HttpMethod.Post, "images/create?" + query);
        request.Headers.Add("X-Registry-Auth", Encode(authConfig ?? new AuthConfig()));
        using var answer = await SendAsync(request, $"pull {fromImage}", cancellationToken).ConfigureAwait(false);
        await ReadMessagesAsync(answer, progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task PushImageAsync(string name, string tag, AuthConfig? authConfig, IProgress<JsonMessage> progress, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"images/{name}/push?tag={Uri.EscapeDataString(tag)}{PlainHttp(name)}");
        request.Headers.Add("X-Registry-Auth", Encode(authConfig ?? new AuthConfig()));
        using var answer = await SendAsync(request, $"push {name}:{tag}", cancellationToken).ConfigureAwait(false);
        await ReadMessagesAsync(answer, progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ImageInspectResponse?> InspectImageAsync(string name, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"images/{name}/json");
        using var answer = await SendAsync(request, $"inspect {name}", cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        var body = await ReadBodyAsync(answer, cancellationToken).ConfigureAwait(false);
        return Read<ImageInspectResponse>(body, $"inspect {name}");
    }

    public async Task<IReadOnlyList<ImageHistoryResponse>> GetImageHistoryAsync(string name, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"images/{name}/history");
        using var answer = await SendAsync(request, $"tell the history of {name}", cancellationToken).ConfigureAwait(false);
        var body = await ReadBodyAsync(answer, cancellationToken).ConfigureAwait(false);
        return Read<IReadOnlyList<ImageHistoryResponse>>(body, $"tell the history of {name}") ?? [];
    }

    public void Dispose() => _http.Dispose();

    // The headers hold JSON in the URL-safe base64 of RFC 4648.
    private static string Encode<T>(T value) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(value, Json)).Replace('+', '-').Replace('/', '_');

    // Docker speaks plain http to registries on the loopback by itself; podman wants to be told (podman, pkg/api/handlers/compat/images_push.go).
    private string PlainHttp(string image) =>
        _isPodman && RegistryAddress.IsLoopbackName(RegistryAddress.HostName(image.Split('/')[0])) ? "&tlsVerify=false" : "";

    private static T? Read<T>(string text, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text);
        }
        catch (JsonException)
        {
            throw ImageErrors.DockerRefused(what, (int)HttpStatusCode.OK, "the answer is not the Docker Engine API's");
        }
    }

    private async Task ReadMessagesAsync(HttpResponseMessage answer, IProgress<JsonMessage> progress, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (line.Length > 0 && Read<JsonMessage>(line, "report progress") is { } message)
                {
                    progress.Report(message);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw ImageErrors.DockerUnavailable(Endpoint, $"the connection broke ({exception.Message}).", exception);
        }
    }

    private async Task<string> ReadBodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw ImageErrors.DockerUnavailable(Endpoint, $"the connection broke ({exception.Message}).", exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken, HttpStatusCode? accepted = null)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // What happened while the context was read is the cause; the broken request is its echo.
            throw Innermost<SparkAzureException>(exception)
                ?? (Innermost<AuthenticationException>(exception) is { } distrust ? ImageErrors.DockerDaemonNotTrusted(Endpoint, distrust.GetBaseException().Message, exception) : null)
                ?? ImageErrors.DockerUnavailable(Endpoint, Reason(exception), exception);
        }

        if (answer.IsSuccessStatusCode || answer.StatusCode == accepted)
        {
            return answer;
        }

        using (answer)
        {
            var body = await ReadBodyAsync(answer, cancellationToken).ConfigureAwait(false);
            throw ImageErrors.DockerRefused(what, (int)answer.StatusCode, MessageIn(body));
        }
    }

    private static string Reason(Exception exception) => Innermost<SocketException>(exception)?.SocketErrorCode switch
    {
        SocketError.AccessDenied => "this account may not use its socket.",
        SocketError.ConnectionRefused => "nothing listens there.",
        SocketError.AddressNotAvailable => "there is no such socket.",
        _ => exception.InnerException?.Message ?? exception.Message,
    };

    private static T? Innermost<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T wanted)
            {
                return wanted;
            }
        }

        return null;
    }

    private static string MessageIn(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message)
                ? message.ToString()
                : body;
        }
        catch (JsonException)
        {
            return body.Length > 500 ? body[..500] : body;
        }
    }
}
