using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace SparkAzure.Core.Azure;

/// <summary>Azure.Core's pipeline for Azure Resource Manager: its retries, our token rule, one verbose line per attempt.</summary>
internal static class ResourceManagerPipeline
{
    /// <summary>How long one attempt may take; Resource Manager itself gives up after 60 s.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(60);

    public static HttpPipeline Create(AzureAccess access, Uri endpoint, IOperator operation)
    {
        var options = new ResourceManagerOptions();
        Quiet(options);
        options.Retry.NetworkTimeout = AttemptTimeout;
        if (access.Handler is not null)
        {
            options.Transport = new HttpClientTransport(access.Handler);
        }

        return HttpPipelineBuilder.Build(
            options,
            perCallPolicies: [],
            perRetryPolicies: [new TokenPolicy(AzureCredential.Create(access), endpoint), new AttemptReport(operation)],
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

    private sealed class ResourceManagerOptions : ClientOptions;

    /// <summary>
    /// Puts the token on requests to the endpoint it was asked for and on no other, wherever a nextLink may point.
    /// (Azure.Core's own bearer policy knows nothing of hosts and has no place for a stand-in on this very host.)
    /// </summary>
    private sealed class TokenPolicy(TokenCredential credential, Uri endpoint) : HttpPipelinePolicy
    {
        private readonly TokenRequestContext _wanted = new([$"{endpoint.GetLeftPart(UriPartial.Authority)}/.default"]);
        private AccessToken? _token;

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (Uri.Compare(message.Request.Uri.ToUri(), endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0)
            {
                _token ??= await credential.GetTokenAsync(_wanted, message.CancellationToken).ConfigureAwait(false);
                message.Request.Headers.SetValue("Authorization", $"Bearer {_token.Value.Token}");
            }

            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }

    private sealed class AttemptReport(IOperator operation) : HttpPipelinePolicy
    {
        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var request = $"{message.Request.Method} {message.Request.Uri}";
            operation.Verbose(request);
            var watch = Stopwatch.StartNew();
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            operation.Verbose($"{request} -> {message.Response.Status} after {watch.ElapsedMilliseconds} ms");
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
