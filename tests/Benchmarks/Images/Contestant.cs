using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Images;

namespace SparkAzure.Benchmarks.Images;

/// <summary>Somebody who publishes spark and spark-py.</summary>
internal abstract class Contestant : IDisposable
{
    /// <summary>The tag of every image that is published.</summary>
    public const string Tag = "bench";

    public abstract string Name { get; }

    /// <summary>What <see cref="Peak"/> counts.</summary>
    public abstract string Memory { get; }

    /// <summary>Gets ready for a run that is timed; what it costs does not count.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    public abstract Task PublishAsync(string sparkHome, BenchmarkRegistry registry, CancellationToken cancellationToken);

    /// <summary>The peak memory of the last publication in bytes; null where it cannot be told.</summary>
    public virtual long? Peak => null;

    public virtual void Dispose()
    {
    }
}

/// <summary>The distribution's own script: build, then push. A sample without the script gets the commands that the script carries out.</summary>
internal sealed class DockerImageTool(DockerDaemon daemon) : Contestant
{
    private const string PythonDockerfile = "kubernetes/dockerfiles/spark/bindings/python/Dockerfile";

    // No plug-in is needed, and none changes how the script builds.
    private static readonly Dictionary<string, string> Classic = new() { ["DOCKER_BUILDKIT"] = "0" };

    public override string Name => "docker-image-tool.sh";

    public override string Memory => daemon.What;

    public override long? Peak => daemon.Peak;

    public override Task PrepareAsync()
    {
        daemon.ResetPeak();
        return Task.CompletedTask;
    }

    public override async Task PublishAsync(string sparkHome, BenchmarkRegistry registry, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(sparkHome, "bin", "docker-image-tool.sh")))
        {
            string[] options = ["bin/docker-image-tool.sh", "-r", registry.Host, "-t", Tag, "-p", PythonDockerfile];
            await Shell.RunAsync("bash", [.. options, "build"], sparkHome, Classic, cancellationToken);
            await Shell.RunAsync("bash", [.. options, "push"], sparkHome, Classic, cancellationToken);
        }
        else
        {
            await Shell.RunAsync("docker", ["build", "-t", $"{registry.Host}/spark:{Tag}", "-f", "kubernetes/dockerfiles/spark/Dockerfile", "."], sparkHome, Classic, cancellationToken);
            await Shell.RunAsync("docker", ["build", "--build-arg", $"base_img={registry.Host}/spark:{Tag}", "-t", $"{registry.Host}/spark-py:{Tag}", "-f", PythonDockerfile, "."], sparkHome, Classic, cancellationToken);
            await Shell.RunAsync("docker", ["push", $"{registry.Host}/spark:{Tag}"], cancellationToken: cancellationToken);
            await Shell.RunAsync("docker", ["push", $"{registry.Host}/spark-py:{Tag}"], cancellationToken: cancellationToken);
        }
    }
}

/// <summary>This module, in a process of its own: one per publication, or one that has published before and stays.</summary>
internal sealed class ThisModule(SparkImageEngine engine, bool staysUp, DockerDaemon daemon) : Contestant
{
    private Process? _session;
    private long _peak;

    public override string Name => $"{engine}, {(staysUp ? "in a session that published before" : "process start included")}";

    public override string Memory => engine == SparkImageEngine.Docker ? "the process, without dockerd" : "the process";

    public override long? Peak => _peak;

    /// <summary>The loop of the process: a line with where and what comes in, a line with the peak memory goes out.</summary>
    public static async Task ServeAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var parts = line.Split('\t');
            var options = new PublishOptions
            {
                SparkHome = parts[0],
                Registry = parts[1],
                Tag = Tag,
                Engine = Enum.Parse<SparkImageEngine>(parts[2]),
                BaseImage = parts[2] == nameof(SparkImageEngine.Registry) ? parts[3] : null,
            };
            await foreach (var image in SparkImagePublisher.PublishAsync(options, new QuietCaller(), CancellationToken.None))
            {
                _ = image.Digest ?? throw new InvalidOperationException($"{image.Name} was not published.");
            }

            Console.WriteLine(Shell.PeakMemory("self").ToString(CultureInfo.InvariantCulture));
        }
    }

    public override Task PrepareAsync()
    {
        daemon.ResetPeak();
        return Task.CompletedTask;
    }

    public override async Task PublishAsync(string sparkHome, BenchmarkRegistry registry, CancellationToken cancellationToken)
    {
        _session ??= Process.Start(new ProcessStartInfo("dotnet", [typeof(ThisModule).Assembly.Location, "publish"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var session = _session;
        using var stopped = cancellationToken.Register(() => session.Kill());
        await _session.StandardInput.WriteLineAsync(string.Join('\t', sparkHome, registry.Host, engine, registry.BaseImage));
        await _session.StandardInput.FlushAsync(cancellationToken);
        _peak = long.Parse(await _session.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The publication failed."), CultureInfo.InvariantCulture);
        if (!staysUp)
        {
            await EndAsync();
        }
    }

    public override void Dispose()
    {
        EndAsync().GetAwaiter().GetResult();
        base.Dispose();
    }

    private async Task EndAsync()
    {
        if (_session is not null)
        {
            _session.StandardInput.Close();
            await _session.WaitForExitAsync();
            _session.Dispose();
            _session = null;
        }
    }
}
