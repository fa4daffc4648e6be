using System.Globalization;
using System.Net;
using System.Security;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Images.AcrTask;

/// <summary>
/// A blob of Azure Storage behind an address with a signature (SAS). The address is a secret and stands in no message;
/// no other token goes to it. Source: Microsoft, "Blob service REST API": Put Blob, Put Block, Put Block List, Get
/// Blob.
/// </summary>
internal sealed class SasBlob : IDisposable
{
    private const string Version = "2020-10-02";

    // Every write may be repeated: a blob or block that is written again is the same one.
    private static readonly HttpTransportOptions Bounds = new()
    {
        Attempts = 4,
        Patience = TimeSpan.FromMinutes(5),
        LargestAnswer = 64 << 20,
        MayRepeatWrites = true,
        WaitsForListener = true,
    };

    private readonly Uri _address;
    private readonly HttpClient _http;

    /// <param name="address">The address, signature included.</param>
    /// <param name="handler">What sends the requests; null for the platform's own.</param>
    /// <param name="caller">Is told of every request, without the signature.</param>
    /// <exception cref="SparkAzureException">NotASecureEndpoint.</exception>
    public SasBlob(Uri address, HttpMessageHandler? handler, ICaller caller)
    {
        Azure.AzureEndpoint.RequireSecure("Azure Storage", Shown(address));
        _address = address;
        var transport = new HttpTransport(handler ?? HttpHandlers.Create(), Bounds, caller);
        _http = new HttpClient(transport, disposeHandler: handler is null) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Writes the whole blob at once.</summary>
    /// <exception cref="SparkAzureException">AcrStorageRefused, AcrStorageUnavailable.</exception>
    public Task PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync("", content, isWhole: true, cancellationToken);

    /// <summary>Writes a piece of it; nothing of it is to be seen before <see cref="PutBlockListAsync"/>.</summary>
    /// <exception cref="SparkAzureException">AcrStorageRefused, AcrStorageUnavailable.</exception>
    public Task PutBlockAsync(int number, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(
            $"comp=block&blockid={Uri.EscapeDataString(BlockId(number))}", content, isWhole: false, cancellationToken);

    /// <summary>Makes the blob of the first pieces.</summary>
    /// <exception cref="SparkAzureException">AcrStorageRefused, AcrStorageUnavailable.</exception>
    public Task PutBlockListAsync(int count, CancellationToken cancellationToken)
    {
        var blocks =
            string.Concat(
                Enumerable.Range(0, count).Select(n => $"<Latest>{SecurityElement.Escape(BlockId(n))}</Latest>"));
        return WriteAsync(
            "comp=blocklist",
            Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>{blocks}</BlockList>"),
            isWhole: false,
            cancellationToken);
    }

    /// <summary>Reads what the blob holds from a place on.</summary>
    /// <returns>
    /// The bytes, none where it is no longer than that or not there yet; and whether it says that no more will come.
    /// </returns>
    /// <exception cref="SparkAzureException">AcrStorageRefused, AcrStorageUnavailable.</exception>
    public async Task<(byte[] Content, bool IsComplete)> ReadAsync(long offset, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.Headers.Add("x-ms-range", $"bytes={offset.ToString(CultureInfo.InvariantCulture)}-");
        using var answer = await SendAsync(
            request,
            "the log",
            cancellationToken,
            HttpStatusCode.NotFound,
            HttpStatusCode.RequestedRangeNotSatisfiable).ConfigureAwait(false);

        // 416 says that there is nothing from that place on; whether the log is at its end then stands with the blob.
        var isComplete = answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
            ? await IsCompleteAsync(cancellationToken).ConfigureAwait(false)
            : HasCompleted(answer);
        if (answer.StatusCode is not (HttpStatusCode.PartialContent or HttpStatusCode.OK))
        {
            return ([], isComplete);
        }

        // Whoever answers 200 knows no ranges: the beginning came too.
        var content = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var skipped = answer.StatusCode == HttpStatusCode.OK ? (int)Math.Min(offset, content.Length) : 0;
        return (content[skipped..], isComplete);
    }

    public void Dispose() => _http.Dispose();

    private static bool HasCompleted(HttpResponseMessage answer) =>
        answer.Headers.Any(h => h.Key.Equals("x-ms-meta-complete", StringComparison.OrdinalIgnoreCase));

    private static string BlockId(int number) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(number.ToString("D8", CultureInfo.InvariantCulture)));

    private async Task<bool> IsCompleteAsync(CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Head, _address),
            "the log",
            cancellationToken,
            HttpStatusCode.NotFound).ConfigureAwait(false);
        return HasCompleted(answer);
    }

    private async Task WriteAsync(
        string query, ReadOnlyMemory<byte> content, bool isWhole, CancellationToken cancellationToken)
    {
        var address = query.Length == 0
            ? _address
            : new UriBuilder(_address) { Query = $"{_address.Query.TrimStart('?')}&{query}" }.Uri;
        var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ReadOnlyMemoryContent(content) };
        if (isWhole)
        {
            request.Headers.Add("x-ms-blob-type", "BlockBlob");
        }

        using var answer = await SendAsync(request, "the build context", cancellationToken).ConfigureAwait(false);
    }

    // Without path and query, which hold the signature.
    private static Uri Shown(Uri address)
    {
        if (address.IsAbsoluteUri)
        {
            return new Uri(address.GetLeftPart(UriPartial.Authority));
        }

        return new Uri("", UriKind.Relative);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        string what,
        CancellationToken cancellationToken,
        params HttpStatusCode[] accepted)
    {
        request.Headers.Add("x-ms-version", Version);
        try
        {
            using (request)
            {
                var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode || accepted.Contains(answer.StatusCode))
                {
                    return answer;
                }

                throw Refusal(answer, what);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw AcrTaskErrors.AcrStorageUnavailable(_address.Host, what, exception.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var time = Bounds.Patience.TotalSeconds;
            throw AcrTaskErrors.AcrStorageUnavailable(_address.Host, what, $"no answer within {time:0} s");
        }
    }

    private SparkAzureException Refusal(HttpResponseMessage answer, string what)
    {
        using (answer)
        {
            var code = answer.Headers.TryGetValues("x-ms-error-code", out var codes)
                ? codes.First()
                : answer.ReasonPhrase;
            return AcrTaskErrors.AcrStorageRefused(_address.Host, what, (int)answer.StatusCode, code ?? "");
        }
    }
}
