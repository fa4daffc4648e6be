using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Images;

namespace SparkAzure.Benchmarks.Images;

/// <summary>Somebody who publishes spark and spark-py.</summary>
internal abstract class Contestant : IDisposable
{
    protected const string Tag = "bench";

    public abstract string Name { get; }

    /// <summary>What <see cref="Peak"/> counts.</summary>
    public abstract string Memory { get; }

    /// <summary>Gets ready for a run that is timed; what it costs does not count.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    public abstract Task PublishAsync(string sparkHome, BenchmarkRegistry registry);

    /// <summary>The peak memory of the last publication in bytes; null where it cannot be told.</summary>
    public virtual long? Peak => null;

    /// <summary>Lets docker forget the images made, and with them what it would take for built already.</summary>
    public virtual Task ForgetAsync() => Task.CompletedTask;

    public virtual void Dispose()
    {
    }

    protected static async Task RemoveImagesAsync(HashSet<string> ids)
    {
        // One that another stands on cannot go before that one has gone.
        for (var before = ids.Count + 1; ids.Count > 0 && ids.Count < before;)
        {
            before = ids.Count;
            foreach (var id in ids.ToList())
            {
                try
                {
                    await Shell.RunAsync("docker", ["rmi", "-f", id]);
                    ids.Remove(id);
                }
                catch (InvalidOperationException exception) when (exception.Message.Contains("No such image", StringComparison.Ordinal))
                {
                    ids.Remove(id);
                }
                catch (InvalidOperationException)
                {
                    // Perhaps the next time round.
                }
            }
        }
    }

    protected static async Task<IEnumerable<string>> ImagesAsync(BenchmarkRegistry registry) =>
        (await Shell.RunAsync("docker", ["images", "--quiet", "--no-trunc", "--filter", $"reference={registry.Host}/spark*"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The distribution's own script: build, then push. A sample without the script gets the commands that the script carries out.</summary>
internal sealed class DockerImageTool(DockerDaemon daemon) : Contestant
{
    private const string PythonDockerfile = "kubernetes/dockerfiles/spark/bindings/python/Dockerfile";

    // No plug-in is needed, and none changes how the script builds.
    private static readonly Dictionary<string, string> Classic = new() { ["DOCKER_BUILDKIT"] = "0" };

    private readonly HashSet<string> _made = [];

    public override string Name => "docker-image-tool.sh";

    public override string Memory => daemon.What;

    public override long? Peak => daemon.Peak;

    public override Task PrepareAsync()
    {
        daemon.ResetPeak();
        return Task.CompletedTask;
    }

    public override async Task PublishAsync(string sparkHome, BenchmarkRegistry registry)
    {
        if (File.Exists(Path.Combine(sparkHome, "bin", "docker-image-tool.sh")))
        {
            string[] options = ["bin/docker-image-tool.sh", "-r", registry.Host, "-t", Tag, "-p", PythonDockerfile];
            await Shell.RunAsync("bash", [.. options, "build"], sparkHome, Classic);
            await Shell.RunAsync("bash", [.. options, "push"], sparkHome, Classic);
        }
        else
        {
            await Shell.RunAsync("docker", ["build", "-t", $"{registry.Host}/spark:{Tag}", "-f", "kubernetes/dockerfiles/spark/Dockerfile", "."], sparkHome, Classic);
            await Shell.RunAsync("docker", ["build", "--build-arg", $"base_img={registry.Host}/spark:{Tag}", "-t", $"{registry.Host}/spark-py:{Tag}", "-f", PythonDockerfile, "."], sparkHome, Classic);
            await Shell.RunAsync("docker", ["push", $"{registry.Host}/spark:{Tag}"]);
            await Shell.RunAsync("docker", ["push", $"{registry.Host}/spark-py:{Tag}"]);
        }

        _made.UnionWith(await ImagesAsync(registry));
    }

    public override Task ForgetAsync() => RemoveImagesAsync(_made);
}

/// <summary>This module, in a process of its own: one per publication, or one that has published before and stays.</summary>
internal sealed class ThisModule(SparkImageEngine engine, bool staysUp, DockerDaemon daemon) : Contestant
{
    private readonly HashSet<string> _made = [];
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
            await foreach (var image in SparkImagePublisher.PublishAsync(options, new QuietOperator(), CancellationToken.None))
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

    public override async Task PublishAsync(string sparkHome, BenchmarkRegistry registry)
    {
        _session ??= Process.Start(new ProcessStartInfo("dotnet", [typeof(ThisModule).Assembly.Location, "publish"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await _session.StandardInput.WriteLineAsync(string.Join('\t', sparkHome, registry.Host, engine, registry.BaseImage));
        await _session.StandardInput.FlushAsync();
        _peak = long.Parse(await _session.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The publication failed."), CultureInfo.InvariantCulture);
        if (!staysUp)
        {
            await EndAsync();
        }

        if (engine == SparkImageEngine.Docker)
        {
            _made.UnionWith(await ImagesAsync(registry));
        }
    }

    public override Task ForgetAsync() => RemoveImagesAsync(_made);

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
