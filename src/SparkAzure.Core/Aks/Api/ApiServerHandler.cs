using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;
using k8s;
using k8s.Models;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// What stands between the library and the connection: the credential, the log, and refusals as errors of ours (the
/// library's own exception keeps the request, and with it the credential).
/// </summary>
/// <param name="access">Where the server is and as whom to call it.</param>
/// <param name="trust">Judges the server.</param>
/// <param name="caller">Is told of every request.</param>
/// <param name="bounds">How often to ask, how long to wait, and for how much.</param>
internal sealed class ApiServerHandler(
    KubernetesAccess access, ServerTrust trust, ICaller caller, HttpTransportOptions bounds) : DelegatingHandler
{
    /// <summary>A request whose answer has no end, a watch or a log that is followed: it is handed on as it comes.</summary>
    public static readonly HttpRequestOptionsKey<bool> Streams = new("SparkAzure.Streams");

    private readonly SemaphoreSlim _knocking = new(1);
    private int _reviews;
    private bool _serverIsKnown =
        access.ClientCertificate is null || access.SkipTlsVerify || access.Server.Scheme != Uri.UriSchemeHttps;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var said = HttpLog.Name(request.Method.Method, request.RequestUri!);
        request.Headers.Host = access.TlsServerName;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = access.Authorization;
        foreach (var (name, value) in access.Impersonation)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        for (var attempt = 1; ; attempt++)
        {
            var log = HttpLog.Sent(
                caller, request.Method.Method, request.RequestUri!, IsAnotherReview(request.RequestUri!));
            var (response, body) = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
            log.Answered((int)response.StatusCode);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if (attempt == bounds.Attempts || !MayPass(request, response))
                {
                    throw Refusal(said, response, body, attempt);
                }

                var pause = HttpAttempts.PauseAfter(attempt, response.Headers.RetryAfter, bounds);
                log.Again($"status {(int)response.StatusCode}", pause);
                await bounds.Pause(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Of a credential whose rights a webhook decides, each is asked for by itself: dozens of lines that are alike.
    private bool IsAnotherReview(Uri address) =>
        address.AbsolutePath.EndsWith("/selfsubjectaccessreviews", StringComparison.Ordinal)
        && Interlocked.Exchange(ref _reviews, 1) == 1;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _knocking.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Makes sure of the server, once, on a connection that shows no credential, before one is opened that shows a
    /// client certificate: by then the server's intermediates are known too. Any answer will do.
    /// </summary>
    private async Task KnockAsync(CancellationToken cancellationToken)
    {
        if (_serverIsKnown)
        {
            return;
        }

        await _knocking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_serverIsKnown)
            {
                return;
            }

            await KnockOnceAsync(cancellationToken).ConfigureAwait(false);
            _serverIsKnown = true;
        }
        finally
        {
            _knocking.Release();
        }
    }

    private async Task KnockOnceAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler();
        ApiServerTls.SetUp(handler, access, trust, showClientCertificate: false);
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, access.Server);
        request.Headers.Host = access.TlsServerName;
        try
        {
            using var response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException) when (trust.HasAccepted)
        {
            // What stands before some API servers hangs up on whoever shows no certificate. By then it has shown its
            // own, and more is not asked here.
        }
    }

    // As client-go does it: a server that names a time has not done anything (429 always names one, or might); without
    // it, only what changes nothing is asked again.
    private static bool MayPass(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (!HttpAttempts.IsPassing(response.StatusCode))
        {
            return false;
        }

        return response.StatusCode == HttpStatusCode.TooManyRequests
            || response.Headers.RetryAfter is not null
            || request.Method == HttpMethod.Get
            || request.RequestUri!.AbsolutePath.Contains("/selfsubject", StringComparison.Ordinal);
    }

    /// <summary>
    /// Sends the request and has the answer whole, within the bounds: the library would read it with blocking reads.
    /// Some dozens of them at once hold all threads of the pool, and those that would bring the bytes come one in 25 to
    /// 250 ms: a first call took seconds on two cores.
    /// </summary>
    private async Task<(HttpResponseMessage Response, byte[] Body)> SendOnceAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(bounds.Patience);
        try
        {
            await KnockAsync(limit.Token).ConfigureAwait(false);
            var response = await base.SendAsync(request, limit.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && request.Options.TryGetValue(Streams, out var streams) && streams)
            {
                return (response, []);
            }

            return (response, await ReadWholeAsync(response, limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            var why = $"it was not through with its answer after {bounds.Patience.TotalSeconds:0.#} s";
            throw new HttpRequestException(why, new TimeoutException(why, exception));
        }
    }

    private async Task<byte[]> ReadWholeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await AnswerBody.ReadAsync(response, bounds, cancellationToken).ConfigureAwait(false);
            var whole = new ByteArrayContent(body);
            whole.Headers.ContentType = response.Content.Headers.ContentType;
            response.Content.Dispose();
            response.Content = whole;
            return body;
        }
        catch (IOException exception)
        {
            response.Dispose();
            throw new HttpRequestException(exception.Message, exception);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private SparkAzureException Refusal(string request, HttpResponseMessage response, byte[] body, int attempts)
    {
        var code = (int)response.StatusCode;
        var words = access.Mask(Encoding.UTF8.GetString(body));
        var inner = new KubernetesException(
            Status(words) ?? new V1Status { Message = access.Mask(response.ReasonPhrase ?? "") });
        inner.Status.Code = code;
        return code switch
        {
            401 => KubernetesErrors.KubernetesSignInRefused(access.Server, access.UserName, inner),
            403 => KubernetesErrors.KubernetesAccessDenied(request, inner),
            _ => KubernetesErrors.KubernetesRequestFailed(request, code, Asked(response, attempts), inner),
        };
    }

    private string Asked(HttpResponseMessage response, int attempts)
    {
        var times = attempts == 1 ? "" : $" each of {attempts} times";
        if (response.Headers.RetryAfter?.Delta is { } wanted && wanted > bounds.LongestPause)
        {
            return $"{times} (it wants to be left alone for {wanted.TotalSeconds:0} s; between two requests no more "
                + $"than {bounds.LongestPause.TotalSeconds:0.#} s are waited)";
        }

        return times;
    }

    private static V1Status? Status(string text)
    {
        try
        {
            if (KubernetesJson.Deserialize<V1Status>(text) is { Kind: "Status" } status)
            {
                status.Message = ForeignText.Lines(status.Message ?? "");
                return status;
            }

            return null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
