using System.Net.Http.Headers;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>
/// What every request of the module goes through, whatever the service: told of, limited in time and size, and made
/// again where that may help. It knows no service: what an answer means, and what to say of it, is the room's to know.
/// </summary>
/// <param name="inner">What connects.</param>
/// <param name="options">The bounds.</param>
/// <param name="caller">Is told of every attempt.</param>
internal sealed class HttpTransport(HttpMessageHandler inner, HttpTransportOptions options, ICaller caller)
    : DelegatingHandler(inner)
{
    /// <summary>Sends a request, as often as the options allow.</summary>
    /// <exception cref="HttpRequestException">
    /// The connection failed, or the answer is larger than it may be.
    /// </exception>
    /// <exception cref="TaskCanceledException">
    /// Nothing moved for too long (a TimeoutException is inside), or whoever asked has stopped.
    /// </exception>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var log = HttpLog.Sent(caller, request.Method.Method, request.RequestUri!);
            var isLast = attempt == options.Attempts || !MayRepeat(request);
            try
            {
                var answer = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
                log.Answered((int)answer.StatusCode);
                if (isLast || !await IsPassingAsync(answer, cancellationToken).ConfigureAwait(false))
                {
                    return answer;
                }

                var asked = answer.Headers.RetryAfter;
                var status = (int)answer.StatusCode;
                answer.Dispose();
                await PauseAsync(log, attempt, $"status {status} comes back", asked, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (HttpRequestException exception) when (!isLast && HttpAttempts.IsPassing(exception, options))
            {
                await PauseAsync(log, attempt, exception.Message.TrimEnd('.'), null, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    private Task<bool> IsPassingAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        options.IsPassing?.Invoke(answer, cancellationToken)
            ?? Task.FromResult(HttpAttempts.IsPassing(answer.StatusCode));

    private bool MayRepeat(HttpRequestMessage request) =>
        options.MayRepeatWrites || request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = new HttpPatience(options.Patience, cancellationToken);
        patience.WatchOver(request);
        try
        {
            var answer = await base.SendAsync(request, patience.Token).ConfigureAwait(false);
            answer.Content = Limited(answer.Content);
            return answer;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            var timeout = new TimeoutException(
                $"nothing has moved for {options.Patience.TotalSeconds:0.#} s", exception);
            throw new TaskCanceledException(timeout.Message, timeout);
        }
    }

    private LimitedContent Limited(HttpContent content) =>
        new(content, options.LargestAnswer, options.Patience, options.WholeTime);

    private async Task PauseAsync(
        HttpLog log,
        int attempt,
        string why,
        RetryConditionHeaderValue? asked,
        CancellationToken cancellationToken)
    {
        var pause = HttpAttempts.PauseAfter(attempt, asked, options);
        log.Again(why, pause);
        await options.Pause(pause, cancellationToken).ConfigureAwait(false);
    }
}
