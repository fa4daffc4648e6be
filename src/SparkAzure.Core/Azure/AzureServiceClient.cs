using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure;

/// <summary>
/// Calls one service of Azure that speaks JSON in Resource Manager's way (Microsoft Graph does, too). The typed clients
/// of the providers are a few lines each on it. What the service refuses becomes one of AzureErrors, whose
/// InnerException is Azure.Core's RequestFailedException with status and code (<see cref="AzureErrors.IsAnswer"/>).
/// </summary>
internal sealed class AzureServiceClient
{
    // A page of Resource Manager has up to a thousand items, one of Graph a hundred.
    private const int MostPages = 1_000;
    private const long LargestList = 256 << 20;
    private static readonly TimeSpan LongestList = TimeSpan.FromMinutes(10);

    // A POST that makes something is not sent again when nobody knows whether the first one arrived; 429 says that it
    // did not.
    private static readonly ResponseClassifier OnlyThrottling = new ThrottlingClassifier();

    private readonly HttpPipeline _pipeline;
    private readonly Func<string, string> _mask;
    private readonly ICaller _caller;

    /// <param name="name">What errors call the service.</param>
    /// <param name="endpoint">Its address.</param>
    /// <param name="pipeline">What sends the requests.</param>
    /// <param name="mask">Blots the token out of the service's words.</param>
    /// <param name="caller">Is told of what takes its time.</param>
    public AzureServiceClient(
        string name, Uri endpoint, HttpPipeline pipeline, Func<string, string> mask, ICaller caller)
    {
        _mask = mask;
        Name = name;
        Endpoint = endpoint;
        _pipeline = pipeline;
        _caller = caller;
    }

    /// <summary>What errors call the service.</summary>
    public string Name { get; }

    /// <summary>Its address.</summary>
    public Uri Endpoint { get; }

    /// <summary>Reads a resource.</summary>
    /// <param name="path">Path and query from the endpoint's root on, names in it escaped.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="SparkAzureException">An id of AzureErrors.</exception>
    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
        where T : class => SendAsync<T>(RequestMethod.Get, path, null, cancellationToken);

