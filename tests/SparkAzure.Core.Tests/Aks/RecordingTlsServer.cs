using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>
/// A server that shows a certificate, asks for one, takes any (or also none), and writes down every byte of what is said to it: what a stranger in the
/// place of the API server gets to see. It says its version and denies the rest.
/// </summary>
internal sealed class RecordingTlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslStreamCertificateContext _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly StringBuilder _heard = new();
    private readonly Task _serving;

    private readonly bool _refusesStrangers;

    public RecordingTlsServer(
        X509Certificate2 certificate, X509Certificate2Collection issuers, bool refusesStrangers = false)
    {
        _refusesStrangers = refusesStrangers;
        _certificate = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Everything that came through TLS.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
            {
                return _heard.ToString();
            }
        }
    }

    /// <summary>The subjects of the certificates that a client showed, its own first.</summary>
    public IReadOnlyList<string> ClientCertificates { get; private set; } = [];

    /// <summary>The name that clients asked for in TLS.</summary>
    public string? ServerName { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await using var stream = new SslStream(connection.GetStream());
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = _certificate,
                ClientCertificateRequired = true,

                // A session that is resumed shows no issuers: OpenSSL keeps the certificate of the other side alone.
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, shown, chain, _) => See(shown, chain),
            }, _stop.Token);
            ServerName = stream.TargetHostName;
            var buffer = new byte[16384];
            while (await stream.ReadAsync(buffer, _stop.Token) is > 0 and var read)
            {
                var text = Encoding.ASCII.GetString(buffer, 0, read);
                lock (_heard)
                {
                    _heard.Append(text);
                }

                await stream.WriteAsync(Answer(text), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client has seen enough.
        }
    }

    private bool See(X509Certificate? shown, X509Chain? chain)
    {
        if (shown is not null)
        {
            ClientCertificates = [shown.Subject, .. chain!.ChainPolicy.ExtraStore.Select(c => c.Subject).Where(s => s != shown.Subject)];
        }

        return shown is not null || !_refusesStrangers;
    }

    private static byte[] Answer(string request)
    {
        var isVersion = request.StartsWith("GET /version", StringComparison.Ordinal);
        var body = isVersion
            ? """{"major":"1","minor":"34","gitVersion":"v1.34.2"}"""
            : """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"not for you","reason":"Forbidden","code":403}""";
        var status = isVersion ? "200 OK" : "403 Forbidden";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
