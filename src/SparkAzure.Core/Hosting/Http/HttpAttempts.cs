using System.Net;
using System.Net.Http.Headers;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>What is asked again, and after how long.</summary>
internal static class HttpAttempts
{
    /// <summary>
    /// Statuses that pass (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4): the server, or what stands before it, is busy,
    /// being replaced or cut off from what it needs.
    /// </summary>
    public static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    /// <summary>
    /// Whether a connection that failed may succeed in a moment. A name that leads nowhere and a certificate that is
    /// not trusted stay what they are; that nobody listens may pass, where the options say so.
    /// </summary>
    public static bool IsPassing(HttpRequestException exception, HttpTransportOptions options) =>
        exception.InnerException is not AnswerLimitException && exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError => false,
            HttpRequestError.ConnectionError => options.WaitsForListener,
            _ => true,
        };

    /// <summary>How long to wait before the next attempt.</summary>
    /// <param name="attempt">The number of the attempt that failed, from 1.</param>
    /// <param name="asked">What the service asks for (RFC 9110, 10.2.3); null when it names nothing.</param>
    /// <param name="options">The bounds.</param>
    public static TimeSpan PauseAfter(int attempt, RetryConditionHeaderValue? asked, HttpTransportOptions options) =>
        PauseAfter(attempt, asked?.Delta ?? (asked?.Date - DateTimeOffset.UtcNow), options);

    /// <inheritdoc cref="PauseAfter(int, RetryConditionHeaderValue?, HttpTransportOptions)"/>
    public static TimeSpan PauseAfter(int attempt, TimeSpan? asked, HttpTransportOptions options)
    {
        var pause = asked ?? options.FirstPause * (1 << (attempt - 1));
        if (pause < TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        if (pause < options.LongestPause)
        {
            return pause;
        }

        return options.LongestPause;
    }
}
