using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Benchmarks;

/// <summary>The swap of Spark's jars beside the howto's rm and cp of the same files and a sync, in turn on copies of one distribution.</summary>
internal sealed class JarBenchmarks(string? sparkHome, int runs)
{
    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sparkazure-benchmark-").FullName;
        try
        {
            var pristine = sparkHome ?? LargeSpark.Create(Path.Combine(folder, "pristine"));
            var host = SampleDssHost.Create(Path.Combine(folder, "dss"));
            var libraries = Unpack(SampleHadoopArchive.Create(folder, new SampleHadoopArchiveOptions { HadoopVersion = 3 }).Path, Path.Combine(folder, "libraries"));
            Parallel.ForEach(Directory.GetFiles(libraries), LargeSpark.Enlarge);
            var jars = new DirectoryInfo(Path.Combine(pristine, "jars")).GetFiles("*.jar");
            Console.WriteLine($"{jars.Length} jars, {jars.Sum(j => j.Length) / 1e6:0.0} MB; {Environment.ProcessorCount} cores; {runs} runs after one that does not count");
            await ScanInOwnProcessAsync(pristine);
            await SwapAsync(folder, pristine, libraries, host.CompanionPath);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Scans a distribution and says how long it took and how much memory the whole process ever had.</summary>
    public static async Task ScanAsync(string home, int runs)
    {
        var times = new List<double>();
        var findings = 0;
        for (var run = 0; run <= runs; run++)
        {
            var time = await TimeAsync(async () =>
            {
                _ = await SparkDistributions.ReadAsync(home, new QuietCaller(), CancellationToken.None);
                findings = (await SparkJarConflicts.FindAsync(new SparkJarConflictOptions { SparkHome = home }, new QuietCaller(), CancellationToken.None)).Count;
            });
            if (run > 0)
            {
                times.Add(time);
            }
        }

        Report("Get-SparkDistribution and Find-SparkJarConflict", times);
        var peak = (await File.ReadAllLinesAsync("/proc/self/status")).First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine($"  {findings} findings; the process's peak memory, .NET itself included: {peak.Split(':')[1].Trim()}");
    }

    // A process of its own, so that its peak memory is the scan's.
    private async Task ScanInOwnProcessAsync(string home)
    {
        using var process = Process.Start("dotnet", [typeof(JarBenchmarks).Assembly.Location, "scan", home, $"{runs}"])!;
        await process.WaitForExitAsync();
    }

    private async Task SwapAsync(string folder, string pristine, string libraries, string companions)
    {
        // By force, as the libraries are made: what starts with them is not asked here.
        var options = new SparkJarUpdateOptions
        {
            SparkHome = Copy(pristine, folder), LibraryPath = libraries, CompanionPath = companions, SkipConflictScan = true, Force = true,
        };
        var plan = await SparkJars.UpdateAsync(options, new QuietCaller(), CancellationToken.None);
        Console.WriteLine($"The swap removes {plan.Removed.Count} jars and adds {plan.Added.Count} of {plan.Plan.Where(r => r.Action == SparkJarAction.Add).Sum(r => r.Length) / 1e6:0.0} MB.");
        string SourceOf(string jar) => Path.Combine(File.Exists(Path.Combine(libraries, jar)) ? libraries : companions, jar);
        string Remove(IEnumerable<string> names) => $"rm -f {string.Join(' ', names.Select(n => $"jars/{n}"))}";
        string Add(IEnumerable<string> names) => $"cp {string.Join(' ', names.Select(SourceOf))} jars/";

        // A line of the howto is what the plan gives one reason for.
        var byLine = plan.Changes.GroupBy(c => (c.Action, c.Reason))
            .Select(g => g.Key.Action == SparkJarAction.Remove ? Remove(g.Select(c => c.Name)) : Add(g.Select(c => c.Name)))
            .ToList();
        var swaps = new List<double>();
        var updates = new List<double>();
        var shells = new List<double>();
        var peers = new List<double>();
        for (var run = 0; run <= runs; run++)
        {
            var ours = await CopyToDiskAsync(pristine, folder);
            var caller = new QuietCaller();
            var update = await TimeAsync(() => SparkJars.UpdateAsync(options with { SparkHome = ours }, caller, CancellationToken.None));
            var made = Stopwatch.GetElapsedTime(caller.AskedAt).TotalMilliseconds;
            Directory.Delete(ours, recursive: true);

            var theirs = await CopyToDiskAsync(pristine, folder);
            var shell = await TimeAsync(() => ShellAsync(theirs, $"{Remove(plan.Removed)}; {Add(plan.Added)}; sync"));
            Directory.Delete(theirs, recursive: true);

            var lines = await CopyToDiskAsync(pristine, folder);
            var perFile = await TimeAsync(() => ShellAsync(lines, string.Join('\n', [.. byLine, "sync"])));
            Directory.Delete(lines, recursive: true);
            if (run > 0)
            {
                swaps.Add(made);
                updates.Add(update);
                shells.Add(shell);
                peers.Add(perFile);
            }
        }

        Report("Update-SparkJars, planned by linking", updates);
        Report("of it the swap, restore point made", swaps);
        Report("one rm, one cp for all and sync", shells);
        Report($"{byLine.Count} commands, as the howto groups them, and sync", peers);
        Report("ratio of the swap to one rm, one cp and sync", [.. swaps.Zip(shells, (a, b) => a / b)], "");
        Report("ratio of the swap to the howto's commands", [.. swaps.Zip(peers, (a, b) => a / b)], "");
        Report("ratio of all to the howto's commands", [.. updates.Zip(peers, (a, b) => a / b)], "");
    }

    // What the copying leaves to be written would count for whoever flushes next.
    private static async Task<string> CopyToDiskAsync(string pristine, string folder)
    {
        var copy = Copy(pristine, folder);
        await ShellAsync(folder, "sync");
        return copy;
    }

    private static string Copy(string pristine, string folder)
    {
        var copy = Path.Combine(folder, "copy-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(copy);
        using var process = Process.Start("cp", ["-a", Path.Combine(pristine, "jars"), Path.Combine(pristine, "RELEASE"), copy])!;
        process.WaitForExit();
        return copy;
    }

    private static async Task ShellAsync(string folder, string script)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = folder })!;
        await process.WaitForExitAsync();
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static void Report(string what, IReadOnlyList<double> values, string unit = " ms")
    {
        var sorted = values.Order().ToList();
        Console.WriteLine($"  {what,-45} min {sorted[0],8:0.00}{unit}  median {sorted[sorted.Count / 2],8:0.00}{unit}  max {sorted[^1],8:0.00}{unit}");
    }

    private static string Unpack(string archive, string folder)
    {
        Directory.CreateDirectory(folder);
        using var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.EndsWith(".jar", StringComparison.Ordinal))
            {
                entry.ExtractToFile(Path.Combine(folder, Path.GetFileName(entry.Name)), overwrite: true);
            }
        }

        return folder;
    }
}
