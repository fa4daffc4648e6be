using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace SparkAzure.Core.Docker;

/// <summary>
/// A daemon with the Docker Engine API. Docker.DotNet makes the calls, over <see cref="DockerTransport"/>; what it
/// throws becomes the module's errors here.
/// </summary>
internal sealed class DockerDaemon : IDisposable
{
    // The builder that every daemon since 2013 has; BuildKit would want a session beside the request.
    private const string ClassicBuilder = "1";

    private static readonly JsonSerializerOptions Json =
        new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly DockerClient _client;

    /// <exception cref="SparkAzureException">DockerCertificatesUnusable.</exception>
    public DockerDaemon(DockerEndpoint endpoint)
    {
        Endpoint = endpoint.Display;

        // A build takes as long as it takes; the caller's token is what ends it.
        _client = new DockerClientBuilder()
            .WithEndpoint(endpoint.BaseAddress)
            .WithTimeout(Timeout.InfiniteTimeSpan)
            .WithTransportOptions(DockerTransportFactory.Instance, endpoint)
            .Build();
    }

    /// <summary>Where the daemon is, for messages.</summary>
    public string Endpoint { get; }

    /// <summary>GET /_ping.</summary>
    /// <exception cref="SparkAzureException">DockerUnavailable.</exception>
    public Task PingAsync(CancellationToken cancellationToken) =>
        AskAsync("answer", () => _client.System.PingAsync(cancellationToken));

    /// <summary>GET /version: whether it is podman, whose builder takes what only BuildKit does of Docker's.</summary>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    public async Task<bool> IsPodmanAsync(CancellationToken cancellationToken)
    {
        VersionResponse? version = null;
        await AskAsync(
            "tell its version",
            async () => version = await _client.System.GetVersionAsync(cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
        return version?.Components?.Any(c => c.Name.Contains("Podman", StringComparison.OrdinalIgnoreCase)) == true;
    }

    /// <summary>POST /build with the classic builder.</summary>
    /// <param name="parameters">What is built, and how.</param>
    /// <param name="contents">The build context, a tar; read while the daemon answers.</param>
    /// <param name="logins">Logins for the registries of base images, by registry.</param>
    /// <param name="progress">Is given each message of the answer as it comes.</param>
    /// <param name="cancellationToken">Breaks the connection, which stops the build.</param>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    public Task BuildAsync(
        ImageBuildParameters parameters,
        Stream contents,
        IReadOnlyDictionary<string, AuthConfig> logins,
        IProgress<JSONMessage> progress,
        CancellationToken cancellationToken)
    {
        parameters.Version = ClassicBuilder;
        parameters.Remove = true;
        parameters.ForceRemove = true;

        // Docker.DotNet would write this header in the alphabet of base64 that daemons do not take for URLs.
        var headers = new Dictionary<string, string> { ["X-Registry-Config"] = Encode(logins) };
        return WorkAsync(
            $"build {parameters.Tags?[0]}",
            new MaskedProgress(progress, logins.Values),
            told => _client.Images.BuildImageFromDockerfileAsync(
                parameters, contents, authConfigs: null, headers, told, cancellationToken));
    }

    /// <summary>POST /images/create: pulls an image.</summary>
    /// <param name="parameters">Which one.</param>
    /// <param name="login">The login; null for none.</param>
    /// <param name="progress">Is given each message of the answer as it comes.</param>
    /// <param name="cancellationToken">Breaks the connection, which stops the pull.</param>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    public Task PullAsync(
        ImagesCreateParameters parameters,
        AuthConfig? login,
        IProgress<JSONMessage> progress,
        CancellationToken cancellationToken) => WorkAsync(
            $"pull {parameters.FromImage}",
            new MaskedProgress(progress, [login]),
            told => _client.Images.CreateImageAsync(parameters, login, told, cancellationToken));

    /// <summary>POST /images/{name}/push.</summary>
    /// <param name="name">Registry and repository, without the tag.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="login">The login; null for none.</param>
    /// <param name="progress">Is given each message of the answer as it comes.</param>
    /// <param name="cancellationToken">Breaks the connection, which stops the push.</param>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    public Task PushAsync(
        string name,
        string tag,
        AuthConfig? login,
        IProgress<JSONMessage> progress,
        CancellationToken cancellationToken)
    {
        var parameters = new ImagePushParameters { Tag = tag };
        return WorkAsync(
            $"push {name}:{tag}",
            new MaskedProgress(progress, [login]),
            told => _client.Images.PushImageAsync(name, parameters, login, told, cancellationToken));
    }

    /// <summary>GET /images/{name}/json; null when the daemon has no such image.</summary>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    public Task<ImageInspectResponse?> FindImageAsync(string name, CancellationToken cancellationToken) =>
        AskAsync($"inspect {name}", () => InspectAsync(name, cancellationToken));

    /// <summary>GET /images/{name}/history, the last step first.</summary>
    /// <exception cref="SparkAzureException">DockerUnavailable, DockerRefused.</exception>
    public Task<IList<ImageHistoryResponse>> GetHistoryAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(
            $"tell the history of {name}",
            () => _client.Images.GetImageHistoryAsync(name, cancellationToken));

    public void Dispose() => _client.Dispose();

    private async Task<ImageInspectResponse?> InspectAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var image = await _client.Images.InspectImageAsync(name, cancellationToken).ConfigureAwait(false);
            if (image is { ID.Length: > 0 })
            {
                return image;
            }

            throw new JsonException("An image has an id.");
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
    }

    // The headers hold JSON in the URL-safe base64 of RFC 4648.
    private static string Encode(IReadOnlyDictionary<string, AuthConfig> logins)
    {
        var text = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(logins, Json));
        return text.Replace('+', '-').Replace('/', '_');
    }

    private async Task WorkAsync(string what, MaskedProgress progress, Func<IProgress<JSONMessage>, Task> work)
    {
        try
        {
            await AskAsync(what, () => work(progress)).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (progress.Mask(exception.Message) is var masked
            && masked != exception.Message)
        {
            throw new SparkAzureException(exception.Id, exception.Kind, masked, exception.Remedy, exception.Target);
        }
    }

    private async Task AskAsync(string what, Func<Task> ask) => await AskAsync(what, async () =>
    {
        await ask().ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    private async Task<T> AskAsync<T>(string what, Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (DockerApiException exception)
        {
            throw DockerErrors.DockerRefused(
                what, (int)exception.StatusCode, DockerRefusal.MessageIn(exception.ResponseBody ?? ""));
        }
        catch (Exception exception) when (exception is JsonException or NotImplementedException
            or InvalidOperationException or FormatException or OverflowException)
        {
            // The others are what Docker.DotNet makes of a date or a number that is none.
            throw DockerErrors.DockerRefused(
                what, (int)HttpStatusCode.OK, "the answer is not the Docker Engine API's");
        }
        catch (IOException exception)
        {
            throw Innermost<SparkAzureException>(exception) ?? DockerErrors.DockerUnavailable(
                Endpoint, $"the connection broke ({exception.Message}).", exception);
        }
        catch (HttpRequestException exception)
        {
            // What happened while the context was read is the cause; the broken request is its echo.
            throw Innermost<SparkAzureException>(exception) ?? Unavailable(exception);
        }
    }

    private SparkAzureException Unavailable(HttpRequestException exception)
    {
        if (Innermost<AuthenticationException>(exception) is { } distrust)
        {
            return DockerErrors.DockerDaemonNotTrusted(Endpoint, distrust.GetBaseException().Message, exception);
        }

        return DockerErrors.DockerUnavailable(Endpoint, Reason(exception), exception);
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
}
