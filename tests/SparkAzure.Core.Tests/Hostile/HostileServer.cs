using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>A request as a hostile server saw it.</summary>
internal sealed record HeardRequest(string Line, string Head, string Body)
{
    public string Method => Line.Split(' ')[0];

    public string Target => Line.Split(' ')[1];

    /// <summary>Everything of it.</summary>
    public string Text => Head + Body;
}

/// <summary>A server on the loopback that writes down what it hears and answers byte by byte as it likes.</summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<HeardRequest, HostileAnswer> _answer;
    private readonly Task _serving;

    public HostileServer(Func<HeardRequest, HostileAnswer> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Host => _listener.LocalEndpoint.ToString()!;

    public Uri Address => new($"http://{Host}");

    public ConcurrentQueue<HeardRequest> Requests { get; } = new();

    /// <summary>Everything that came, of all requests.</summary>
    public string Heard => string.Join('\n', Requests.Select(r => r.Text));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException
            or InvalidOperationException)
        {
            // It was stopped, while it waited or between two connections.
            await Task.WhenAll(connections);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var connection = client;
        client.NoDelay = true;
        try
        {
            var stream = connection.GetStream();
            while (await HearAsync(stream) is { } request)
            {
                Requests.Enqueue(request);
                var answer = _answer(request);
                await answer.WriteAsync(stream, _stop.Token);
                if (answer.Closes)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has seen enough, or the test has ended.
        }
    }

    private async Task<HeardRequest?> HearAsync(NetworkStream stream)
    {
        var head = await LineAsync(stream, "\r\n\r\n");
        if (head.Length == 0)
        {
            return null;
        }

        var line = head[..head.IndexOf('\r', StringComparison.Ordinal)];
        if (Header(head, "Expect") is not null)
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
        }

        return new HeardRequest(line, head, await BodyAsync(stream, head));
    }

    private async Task<string> BodyAsync(NetworkStream stream, string head)
    {
        if (Header(head, "Content-Length") is { } length)
        {
            return await PieceAsync(stream, int.Parse(length, CultureInfo.InvariantCulture));
        }

        var body = new StringBuilder();
        if (Header(head, "Transfer-Encoding") is null)
        {
            return "";
        }

        while (int.Parse((await LineAsync(stream, "\r\n")).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
        {
            body.Append(await PieceAsync(stream, size));
            await PieceAsync(stream, 2);
        }

        await LineAsync(stream, "\r\n");
        return body.ToString();
    }

    private static string? Header(string head, string name) => head
        .Split("\r\n")
        .FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private async Task<string> PieceAsync(NetworkStream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, _stop.Token);
        return Encoding.UTF8.GetString(bytes);
    }

    private async Task<string> LineAsync(NetworkStream stream, string end)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < end.Length || line.ToString(line.Length - end.Length, end.Length) != end)
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return "";
            }

            line.Append((char)one[0]);
        }

        return line.ToString();
    }
}

/// <summary>What a hostile server says: a head, and then bytes, maybe without end.</summary>
/// <param name="WriteAsync">Says it.</param>
/// <param name="Closes">Whether the connection is closed after it.</param>
internal sealed record HostileAnswer(Func<Stream, CancellationToken, Task> WriteAsync, bool Closes)
{
    public static HostileAnswer Json(string body, int status = 200, params string[] headers) =>
        Of(status, Encoding.UTF8.GetBytes(body), ["Content-Type: application/json", .. headers]);

    public static HostileAnswer Of(int status, byte[] body, params string[] headers) => new(
        async (stream, stop) =>
        {
            await stream.WriteAsync((byte[])[.. Head(status, [.. headers, $"Content-Length: {body.Length}"]), .. body], stop);
        },
        Closes: false);

    public static HostileAnswer Redirect(int status, Uri target) => Of(status, [], $"Location: {target}");

    /// <summary>Takes the request and says nothing.</summary>
    public static HostileAnswer Silence() => new((_, stop) => Task.Delay(Timeout.Infinite, stop), Closes: true);

    /// <summary>The same piece again and again, as fast as it is taken.</summary>
    public static HostileAnswer Endless(string begin, string piece, params string[] headers) => new(
        async (stream, stop) =>
        {
            await stream.WriteAsync(Head(200, [.. headers, "Connection: close"]), stop);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(begin), stop);
            var pieces = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 1 + ((1 << 16) / piece.Length))));
            while (true)
            {
                await stream.WriteAsync(pieces, stop);
            }
        },
        Closes: true);

    /// <summary>A character every so often, without end.</summary>
    public static HostileAnswer Drip(TimeSpan pause, params string[] headers) => new(
        async (stream, stop) =>
        {
            await stream.WriteAsync(Head(200, [.. headers, "Connection: close"]), stop);
            while (true)
            {
                await stream.WriteAsync(" "u8.ToArray(), stop);
                await Task.Delay(pause, stop);
            }
        },
        Closes: true);

    /// <summary>A part of what was announced, and then nothing.</summary>
    public static HostileAnswer Stall(byte[] part, int announced, params string[] headers) => new(
        async (stream, stop) =>
        {
            await stream.WriteAsync(Head(200, [.. headers, $"Content-Length: {announced}"]), stop);
            await stream.WriteAsync(part, stop);
            await Task.Delay(Timeout.Infinite, stop);
        },
        Closes: true);

    private static byte[] Head(int status, IEnumerable<string> headers) =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status} Said\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");
}
