using System.Globalization;
using System.Runtime.InteropServices;
using SparkAzure.Benchmarks;
using SparkAzure.Benchmarks.Images;
using SparkAzure;

switch (args)
{
    // The processes that the benchmarks measure.
    case ["scan", var home, var count]:
        await JarBenchmarks.ScanAsync(home, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["link", var home, var index, var what]:
        await LinkBenchmarks.LinkAsync(home, index, what);
        return 0;
    case ["read-pools", var home]:
        LinkBenchmarks.ReadPools(home);
        return 0;
    case ["publish"]:
        await ThisModule.ServeAsync();
        return 0;
    case ["jars", ..]:
        await new JarBenchmarks(Option("--spark-home"), Runs(9)).RunAsync();
        return 0;
    case ["links", ..] when Option("--spark-home") is { } real:
        await new LinkBenchmarks(real, Runs(3)).RunAsync();
        return 0;
    case ["images", ..]:
        var engines = (Option("--engines") ?? "Registry,Docker").Split(',').Select(e => Enum.Parse<SparkImageEngine>(e, ignoreCase: true)).ToList();
        return await UntilStoppedAsync(new ImageBenchmarks(Option("--spark-home"), Option("--base-image"), engines, Runs(3)).RunAsync);
    case ["aks", ..]:
        await new AksBenchmarks(Runs(9)).RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("""
            Usage: dotnet run -c Release --project tests/Benchmarks -- jars|links|images|aks [OPTIONS]

            jars     the conflict scan of a distribution, and the jar swap paired with rm and cp of the same files
            links    the first and the second search for conflicts, paired with the mere reading of all constant pools; as the module
                     runs it (compiled ahead): dotnet publish tests/Benchmarks -c Release -r linux-x64 --self-contained false
                     -p:PublishReadyToRun=true -o DIR, then dotnet DIR/Benchmarks.dll links --spark-home DIR;
                     only a real one has classes to read
            images   Publish-SparkImage paired with the distribution's own bin/docker-image-tool.sh build and push: first, after a jar
                     swap, and with nothing changed; and a bare upload of the same bytes. Needs docker, docker-registry and curl.
            aks      Get-AksApiServer's call beside az aks show at the same address, and Import-Module beside a bare pwsh

            --spark-home DIR    a real distribution (it is copied, not changed); else one of 260 jars and 225 MB is made
            --runs N            how many counted runs of each, after one that does not count; 9 for jars and aks, 3 for links and images
            --base-image NAME   images: an image of the local daemon that engine Registry builds on; else what the Dockerfile begins
                                with, and where docker lacks that, a busybox whose package managers do nothing
            --engines LIST      images: which engines, separated by commas; Registry,Docker unless told
            """);
        return 2;
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

int Runs(int usual) => int.Parse(Option("--runs") ?? $"{usual}", CultureInfo.InvariantCulture);

// Ctrl+C and SIGTERM end a benchmark the way it ends by itself: what it made goes with it.
static async Task<int> UntilStoppedAsync(Func<CancellationToken, Task> run)
{
    using var stop = new CancellationTokenSource();
    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    try
    {
        await run(stop.Token);
        return 0;
    }
    catch (Exception) when (stop.IsCancellationRequested)
    {
        // Whichever noticed first: a terminal sends Ctrl+C to the programs that were started, too.
        Console.Error.WriteLine("Stopped.");
        return 130;
    }
}
