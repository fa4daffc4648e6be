using Azure.Core;
using Azure.Core.Pipeline;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Azure;

/// <summary>Azure.Core's pipeline for one service: its retries, our token rule, one verbose line per attempt.</summary>
internal static class AzurePipeline
{
    public static HttpPipeline Create(
        HttpMessageHandler? handler,
        HttpTransportOptions bounds,
        Uri endpoint,
        AudienceToken token,
        ICaller caller)
    {
        var options = new ServiceOptions();
        Quiet(options);
        options.Retry.NetworkTimeout = bounds.Patience;
        options.RetryPolicy = new AzureRetry(bounds);
        options.Transport = AzureTransport.Create(handler, bounds);

        return HttpPipelineBuilder.Build(
            options,
            perCallPolicies: [],
            perRetryPolicies: [new TokenPolicy(token, endpoint), new AttemptReport(caller)],
            responseClassifier: null);
    }

    /// <summary>Turns off what the SDK would log and report.</summary>
    public static void Quiet(ClientOptions options)
    {
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
    }

    private sealed class ServiceOptions : ClientOptions;

    /// <summary>
    /// Puts the token on requests to the endpoint it was asked for and on no other. A 401 is answered once, with
    /// another token: the first may have been withdrawn, or be newer than what the service knows of the tenant.
    /// (Azure.Core's own bearer policy knows nothing of hosts and has no place for a stand-in on this very host.)
    /// </summary>
    private sealed class TokenPolicy(AudienceToken token, Uri endpoint) : HttpPipelinePolicy
    {
        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (!IsOurs(message.Request.Uri.ToUri()))
            {
                await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
                return;
            }

            Put(message, await token.GetAsync(message.CancellationToken).ConfigureAwait(false));
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            if (message.Response.Status == 401)
            {
                _ = message.Response.Headers.TryGetValue("WWW-Authenticate", out var challenge);
                Put(message, await token.ReplaceAsync(challenge, message.CancellationToken).ConfigureAwait(false));
                await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            }
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new NotSupportedException();

        private static void Put(HttpMessage message, string text) =>
            message.Request.Headers.SetValue("Authorization", $"Bearer {text}");

        private bool IsOurs(Uri address) =>
            Uri.Compare(
                address,
                endpoint,
                UriComponents.SchemeAndServer,
                UriFormat.Unescaped,
                StringComparison.OrdinalIgnoreCase) == 0;
    }

    private sealed class AttemptReport(ICaller caller) : HttpPipelinePolicy
    {
        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var log = HttpLog.Sent(caller, message.Request.Method.Method, message.Request.Uri.ToUri());
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            log.Answered(message.Response.Status);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new NotSupportedException();
    }
}
