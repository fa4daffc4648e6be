using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SparkAzure.Core.Tests.Oci.Registry;

/// <summary>What goes wrong with one request on its way to a registry or back.</summary>
internal enum Fault
{
    None,

    /// <summary>500, 502, 503 or 504 instead of asking the registry.</summary>
    ServerError,

    /// <summary>429 with Retry-After in seconds.</summary>
    TooManyRequests,

    /// <summary>429 with Retry-After as a date.</summary>
    TooManyRequestsUntil,

    /// <summary>The registry never sees the login: its own 401 comes back, as when a token has just ended.</summary>
    LoseLogin,

    /// <summary>The connection is reset before the registry is asked.</summary>
    ResetBefore,

    /// <summary>The connection is reset in the middle of the request's body; the registry has got a part of it.</summary>
    ResetInBody,

    /// <summary>The registry gets a part of the body as if it were all.</summary>
    CutBody,

    /// <summary>The registry has done it, but its answer is lost.</summary>
    LoseAnswer,

    /// <summary>The answer breaks off in its middle.</summary>
    CutAnswer,

    /// <summary>A byte of the answer's body is another one.</summary>
    DamageAnswer,
}

/// <summary>A request as it ended behind the proxy.</summary>
/// <param name="Method">GET, PUT, …</param>
/// <param name="Url">Path and query.</param>
/// <param name="Status">What the registry answered; 0 when it was not asked, or the answer did not come.</param>
/// <param name="Fault">What went wrong.</param>
/// <param name="BodyBytes">How much of the request's body the registry was given.</param>
internal sealed record ProxiedRequest(string Method, string Url, int Status, Fault Fault, long BodyBytes)
{
    /// <summary>The digest of the blob that this request completed; null for any other request.</summary>
    public string? CompletedBlob =>
        Method == "PUT" && Status == 201 && Url.Contains("/blobs/uploads/", StringComparison.Ordinal) ? Uri.UnescapeDataString(Url[(Url.LastIndexOf("digest=", StringComparison.Ordinal) + 7)..]) : null;
}

/// <summary>Stands on a loopback port before a registry, any registry, and lets things go wrong as it is told.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentQueue<ProxiedRequest> _requests = new();
    private readonly WebApplication _application;
    private readonly string _target;

    private FaultyProxy(string target)
    {
        _target = target;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        _application = builder.Build();
        _application.Run(ServeAsync);
    }

    public string Host => new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;

    /// <summary>Decides what goes wrong with a request; several may come at once.</summary>
    public Func<HttpRequest, Fault> Next { get; set; } = _ => Fault.None;

    /// <summary>The link's speed towards the registry in bytes a second; null for as fast as it goes.</summary>
    public int? Speed { get; set; }

    /// <summary>How long Retry-After asks for.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.Zero;

    public IReadOnlyCollection<ProxiedRequest> Requests => _requests;

    public static async Task<FaultyProxy> StartAsync(string target)
    {
        var proxy = new FaultyProxy(target);
        await proxy._application.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _http.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var fault = Next(context.Request);
        var status = 0;
        var body = new Body(context.Request, fault, Speed);
        try
        {
            switch (fault)
            {
                case Fault.ServerError:
                    context.Response.StatusCode = 500 + (context.Request.Path.Value!.Length % 4 is 1 ? 0 : context.Request.Path.Value.Length % 4);
                    await context.Response.WriteAsync("<html>a gateway's page</html>");
                    break;
                case Fault.TooManyRequests or Fault.TooManyRequestsUntil:
                    context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                    context.Response.Headers.RetryAfter = fault == Fault.TooManyRequests ? $"{RetryAfter.TotalSeconds:0}" : DateTimeOffset.UtcNow.Add(RetryAfter).ToString("R");
                    break;
                case Fault.ResetBefore:
                    context.Abort();
                    break;
                default:
                    status = await ForwardAsync(context, fault, body);
                    break;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            _requests.Enqueue(new ProxiedRequest(context.Request.Method, context.Request.Path + context.Request.QueryString.Value, status, fault, body.Position));
        }
    }

    private async Task<int> ForwardAsync(HttpContext context, Fault fault, Body body)
    {
        var incoming = context.Request;
        using var request = new HttpRequestMessage(new HttpMethod(incoming.Method), $"http://{_target}{incoming.Path}{incoming.QueryString}");
        if (incoming.ContentLength is { } length)
        {
            request.Content = new StreamContent(body);
            request.Content.Headers.ContentLength = fault == Fault.CutBody ? length / 2 : length;
        }

        foreach (var (name, value) in incoming.Headers.Where(h => h.Key is not ("Content-Length" or "Connection") && !(fault == Fault.LoseLogin && h.Key == "Authorization")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)value!))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)value!);
            }
        }

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (fault == Fault.LoseAnswer)
        {
            context.Abort();
            return (int)answer.StatusCode;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key is not ("Transfer-Encoding" or "Connection")))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (incoming.Method == "HEAD" || answer.StatusCode == HttpStatusCode.NoContent)
        {
            return (int)answer.StatusCode;
        }

        var content = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (fault == Fault.DamageAnswer && content.Length > 0)
        {
            content[content.Length / 2] ^= 0x01;
        }

        await context.Response.Body.WriteAsync(content.AsMemory(0, fault == Fault.CutAnswer ? content.Length / 2 : content.Length), context.RequestAborted);
        if (fault == Fault.CutAnswer)
        {
            await context.Response.Body.FlushAsync();
            context.Abort();
        }

        return (int)answer.StatusCode;
    }

    // The request's body up to a place, at the link's speed.
    private sealed class Body(HttpRequest request, Fault fault, int? speed) : Stream
    {
        private readonly long _end = (request.ContentLength ?? 0) / (fault is Fault.ResetInBody or Fault.CutBody ? 2 : 1);
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var wanted = (int)Math.Min(buffer.Length, _end - _read);
            if (wanted == 0)
            {
                return fault == Fault.ResetInBody ? throw new IOException("The link is down.") : 0;
            }

            if (speed is not null)
            {
                wanted = Math.Min(wanted, Math.Max(1, speed.Value / 20));
                await Task.Delay(50, cancellationToken);
            }

            var read = await request.Body.ReadAsync(buffer[..wanted], cancellationToken);
            _read += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronously.");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
