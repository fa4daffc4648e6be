using Azure.Core;
using Azure.Core.Pipeline;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Azure;

/// <summary>
/// What carries the SDK's requests: an answer has a size and a time that it may take as a whole, which the SDK does not
/// know of.
/// </summary>
internal sealed class AzureTransport : DelegatingHandler
{
    /// <summary>What the services of Azure are waited for; Resource Manager itself gives up after 60 s.</summary>
    public static readonly HttpTransportOptions Usual = new()
    {
        Attempts = 4,
        Patience = TimeSpan.FromSeconds(60),
        WholeTime = TimeSpan.FromMinutes(2),
        LongestPause = TimeSpan.FromSeconds(60),
        LargestAnswer = 32 << 20,
    };

    // A pool of connections, as the SDK's own is, and like that one for the whole process. It keeps no cookies and no
    // sign-in.
    private static readonly SocketsHttpHandler Connections = Pool();

    private readonly HttpTransportOptions _bounds;

    private AzureTransport(HttpMessageHandler inner, HttpTransportOptions bounds)
        : base(inner) => _bounds = bounds;

    /// <summary>The transport for a client of the SDK.</summary>
    /// <param name="handler">What sends the requests; null for the platform's own.</param>
    /// <param name="bounds">The bounds.</param>
    public static HttpPipelineTransport Create(HttpMessageHandler? handler, HttpTransportOptions bounds) =>
        new HttpClientTransport(new AzureTransport(handler ?? Connections, bounds));

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        answer.Content = new LimitedContent(
            answer.Content, _bounds.LargestAnswer, _bounds.Patience, _bounds.WholeTime);
        return answer;
    }

    private static SocketsHttpHandler Pool()
    {
        var pool = HttpHandlers.Create();
        pool.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        return pool;
    }
}
