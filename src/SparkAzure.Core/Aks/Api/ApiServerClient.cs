using System.Security.Authentication;
using System.Text.Json;
using SparkAzure.Core.Hosting;
using k8s;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// KubernetesClient's client for one API server, with the credential of a kubeconfig. The library is told the address
/// and nothing else: its own reading of kubeconfigs takes a certificate of the right authority for another host, and
/// sends that host the token.
/// </summary>
internal sealed class ApiServerClient : IDisposable
{
    /// <summary>An API server that is up answers these calls in well under a second.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly KubernetesAccess _access;
    private readonly ServerTrust _trust;
    private readonly k8s.Kubernetes _library;

    public ApiServerClient(KubernetesAccess access, ICaller caller)
    {
        _access = access;
        _trust = new ServerTrust(access);
        var configuration = new KubernetesClientConfiguration
        {
            Host = access.Server.OriginalString,
            HttpClientTimeout = Timeout,
            UserAgent = null,
            FirstMessageHandlerSetup = handler => ApiServerTls.SetUp(
                handler, access, _trust, showClientCertificate: true),
        };
        configuration.AddJsonOptions(json => json.TypeInfoResolverChain.Insert(0, KubernetesJsonTypes.Default));
        _library = new k8s.Kubernetes(configuration, new ApiServerHandler(access, _trust, caller));
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
            return await call(_library, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            throw KubernetesErrors.KubernetesAnswerUnreadable($"a request to {_access.Server.Authority}");
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

    public void Dispose()
    {
        _library.Dispose();
        _access.Dispose();
    }

    private static bool IsNoAnswer(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException;
}
