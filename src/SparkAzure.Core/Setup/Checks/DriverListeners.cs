using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>A port that is held open where a driver would listen.</summary>
/// <param name="Key">The key of Spark that sets it.</param>
/// <param name="Port">The port.</param>
internal sealed record HeldPort(string Key, int Port);

/// <summary>
/// Listens where a driver would, for as long as a pod knocks: whoever sends the word of this run gets it back, and
/// nobody else anything. So what answers the pod is known to be this host.
/// </summary>
internal sealed class DriverListeners : IDisposable
{
    private const int LongestWord = 128;

    private readonly List<TcpListener> _listeners = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly byte[] _word;

    private DriverListeners(string word) => _word = Encoding.ASCII.GetBytes(word + "\n");

    /// <summary>The ports that are held.</summary>
    public List<HeldPort> Ports { get; } = [];

    /// <summary>The keys of which every port is in use, by jobs or others.</summary>
    public List<string> Busy { get; } = [];

    /// <summary>Whom connections came from, by port: the pod's address, or what stands between.</summary>
    public ConcurrentDictionary<int, string> Callers { get; } = new();

    /// <summary>Opens the first free port of each range, and the last one.</summary>
    /// <param name="ports">Each key with its first port; null for any free one.</param>
    /// <param name="retries">How many further ports a range has.</param>
    /// <param name="address">Where a driver would bind.</param>
    /// <param name="word">The word of this run.</param>
    public static DriverListeners Open(
        IReadOnlyList<(string Key, int? First)> ports, int retries, IPAddress address, string word)
    {
        var listeners = new DriverListeners(word);
        foreach (var (key, first) in ports)
        {
            if (first is not { } from)
            {
                listeners.TryHold(key, 0, address);
                continue;
            }

            var held = Enumerable.Range(from, retries + 1).FirstOrDefault(p => listeners.TryHold(key, p, address));
            if (held == 0)
            {
                listeners.Busy.Add(key);
            }
            else if (from + retries > held)
            {
                listeners.TryHold(key, from + retries, address);
            }
        }

        return listeners;
    }

    public void Dispose()
    {
        _closing.Cancel();
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        _closing.Dispose();
    }

    private bool TryHold(string key, int port, IPAddress address)
    {
        var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            listener.Dispose();
            return false;
        }

        _listeners.Add(listener);
        Ports.Add(new HeldPort(key, ((IPEndPoint)listener.LocalEndpoint).Port));
        _ = ServeAsync(listener, _closing.Token);
        return true;
    }

    private async Task ServeAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
                _ = AnswerAsync(client, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException
            or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                var local = ((IPEndPoint)client.Client.LocalEndPoint!).Port;
                var from = ((IPEndPoint)client.Client.RemoteEndPoint!).Address;
                var stream = client.GetStream();
                var said = new byte[LongestWord];
                var read = await stream.ReadAtLeastAsync(said, _word.Length, false, cancellationToken)
                    .ConfigureAwait(false);
                if (said.AsSpan(0, read).SequenceEqual(_word))
                {
                    Callers[local] = from.ToString();
                    await stream.WriteAsync(_word, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException
                or SocketException or ObjectDisposedException)
            {
                // Whoever knocked has gone.
            }
        }
    }
}
