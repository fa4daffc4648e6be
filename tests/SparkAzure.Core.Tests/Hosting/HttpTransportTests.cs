using System.Net;
using System.Net.Http.Headers;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Tests.Hosting;

/// <summary>What every request of the module goes through: told of, limited, and made again where that may help.</summary>
public sealed class HttpTransportTests
{
    private static readonly Uri Address = new("http://service.test/path?sig=secret");

    private readonly RecordingCaller _caller = new();
    private readonly List<TimeSpan> _pauses = [];

    [Fact]
    public async Task A_read_is_made_again_while_the_service_says_that_it_will_pass()
    {
        var service = new Service(_ => Answer(503), _ => Answer(429), _ => Answer(200));

        using var answer = await SendAsync(service, HttpMethod.Get, Options(attempts: 4));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], _pauses);
    }

    [Fact]
    public async Task The_last_answer_is_given_out_whatever_it_is()
    {
        var service = new Service(_ => Answer(503), _ => Answer(503));

        using var answer = await SendAsync(service, HttpMethod.Get, Options(attempts: 2));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(2, service.Requests);
    }

    [Fact]
    public async Task A_service_that_asks_for_a_day_gets_the_longest_pause()
    {
        var service = new Service(_ => Answer(429, TimeSpan.FromDays(1)), _ => Answer(200));

        using var answer = await SendAsync(service, HttpMethod.Get, Options(attempts: 2));

        Assert.Equal([TimeSpan.FromSeconds(30)], _pauses);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_write_is_made_again_only_where_that_does_no_harm(bool mayRepeatWrites, int requests)
    {
        var service = new Service(_ => Answer(503), _ => Answer(200));
        var options = Options(attempts: 4) with { MayRepeatWrites = mayRepeatWrites };

        using var answer = await SendAsync(service, HttpMethod.Put, options);

        Assert.Equal(requests, service.Requests);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, false, 1)]
    [InlineData(HttpRequestError.SecureConnectionError, true, 1)]
    [InlineData(HttpRequestError.ConnectionError, false, 1)]
    [InlineData(HttpRequestError.ConnectionError, true, 2)]
    [InlineData(HttpRequestError.ResponseEnded, false, 2)]
    public async Task A_connection_that_cannot_come_about_is_not_tried_again(
        HttpRequestError error, bool waitsForListener, int requests)
    {
        var failure = new HttpRequestException(error, "it failed");
        var service = new Service(_ => throw failure, _ => throw failure);
        var options = Options(attempts: 2) with { WaitsForListener = waitsForListener };

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(service, HttpMethod.Get, options));

        Assert.Equal(requests, service.Requests);
    }

    [Fact]
    public async Task A_service_that_is_silent_for_too_long_is_told_from_a_person_who_stops()
    {
        var options = Options(attempts: 1) with { Patience = TimeSpan.FromMilliseconds(50) };

        var timeout = await Assert.ThrowsAsync<TaskCanceledException>(
            () => SendAsync(Service.Silent(), HttpMethod.Get, options));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SendAsync(Service.Silent(), HttpMethod.Get, Options(attempts: 1), stop.Token));

        Assert.IsType<TimeoutException>(timeout.InnerException);
        Assert.IsNotType<TimeoutException>(stopped.InnerException);
    }

    [Fact]
    public async Task An_answer_larger_than_it_may_be_is_not_read_to_its_end()
    {
        var body = new CountingBody(64 << 20);
        var service = new Service(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) });
        var options = Options(attempts: 1) with { LargestAnswer = 1 << 20 };

        var exception = await Assert.ThrowsAsync<HttpRequestException>(
            () => SendAsync(service, HttpMethod.Get, options));

        Assert.Contains("larger than 1 MiB", exception.ToString(), StringComparison.Ordinal);
        Assert.InRange(body.Given, 1 << 20, 2 << 20);
    }

    [Fact]
    public async Task An_answer_that_stands_still_ends()
    {
        var service = new Service(_ => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StreamContent(new CountingBody(1 << 20) { StandsStillAfter = 100_000 }),
        });
        var options = Options(attempts: 1) with { Patience = TimeSpan.FromMilliseconds(100) };

        var exception = await Assert.ThrowsAsync<HttpRequestException>(
            () => SendAsync(service, HttpMethod.Get, options));

        Assert.Contains("nothing has come for", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_attempt_is_told_without_what_the_address_may_hide()
    {
        var service = new Service(_ => Answer(500), _ => Answer(200));

        using var answer = await SendAsync(service, HttpMethod.Get, Options(attempts: 2));

        Assert.Equal(2, _caller.VerboseLines.Count(l => l == "GET http://service.test/path"));
        Assert.Contains(
            _caller.VerboseLines,
            l => l.StartsWith("GET http://service.test/path -> 200 after", StringComparison.Ordinal));
        Assert.DoesNotContain(_caller.VerboseLines, l => l.Contains("secret", StringComparison.Ordinal));
    }

    private HttpTransportOptions Options(int attempts) => new()
    {
        Attempts = attempts,
        Pause = (time, _) =>
        {
            _pauses.Add(time);
            return Task.CompletedTask;
        },
    };

    private async Task<HttpResponseMessage> SendAsync(
        HttpMessageHandler service,
        HttpMethod method,
        HttpTransportOptions options,
        CancellationToken cancellationToken = default)
    {
        using var http = new HttpClient(new HttpTransport(service, options, _caller)) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(method, Address);
        return await http.SendAsync(request, cancellationToken);
    }

    private static HttpResponseMessage Answer(int status, TimeSpan? retryAfter = null)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        answer.Headers.RetryAfter = retryAfter is { } time ? new RetryConditionHeaderValue(time) : null;
        return answer;
    }

    /// <summary>Answers one request after the other.</summary>
    private sealed class Service(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        public static Service Silent() => new();

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (answers.Length == 0)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return answers[Requests++](request);
        }
    }

    private sealed class CountingBody(long length) : MemoryStream
    {
        public long Given { get; private set; }

        public long StandsStillAfter { get; init; } = long.MaxValue;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Given >= StandsStillAfter)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            var count = (int)Math.Min(buffer.Length, length - Given);
            Given += count;
            return count;
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            int read;
            while ((read = await ReadAsync(buffer, cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
