using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SparkAzure.Core.Tests.Docker;

/// <summary>Something that listens like a daemon and gives fixed answers.</summary>
internal sealed class ListeningDaemon : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string> _answer;
    private readonly Task _serving;

    public ListeningDaemon(Func<string, string> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"tcp://{_listener.LocalEndpoint}");

    public List<string> RequestLines { get; } = [];

    public List<string> HeaderLines { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                using var reader = new StreamReader(client.GetStream());
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    RequestLines.Add(line);
                    while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                    {
                        HeaderLines.Add(header);
                    }

                    var answer = _answer(line);
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
                    if (answer.Contains("Connection: close", StringComparison.Ordinal))
                    {
                        break;
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The client has gone, or the test has ended.
            }
        }
    }
}
