using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SparkAzure.Core.Aks.Api;

/// <summary>What comes of a connection to a server.</summary>
internal enum ServerReachState
{
    /// <summary>It is taken.</summary>
    Answers,

    /// <summary>No way leads there, as this host or a router says.</summary>
    Unroutable,

    /// <summary>Nothing comes back: packets vanish on the way.</summary>
    Silent,

    /// <summary>The name has no address here.</summary>
    Unresolved,

    /// <summary>It is refused, or fails otherwise.</summary>
    Refused,
}

/// <summary>Whether a server takes connections from this host, tried without a word over them.</summary>
/// <param name="State">What came of it.</param>
/// <param name="Words">The system's words where it failed; else empty.</param>
internal sealed record ServerReach(ServerReachState State, string Words)
{
    /// <summary>What a line begins with that tells of silence; the tables of causes know it.</summary>
    public const string NoAnswer = "no answer to connections with ";

    /// <summary>
    /// How long nothing must come back until nobody is taken to be there: a lost packet is sent again after one and after
    /// three seconds, and a server of another continent answers within half a one.
    /// </summary>
    public static readonly TimeSpan Certainty = TimeSpan.FromSeconds(3.5);

    private static readonly SocketError[] Unnamed = [SocketError.HostNotFound, SocketError.NoData, SocketError.TryAgain];

    private static readonly SocketError[] Wayless =
        [SocketError.HostUnreachable, SocketError.NetworkUnreachable, SocketError.HostDown, SocketError.NetworkDown];

    /// <summary>
    /// Tries it. All addresses of a name are tried at once, as a JVM tries them in another order, and each of them twice:
    /// balancers send each connection its own way, and one way may be broken.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="patience">How long it is waited for an answer.</param>
    /// <param name="cancellationToken">Stops the trying.</param>
    public static async Task<ServerReach> TryAsync(Uri server, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(server.IdnHost.Trim('[', ']'), limit.Token).ConfigureAwait(false);
            var tries = addresses.Select(a => TryTwiceAsync(new IPEndPoint(a, server.Port), patience / 2, limit.Token));
            var reach = await BestAsync([.. tries]).ConfigureAwait(false);
            await limit.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return reach;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return Of(exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ServerReach(ServerReachState.Unresolved, "the name's address was not to be had in time");
        }
    }

    /// <summary>That nobody answers, as a line of evidence; null where that is not so.</summary>
    public string? LineOf(Uri server) => State switch
    {
        ServerReachState.Silent => string.Create(
            CultureInfo.InvariantCulture, $"{NoAnswer}{server.Authority} from this host in {Certainty.TotalSeconds:0.#} s"),
        ServerReachState.Unroutable => $"{NoAnswer}{server.Authority} from this host: {Words}",
        _ => null,
    };

    // One that is taken says it all; of the others the one that tells most of the way.
    private static async Task<ServerReach> BestAsync(List<Task<ServerReach>> tries)
    {
        var best = new ServerReach(ServerReachState.Unresolved, "the name has no address");
        for (var isFirst = true; tries.Count > 0; isFirst = false)
        {
            var ended = await Task.WhenAny(tries).ConfigureAwait(false);
            tries.Remove(ended);
            var reach = await ended.ConfigureAwait(false);
            if (reach.State == ServerReachState.Answers)
            {
                return reach;
            }

            best = isFirst || reach.State > best.State ? reach : best;
        }

        return best;
    }

    private static async Task<ServerReach> TryTwiceAsync(IPEndPoint address, TimeSpan again, CancellationToken limit)
    {
        var first = TryAsync(address, limit);
        await Task.WhenAny(first, Task.Delay(again, limit)).ConfigureAwait(false);
        if (first.IsCompleted)
        {
            return await first.ConfigureAwait(false);
        }

        return await BestAsync([first, TryAsync(address, limit)]).ConfigureAwait(false);
    }

    private static async Task<ServerReach> TryAsync(IPEndPoint address, CancellationToken limit)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, limit).ConfigureAwait(false);
            return new ServerReach(ServerReachState.Answers, "");
        }
        catch (OperationCanceledException)
        {
            return new ServerReach(ServerReachState.Silent, "");
        }
        catch (SocketException exception)
        {
            return Of(exception);
        }
    }

    private static ServerReach Of(Exception exception)
    {
        var state = (exception as SocketException)?.SocketErrorCode switch
        {
            { } code when Unnamed.Contains(code) => ServerReachState.Unresolved,
            { } code when Wayless.Contains(code) => ServerReachState.Unroutable,
            SocketError.TimedOut => ServerReachState.Silent,
            _ => ServerReachState.Refused,
        };
        return new ServerReach(state, exception.Message);
    }
}
