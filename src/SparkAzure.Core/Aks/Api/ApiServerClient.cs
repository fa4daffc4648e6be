using System.Security.Authentication;
using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;
using k8s;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// KubernetesClient's client for one API server, with the credential of a kubeconfig. The library is told the address
/// and nothing else: its own reading of kubeconfigs takes a certificate of the right authority for another host, and
/// sends that host the token.
/// </summary>
internal sealed class ApiServerClient : IDisposable
{
    /// <summary>
    /// An API server that is up answers these calls in well under a second, with some kilobytes. One that is busy says
    /// so (API priority and fairness), and is asked again.
    /// </summary>
    private static readonly HttpTransportOptions Bounds = new()
    {
        Attempts = 4,
        Patience = TimeSpan.FromSeconds(30),
        WholeTime = TimeSpan.FromSeconds(30),
        LongestPause = TimeSpan.FromSeconds(10),
        LargestAnswer = 16 << 20,
    };

    private readonly KubernetesAccess _access;
    private readonly ServerTrust _trust;
    private readonly k8s.Kubernetes _library;

    /// <param name="access">Where the server is and as whom to call it; disposed with this.</param>
    /// <param name="caller">Is told of every request.</param>
    /// <param name="bounds">How long to wait, and for how much; null for the usual.</param>
    public ApiServerClient(KubernetesAccess access, ICaller caller, HttpTransportOptions? bounds = null)
    {
        _access = access;
        _trust = new ServerTrust(access);
        var configuration = new KubernetesClientConfiguration
        {
            Host = access.Server.OriginalString,
            HttpClientTimeout = Timeout.InfiniteTimeSpan,
            UserAgent = null,
            FirstMessageHandlerSetup = handler => ApiServerTls.SetUp(
                handler, access, _trust, showClientCertificate: true),
        };
        configuration.AddJsonOptions(json => json.TypeInfoResolverChain.Insert(0, KubernetesJsonTypes.Default));
        _library = new k8s.Kubernetes(configuration, new ApiServerHandler(access, _trust, caller, bounds ?? Bounds));
    }

    /// <summary>
    /// Has the library loaded, and what it needs compiled, on another thread: it is the largest of the module, and a
    /// first call takes a sixth less where that happens while a kubeconfig is read. No request is made.
    /// </summary>
    public static Task LoadLibraryAsync() => Task.Run(() =>
    {
        using var unused = new k8s.Kubernetes(new KubernetesClientConfiguration { Host = "https://localhost" });
        KubernetesJsonTypes.Compile();
    });

    /// <summary>Where it is.</summary>
    public Uri Server => _access.Server;

    /// <summary>Whether the kubeconfig names a proxy to it.</summary>
    public bool HasProxy => _access.Proxy is not null;

    /// <summary>The status with which a server refused what became an error; null where it was no refusal.</summary>
    public static int? StatusCode(SparkAzureException error) =>
        (error.InnerException as KubernetesException)?.Status?.Code;

    /// <summary>Makes a call.</summary>
    /// <exception cref="SparkAzureException">
    /// KubernetesUnavailable, KubernetesAnswerUnreadable; KubernetesSignInRefused, KubernetesAccessDenied and
    /// KubernetesRequestFailed, whose InnerException is a <see cref="KubernetesException"/> with the server's own
    /// words.
    /// </exception>
    public async Task<T> CallAsync<T>(
        Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            // The body "null" is JSON, and no object.
            return await call(_library, cancellationToken).ConfigureAwait(false) ?? throw Unreadable();
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            throw Unreadable();
        }
        catch (HttpRequestException exception)
            when (exception.InnerException is AuthenticationException && _trust.LastFault is not null)
        {
            throw KubernetesErrors.KubernetesUnavailable(_access.Server, new AuthenticationException(_trust.LastFault));
        }
        catch (Exception exception) when (IsNoAnswer(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw KubernetesErrors.KubernetesUnavailable(_access.Server, exception);
        }
    }

    /// <summary>Makes a call that looks for an object; null when it is not there.</summary>
    /// <exception cref="SparkAzureException">As <see cref="CallAsync"/>.</exception>
    public async Task<T?> FindAsync<T>(
        Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await CallAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception)
            when (exception.InnerException is KubernetesException { Status: { Code: 404, Reason: "NotFound" } })
        {
            return null;
        }
    }

    /// <summary>
    /// Reads an answer as JSON, of whatever kind its objects are. Of lists the names alone are asked for.
    /// </summary>
    /// <param name="path">Path and query.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="SparkAzureException">As <see cref="CallAsync"/>.</exception>
    public Task<JsonElement> ReadJsonAsync(string path, CancellationToken cancellationToken) => CallAsync(
        async (_, stop) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Server.OriginalString.TrimEnd('/') + path);
            request.Headers.TryAddWithoutValidation(
                "Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io, application/json");
            using var response = await _library.HttpClient.SendAsync(request, stop).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        },
        cancellationToken);

    /// <summary>
    /// Reads an answer that has no end, a watch or a log that is followed, line by line as it comes, until the server ends
    /// it.
    /// </summary>
    /// <param name="path">Path and query.</param>
    /// <param name="longest">The most characters that a line may have; what is beyond is left out.</param>
    /// <param name="onLine">Is given each line.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">As <see cref="CallAsync"/>.</exception>
    public Task ReadLinesAsync(
        string path, int longest, Action<string> onLine, CancellationToken cancellationToken) => CallAsync(
        async (_, stop) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Server.OriginalString.TrimEnd('/') + path);
            request.Options.Set(ApiServerHandler.Streams, true);
            using var response = await _library.HttpClient
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop)
                .ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            using var reader = new StreamReader(body);
            await BoundedLines.ReadAsync(reader, longest, onLine, stop).ConfigureAwait(false);
            return path;
        },
        cancellationToken);

    public void Dispose()
    {
        _library.Dispose();
        _access.Dispose();
    }

    private SparkAzureException Unreadable() =>
        KubernetesErrors.KubernetesAnswerUnreadable($"a request to {_access.Server.Authority}");

    // What the library makes of an answer whose members are of other kinds, or half a character.
    private static bool IsUnreadable(Exception exception) =>
        exception is JsonException or InvalidOperationException or FormatException or ArgumentException
            or NotSupportedException or OverflowException;

    private static bool IsNoAnswer(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException;
}
