using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SparkAzure.Core.Tests.Images;

namespace SparkAzure.Core.Tests.Oci.Registry;

/// <summary>The distribution project's own registry (Debian's docker-registry) on a free port of 127.0.0.1.</summary>
internal sealed class RealRegistry : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private RealRegistry(int port)
    {
        Host = $"127.0.0.1:{port}";
        var config = _folder.Write("config.yml", $"""
            version: 0.1
            log: {"{level: error}"}
            storage: {"{"}filesystem: {"{"}rootdirectory: {_folder["data"]}{"}}"}
            http: {"{"}addr: "{Host}"{"}"}
            """);
        _process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", config]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Host { get; }

    public static async Task<RealRegistry> StartOrSkipAsync()
    {
        Skip.IfNot(ContainerTools.Has("docker-registry"), "docker-registry is not installed");
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var registry = new RealRegistry(port);
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync($"http://{registry.Host}/v2/");
                return registry;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }

        await registry.DisposeAsync();
        throw new InvalidOperationException("docker-registry does not answer after 10 s.");
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveImagesAsync();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    // The daemon keeps what it pulled from here and built for here; nobody will ask this registry again.
    private async Task RemoveImagesAsync()
    {
        if (!ContainerTools.Has("docker"))
        {
            return;
        }

        var (_, list) = await ContainerTools.TryRunAsync("docker", ["images", "--digests", "--format", "{{.Repository}}|{{.Tag}}|{{.Digest}}"]);
        var names = list.Split('\n').Select(l => l.Split('|')).Where(f => f.Length == 3 && f[0].StartsWith(Host + "/", StringComparison.Ordinal))
            .Select(f => f[1] != "<none>" ? $"{f[0]}:{f[1]}" : $"{f[0]}@{f[2]}").Where(n => !n.EndsWith("<none>", StringComparison.Ordinal)).ToList();
        if (names.Count > 0)
        {
            await ContainerTools.TryRunAsync("docker", ["rmi", "-f", .. names]);
        }
    }
}
