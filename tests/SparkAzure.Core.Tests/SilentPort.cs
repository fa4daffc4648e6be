using System.Net;
using System.Net.Sockets;

namespace SparkAzure.Core.Tests;

/// <summary>
/// A port of 127.0.0.1 from which nothing comes back, until it is told to answer: its queue is full, and Linux drops what
/// would come next, as a firewall does.
/// </summary>
internal sealed class SilentPort : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _queue = [];

    public SilentPort()
    {
        _listener.Start(0);
        var isTaken = true;
        while (isTaken)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _queue.Add(socket);
            isTaken = socket.ConnectAsync(_listener.LocalEndpoint).Wait(TimeSpan.FromMilliseconds(200));
        }
    }

    public int Number => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on connections are taken.</summary>
    public async Task AnswerAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            _queue.Add(await _listener.AcceptSocketAsync(cancellationToken));
        }
    }

    public void Dispose()
    {
        _queue.ForEach(s => s.Dispose());
        _listener.Dispose();
    }
}
