using System.Diagnostics;
using SparkAzure.Core.Tests.Images;

namespace SparkAzure.Core.Tests.Docker;

/// <summary>podman's service with Docker's API, on a socket and a store of its own.</summary>
internal sealed class PodmanService : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    public Uri Address => new("unix://" + _folder["podman.sock"]);

    private string[] Store => ["--root", _folder["store"], "--runroot", _folder["run"], "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"];

    /// <summary>Starts it with the tests' base image in its store.</summary>
    public static async Task<PodmanService> StartOrSkipAsync()
    {
        Skip.IfNot(ContainerTools.Has("podman"), "podman is not installed");
        Skip.IfNot(File.Exists(ContainerTools.Busybox), $"{ContainerTools.Busybox} (Debian's busybox-static) is not installed");
        var service = new PodmanService();
        var (code, output) = await ContainerTools.TryRunAsync("podman", [.. service.Store, "import", "-c", "ENV PATH=/bin", await ContainerTools.BaseTarAsync(service._folder), "docker.io/" + ContainerTools.BaseImage]);
        if (code != 0)
        {
            await service.DisposeAsync();
            Skip.If(true, $"podman has no store that works here: {output}");
        }

        service._process = Process.Start(new ProcessStartInfo("podman", [.. service.Store, "system", "service", "--time", "0", $"{service.Address}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        service._process.BeginErrorReadLine();
        service._process.BeginOutputReadLine();
        for (var attempt = 0; attempt < 200 && !File.Exists(service.Address.LocalPath); attempt++)
        {
            await Task.Delay(50);
        }

        return service;
    }

    /// <summary>Runs the podman program on the same store.</summary>
    public Task<string> RunAsync(params string[] arguments) => ContainerTools.RunAsync("podman", [.. Store, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Dispose();
    }
}
