using System.Net;
using System.Net.Sockets;

namespace SparkAzure.Benchmarks.Images;

/// <summary>
/// Stands on a loopback port before a registry and counts what clients send, headers included: the same way for whoever publishes. Runs that
/// are timed go past it.
/// </summary>
internal sealed class CountingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private long _sent;

    public CountingProxy(int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes from clients to the registry since the last call.</summary>
    public long TakeSent() => Interlocked.Exchange(ref _sent, 0);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed: the run is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(_target);
            await Task.WhenAny(
                CopyAsync(client.GetStream(), server.GetStream(), count => Interlocked.Add(ref _sent, count)),
                CopyAsync(server.GetStream(), client.GetStream(), _ => { }));
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Action<int> onBytes)
    {
        var buffer = new byte[1 << 17];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer)) > 0)
            {
                onBytes(read);
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Either side hung up.
        }
    }
}
