using System.Net;
using System.Net.Sockets;

namespace SparkAzure.Core.Tests;

/// <summary>
/// A port of 127.0.0.1 that refuses whoever connects, until it is disposed of. It is bound and nobody listens, so that no
/// other test is given it meanwhile.
/// </summary>
internal sealed class RefusingPort : IDisposable
{
    private readonly Socket _bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusingPort() => _bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_bound.LocalEndPoint!).Port;

    public void Dispose() => _bound.Dispose();
}
