using System.Net.Http.Headers;
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
internal sealed class ApiServerHandler(KubernetesAccess access, ServerTrust trust, ICaller caller) : DelegatingHandler
{
    private readonly SemaphoreSlim _knocking = new(1);
    private bool _serverIsKnown =
        access.ClientCertificate is null || access.SkipTlsVerify || access.Server.Scheme != Uri.UriSchemeHttps;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await KnockAsync(cancellationToken).ConfigureAwait(false);
        var said = HttpLog.Name(request.Method.Method, request.RequestUri!);
        request.Headers.Host = access.TlsServerName;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = access.Authorization;
        var log = HttpLog.Sent(caller, request.Method.Method, request.RequestUri!);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        log.Answered((int)response.StatusCode);
        await ReadWholeAsync(response, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Refusal(
                said, response, await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }
    }

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

            using var handler = new SocketsHttpHandler();
            ApiServerTls.SetUp(handler, access, trust, showClientCertificate: false);
            using var invoker = new HttpMessageInvoker(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, access.Server);
            request.Headers.Host = access.TlsServerName;
            using var response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            _serverIsKnown = true;
        }
        finally
        {
            _knocking.Release();
        }
    }

    /// <summary>
    /// The library reads an answer with blocking reads. Some dozens of them at once hold all threads of the pool, and
    /// those that would bring the bytes come one in 25 to 250 ms: a first call took seconds on two cores.
    /// </summary>
    private static async Task ReadWholeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private SparkAzureException Refusal(string request, HttpResponseMessage response, string text)
    {
        var code = (int)response.StatusCode;
        var inner = new KubernetesException(Status(text) ?? new V1Status { Message = response.ReasonPhrase ?? "" });
        inner.Status.Code = code;
        return code switch
        {
            401 => KubernetesErrors.KubernetesSignInRefused(access.Server, access.UserName, inner),
            403 => KubernetesErrors.KubernetesAccessDenied(request, inner),
            _ => KubernetesErrors.KubernetesRequestFailed(request, code, inner),
        };
    }

    private static V1Status? Status(string text)
    {
        try
        {
            if (KubernetesJson.Deserialize<V1Status>(text) is { Kind: "Status" } status)
            {
                return status;
            }

            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
