using System.Diagnostics;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks.Api;

/// <summary>What time an API server has, by the Date of any answer; nothing that says who asks is sent.</summary>
internal static class ApiServerClock
{
    /// <summary>How far this host's clock is ahead of the server's, give or take a second; null without a Date.</summary>
    /// <exception cref="SparkAzureException">KubernetesUnavailable.</exception>
    public static async Task<TimeSpan?> AheadAsync(
        KubernetesAccess access, ICaller caller, CancellationToken cancellationToken)
    {
        var trust = new ServerTrust(access);
        using var handler = new SocketsHttpHandler();
        ApiServerTls.SetUp(handler, access, trust, showClientCertificate: false);
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(access.Server, "/version"));
        request.Headers.Host = access.TlsServerName;
        caller.Debug($"GET {request.RequestUri} for its Date.");
        try
        {
            var watch = Stopwatch.StartNew();
            using var response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return DateTimeOffset.UtcNow - (watch.Elapsed / 2) - response.Headers.Date;
        }
        catch (HttpRequestException exception)
        {
            throw KubernetesErrors.KubernetesUnavailable(access.Server, exception);
        }
    }
}
