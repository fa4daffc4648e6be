using Azure.Core;
using Azure.Core.Pipeline;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Azure;

/// <summary>
/// The SDK's attempts, but for two cases: the SDK waits for as long as a service asks, be it a day, and takes an answer
/// that is too large once more.
/// </summary>
internal sealed class AzureRetry(HttpTransportOptions bounds) : RetryPolicy(bounds.Attempts - 1)
{
    /// <summary>How long a service asks to be left alone, where that is longer than anybody waits here.</summary>
    /// <param name="answer">Its answer; null where none came.</param>
    /// <param name="bounds">How long is waited.</param>
    public static TimeSpan? TooLong(global::Azure.Response? answer, HttpTransportOptions bounds)
    {
        if (answer is null || !answer.Headers.TryGetValue("Retry-After", out var text))
        {
            return null;
        }

        if (!System.Net.Http.Headers.RetryConditionHeaderValue.TryParse(text, out var asked))
        {
            return null;
        }

        var wait = asked.Delta ?? (asked.Date - DateTimeOffset.UtcNow);
        if (wait > bounds.LongestPause)
        {
            return wait;
        }

        return null;
    }

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception)
    {
        if (exception is AnswerLimitException || (message.HasResponse && TooLong(message.Response, bounds) is not null))
        {
            return ValueTask.FromResult(false);
        }

        return base.ShouldRetryAsync(message, exception);
    }
}
