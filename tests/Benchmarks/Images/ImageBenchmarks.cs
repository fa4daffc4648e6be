using System.Diagnostics;
using System.Text.Json;

namespace SparkAzure.Benchmarks.Images;

/// <summary>
/// Publish-SparkImage beside the distribution's own bin/docker-image-tool.sh: the same distribution, machine, daemon and kind of registry, in turn.
/// Three publications each, to a registry that has the base image and nothing else: the first, one after the Hadoop jars were exchanged, and one
/// with nothing changed. A run before those that count goes through a proxy that counts bytes.
/// </summary>
/// <param name="sparkHome">A distribution; it is copied. Null makes one.</param>
/// <param name="baseImage">An image of the local daemon; null for what the Dockerfile begins with, and where there is none a busybox of that name.</param>
/// <param name="engines">Which engines.</param>
/// <param name="runs">How many runs that count.</param>
internal sealed class ImageBenchmarks(string? sparkHome, string? baseImage, IReadOnlyList<SparkImageEngine> engines, int runs)
{
    private static readonly string[] Phases = ["first publish, to an empty registry", "after the Hadoop jars were exchanged", "nothing changed"];

    // PKWARE APPNOTE 4.3.16: the end of central directory record without its comment.
    private const int EndRecord = 22;

    private readonly Results _results = new(Phases);

    /// <summary>Runs them. Stopped, it takes along what it has made.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await MadeImages.OfOthersAsync(cancellationToken) is { Count: > 0 } others)
        {
            throw new InvalidOperationException($"Docker has images of a benchmark that was killed or runs now, and would take parts of them for built already. Remove them: docker rmi {string.Join(' ', others)}");
        }

        var folder = Directory.CreateTempSubdirectory("sparkazure-benchmark-").FullName;
        using var standIn = new StandInBase();
        try
        {
            var home = Path.Combine(folder, "spark");
            if (sparkHome is null)
            {
                home = LargeSpark.Create(home);
            }
            else
            {
                await Shell.RunAsync("cp", ["-a", sparkHome, home], cancellationToken: cancellationToken);
            }

            var image = baseImage ?? await standIn.ForAsync(home, cancellationToken);
            var jars = new DirectoryInfo(Path.Combine(home, "jars")).GetFiles("*.jar");
            Console.WriteLine($"{home}: {jars.Length} jars, {jars.Sum(j => j.Length) / 1e6:0.0} MB. Base image {image}. {Environment.ProcessorCount} cores, {runs} runs after one that only counts bytes.");
            Console.WriteLine($"Load before: {(await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Trim()}");
            var daemon = new DockerDaemon();
            List<Contestant> contestants = [new DockerImageTool(daemon)];
            contestants.AddRange(engines.SelectMany(e => new Contestant[] { new ThisModule(e, staysUp: false, daemon), new ThisModule(e, staysUp: true, daemon) }));
            try
            {
                await RunAsync(contestants, home, image, Path.Combine(folder, "registry"), Path.Combine(folder, "bare"), cancellationToken);
            }
            finally
            {
                contestants.ForEach(c => c.Dispose());
            }

            _results.Print(contestants[0].Name);
            Console.WriteLine($"Load after: {(await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Trim()}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task RunAsync(List<Contestant> contestants, string home, string image, string registryFolder, string bare, CancellationToken cancellationToken)
    {
        for (var run = 0; run <= runs; run++)
        {
            foreach (var contestant in contestants)
            {
                using var registry = await BenchmarkRegistry.StartAsync(registryFolder, image, counts: run == 0, cancellationToken);
                await PublishAsync(contestant, home, image, registry, run, cancellationToken);
                if (run == 0 && !File.Exists(bare))
                {
                    await TakeBlobsAsync(registry, bare);
                }
            }

            if (run > 0)
            {
                using var empty = await BenchmarkRegistry.StartAsync(registryFolder, image, counts: false, cancellationToken);
                _results.Add(Phases[0], BareUpload.Name, await BareUpload.TimeAsync(bare, empty.Host, cancellationToken), new FileInfo(bare).Length);
            }

            Console.WriteLine(run == 0 ? "Counted." : $"Run {run} of {runs} done.");
        }
    }

    private async Task PublishAsync(Contestant contestant, string home, string image, BenchmarkRegistry registry, int run, CancellationToken cancellationToken)
    {
        var made = await MadeImages.SinceNowAsync(image, cancellationToken);
        try
        {
            foreach (var phase in Phases)
            {
                await PublishAsync(phase, contestant, home, registry, run, cancellationToken);
            }
        }
        finally
        {
            await made.RemoveAsync();
        }
    }

    private async Task PublishAsync(string phase, Contestant contestant, string home, BenchmarkRegistry registry, int run, CancellationToken cancellationToken)
    {
        if (phase == Phases[1])
        {
            ExchangeJars(home);
        }

        // What the preparation left to write must not be paid for by whoever comes next.
        await Shell.RunAsync("sync", [], cancellationToken: cancellationToken);
        await contestant.PrepareAsync();
        var clock = Stopwatch.StartNew();
        await contestant.PublishAsync(home, registry, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        if (run == 0)
        {
            _results.Count(phase, contestant.Name, registry.TakeSent()!.Value);
        }
        else
        {
            _results.Add(phase, contestant.Name, seconds, memory: contestant.Peak, counted: contestant.Memory);
        }
    }

    // Other bytes in every jar of Hadoop's, as after an exchange: a comment at the end of the zip, whose length stands in its last record.
    private static void ExchangeJars(string home)
    {
        foreach (var jar in Directory.GetFiles(Path.Combine(home, "jars"), "hadoop-*.jar"))
        {
            var comment = Guid.NewGuid().ToByteArray();
            using var file = File.Open(jar, FileMode.Open);
            var end = new byte[EndRecord];
            file.Seek(-EndRecord, SeekOrigin.End);
            file.ReadExactly(end);
            if (!end.AsSpan().StartsWith("PK\x05\x06"u8))
            {
                // Exchanged before.
                file.Seek(-comment.Length, SeekOrigin.End);
                file.Write(comment);
                continue;
            }

            file.Seek(-2, SeekOrigin.End);
            file.Write([(byte)comment.Length, 0]);
            file.Write(comment);
        }
    }

    private static async Task TakeBlobsAsync(BenchmarkRegistry registry, string file)
    {
        using var http = new HttpClient();
        var inBase = (await LayersAsync("base/image", "1")).ToHashSet(StringComparer.Ordinal);
        var made = (await LayersAsync("spark-py", "bench")).Where(d => !inBase.Contains(d));
        using var output = File.Create(file);
        foreach (var digest in made.Distinct())
        {
            using var blob = await http.GetStreamAsync($"http://{registry.Host}/v2/spark-py/blobs/{digest}");
            await blob.CopyToAsync(output);
        }

        async Task<List<string>> LayersAsync(string repository, string tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{registry.Host}/v2/{repository}/manifests/{tag}");
            request.Headers.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json");
            using var answer = await http.SendAsync(request);
            using var manifest = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return [.. manifest.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("digest").GetString()!)];
        }
    }
}