    /// <summary>Reads a resource; null when the service answers 404.</summary>
    /// <inheritdoc cref="GetAsync" />
    public async Task<T?> FindAsync<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync<T>(path, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(404))
        {
            return null;
        }
    }

    /// <summary>
    /// Reads a list, all pages. A next page on another host is refused, and so is a list that leads back to a page
    /// already read or has no end.
    /// </summary>
    /// <inheritdoc cref="GetAsync" />
    public async Task<IReadOnlyList<T>> ListAsync<T>(string path, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        var asked = new HashSet<Uri>();
        var size = 0L;
        var clock = Stopwatch.StartNew();
        for (Uri? next = Address(path); next is not null;)
        {
            if (!asked.Add(next) || asked.Count > MostPages || size > LargestList || clock.Elapsed > LongestList)
            {
                throw AzureErrors.AzureAnswerUnreadable(
                    Said(RequestMethod.Get, next), $"after {asked.Count} pages the list has no end");
            }

            var answer = await AnswerAsync(RequestMethod.Get, next, null, true, cancellationToken)
                .ConfigureAwait(false);
            size += answer.Content.ToMemory().Length;
            var page = Read<Page<T>>(answer, next);
            all.AddRange(page.Value ?? []);
            next = NextOf(page.NextLink ?? page.ODataNextLink);
        }

        return all;
    }

    /// <summary>Sends a request and reads what it answers.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query from the endpoint's root on, names in it escaped.</param>
    /// <param name="body">What is sent as JSON, null members left out; null for no body.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <param name="repeatable">
    /// False for a POST that makes something new each time: it is sent again only after 429.
    /// </param>
    /// <exception cref="SparkAzureException">An id of AzureErrors.</exception>
    public async Task<T> SendAsync<T>(
        RequestMethod method,
        string path,
        object? body,
        CancellationToken cancellationToken,
        bool repeatable = true)
        where T : class
    {
        var address = Address(path);
        return Read<T>(
            await AnswerAsync(method, address, body, repeatable, cancellationToken).ConfigureAwait(false), address);
    }

    /// <summary>Sends a request whose answer says nothing beyond its status. It is sent again only after 429.</summary>
    /// <inheritdoc cref="SendAsync" />
    public Task CallAsync(RequestMethod method, string path, object? body, CancellationToken cancellationToken) =>
        AnswerAsync(method, Address(path), body, repeatable: false, cancellationToken);

    /// <summary>Deletes a resource, and is content when it is not there.</summary>
    /// <returns>True when there was one.</returns>
    public async Task<bool> DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await AnswerAsync(RequestMethod.Delete, Address(path), null, true, cancellationToken)
                .ConfigureAwait(false);
            return answer.Status != 204;
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(404))
        {
            return false;
        }
    }

    /// <summary>
    /// Sends a request that may go on in Azure after its answer, and waits until Azure is through with it.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query from the endpoint's root on, names in it escaped.</param>
    /// <param name="body">What is sent as JSON; null for no body.</param>
    /// <param name="timeLimit">How long Azure may take; after that it goes on without us.</param>
    /// <param name="cancellationToken">Stops the waiting; what Azure does goes on.</param>
    /// <returns>The resource or result; null where Azure answers without one.</returns>
    /// <exception cref="SparkAzureException">
    /// An id of AzureErrors, AzureOperationFailed and AzureOperationTimedOut among them.
    /// </exception>
    public async Task<T?> RunAsync<T>(
        RequestMethod method,
        string path,
        object? body,
        TimeSpan timeLimit,
        CancellationToken cancellationToken)
        where T : class
    {
        var address = Address(path);
        var first = await AnswerAsync(method, address, body, true, cancellationToken).ConfigureAwait(false);
        var operation = new LongRunningOperation(this, method, address, first, _caller);
        var last = await operation.WaitAsync(timeLimit, cancellationToken).ConfigureAwait(false);
        if (last is null || last.Content.ToMemory().IsEmpty)
        {
            return null;
        }

        return Read<T>(last, address);
    }

    /// <summary>Sends one request; the answer's status is one of success.</summary>
    internal async Task<Response> AnswerAsync(
        RequestMethod method,
        Uri address,
        object? body,
        bool repeatable,
        CancellationToken cancellationToken)
    {
        // Not disposed: that would take the answer along, whose content is in memory and read by whoever asked.
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(address);
        message.Request.Headers.Add("Accept", "application/json");
        if (body is not null)
        {
            message.Request.Headers.Add("Content-Type", "application/json");
            message.Request.Content = RequestContent.Create(JsonSerializer.SerializeToUtf8Bytes(body, AzureJson.Written));
        }

        if (!repeatable)
        {
            message.ResponseClassifier = OnlyThrottling;
        }

        try
        {
            await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if (message.Response.Status is >= 200 and < 300)
            {
                return message.Response;
            }

            throw new RequestFailedException(message.Response);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && AzureErrors.FromSdk(Name, Said(method, address), exception) is { } known)
        {
            throw Masked(known);
        }
    }

    // A service that repeats the token in its refusal: it stands in the message, and in what the SDK made of it.
    private SparkAzureException Masked(SparkAzureException known)
    {
        var refusal = known.InnerException as RequestFailedException;
        var inner = refusal is null ? "" : _mask(refusal.Message);
        if (_mask(known.Message) == known.Message && inner == (refusal?.Message ?? ""))
        {
            return known;
        }

        return new SparkAzureException(
            known.Id,
            known.Kind,
            _mask(known.Message),
            known.Remedy,
            known.Target,
            new RequestFailedException(refusal?.Status ?? 0, inner, refusal?.ErrorCode, null));
    }

    internal void RequireSameHost(string what, Uri address)
    {
        if (Uri.Compare(
            address,
            Endpoint,
            UriComponents.SchemeAndServer,
            UriFormat.Unescaped,
            StringComparison.OrdinalIgnoreCase) != 0)
        {
            throw AzureErrors.AzureAnswerUnreadable(
                $"a request to {Endpoint.Host}", $"it places {what} on another host, {address.Host}");
        }
    }

    private Uri? NextOf(string? link)
    {
        if (string.IsNullOrEmpty(link))
        {
            return null;
        }

        if (!Uri.TryCreate(link, UriKind.Absolute, out var next) || next.IsFile)
        {
            throw AzureErrors.AzureAnswerUnreadable(
                $"a request to {Endpoint.Host}", "its link to the next page of a list is no address");
        }

        RequireSameHost("the next page of a list", next);
        return next;
    }

    internal T Read<T>(Response answer, Uri address)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(answer.Content.ToMemory().Span, AzureJson.Read)
                ?? throw new JsonException("The answer is empty.");
        }
        catch (JsonException exception)
        {
            throw AzureErrors.FromSdk(Name, Said(RequestMethod.Get, address), exception)!;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException
            or ArgumentException or OverflowException)
        {
            throw AzureErrors.AzureAnswerUnreadable(Said(RequestMethod.Get, address), "a value in it is none");
        }
    }

    private static string Said(RequestMethod method, Uri address) => $"{method} {address.GetLeftPart(UriPartial.Path)}";

    /// <summary>
    /// The address of a path, which may begin with an id of an answer: what does not begin with a slash would go on with
    /// the host's name, and the token would go to that host.
    /// </summary>
    /// <exception cref="SparkAzureException">AzureAnswerUnreadable.</exception>
    internal Uri Address(string path)
    {
        var root = Endpoint.GetLeftPart(UriPartial.Authority);
        if (path.StartsWith('/') && Uri.TryCreate(root + path, UriKind.Absolute, out var address))
        {
            return address;
        }

        throw AzureErrors.AzureAnswerUnreadable($"a request for a resource of {Name}", "the id of the resource is none");
    }

    private sealed record Page<T>(IReadOnlyList<T>? Value, string? NextLink)
    {
        [JsonPropertyName("@odata.nextLink")]
        public string? ODataNextLink { get; init; }
    }

    private sealed class ThrottlingClassifier : ResponseClassifier
    {
        public override bool IsRetriableResponse(HttpMessage message) => message.Response.Status == 429;

        public override bool IsRetriableException(Exception exception) => false;

        public override bool IsRetriable(HttpMessage message, Exception exception) => false;
    }
}
