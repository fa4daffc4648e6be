using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SparkAzure.Benchmarks.Images;

/// <summary>An empty registry of the distribution project (the program docker-registry) that holds the base image and nothing else.</summary>
internal sealed class BenchmarkRegistry : IDisposable
{
    private const string BaseRepository = "base/image";

    private readonly string _folder;
    private readonly Process _process;
    private readonly CountingProxy? _proxy;

    private BenchmarkRegistry(string folder, bool counts)
    {
        _folder = folder;
        var port = FreePort();
        var address = $"127.0.0.1:{port}";
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, "config.yml");
        File.WriteAllText(config, $"""
            version: 0.1
            log: {"{level: error}"}
            storage: {"{"}filesystem: {"{"}rootdirectory: {Path.Combine(folder, "data")}{"}}"}
            http: {"{"}addr: "{address}"{"}"}
            """);
        _process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", config]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _proxy = counts ? new CountingProxy(port) : null;
        Host = $"127.0.0.1:{_proxy?.Port ?? port}";
    }

    /// <summary>What clients are told.</summary>
    public string Host { get; }

    /// <summary>The base image as this registry has it.</summary>
    public string BaseImage => $"{Host}/{BaseRepository}:1";

    /// <summary>Starts one and pushes the base image, which docker then knows to be there, too: nobody has to send it again.</summary>
    public static async Task<BenchmarkRegistry> StartAsync(string folder, string baseImage, bool counts, CancellationToken cancellationToken)
    {
        var registry = new BenchmarkRegistry(folder, counts);
        try
        {
            await registry.TakeBaseAsync(baseImage, cancellationToken);
            return registry;
        }
        catch
        {
            registry.Dispose();
            throw;
        }
    }

    /// <summary>Bytes that clients sent since the last call; null where nobody counts.</summary>
    public long? TakeSent() => _proxy?.TakeSent();

    public void Dispose()
    {
        _proxy?.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task TakeBaseAsync(string baseImage, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync($"http://{Host}/v2/", cancellationToken);
                break;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        await Shell.RunAsync("docker", ["tag", baseImage, BaseImage], cancellationToken: cancellationToken);
        try
        {
            await Shell.RunAsync("docker", ["push", "--quiet", BaseImage], cancellationToken: cancellationToken);
        }
        finally
        {
            await Shell.RunAsync("docker", ["rmi", BaseImage], cancellationToken: CancellationToken.None);
        }

        TakeSent();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
