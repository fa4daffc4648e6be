using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Benchmarks;

/// <summary>
/// The linking of a whole distribution beside the mere reading of its constant pools, both from deflated jars and each in a
/// process of its own: for the first time, with nothing kept; again; and with the classes kept, but not what was found.
/// </summary>
internal sealed class LinkBenchmarks(string sparkHome, int runs)
{
    private const int ConstantsAt = 10;

    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sparkazure-benchmark-").FullName;
        try
        {
            var home = Path.Combine(folder, "spark");
            Deflate(sparkHome, home);
            Console.WriteLine($"{Environment.ProcessorCount} cores; {runs} runs, in turn");
            for (var run = 0; run < runs; run++)
            {
                var index = Path.Combine(folder, $"index-{run}");
                await StartAsync("read-pools", home);
                await StartAsync("link", home, index, "first");
                await StartAsync("link", home, index, "again, in a new process");
                foreach (var kept in Directory.GetFiles(index, "*.findings"))
                {
                    File.Delete(kept);
                }

                await StartAsync("link", home, index, "from the index of classes alone");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Searches a distribution and says how long it took, and how much memory the whole process ever had.</summary>
    public static async Task LinkAsync(string home, string index, string what)
    {
        var options = new SparkJarConflictOptions { SparkHome = home, IndexFolder = index };
        var clock = Stopwatch.StartNew();
        var findings = await SparkJarConflicts.FindAsync(options, new QuietCaller(), CancellationToken.None);
        Tell($"Find-SparkJarConflict's search, {what}: {findings.Count} findings", clock);
    }

    /// <summary>Unpacks every class and walks over its constants: what a search does at the least.</summary>
    public static void ReadPools(string home)
    {
        var clock = Stopwatch.StartNew();
        var jars = Directory.GetFiles(Path.Combine(home, "jars"), "*.jar").OrderByDescending(j => new FileInfo(j).Length);
        var classes = jars.AsParallel().WithDegreeOfParallelism(Environment.ProcessorCount).Sum(ReadPoolsOf);
        Tell($"plain reading of {classes} constant pools", clock);
    }

    private static int ReadPoolsOf(string jar)
    {
        using var zip = ZipFile.OpenRead(jar);
        var classes = 0;
        var file = new byte[1 << 20];
        foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(".class", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            var length = (int)entry.Length;
            if (file.Length < length)
            {
                file = new byte[length];
            }

            stream.ReadExactly(file, 0, length);
            Walk(file.AsSpan(0, length));
            classes++;
        }

        return classes;
    }

    // JVMS 4.4: a tag, and what stands behind it; long and double take two places.
    private static void Walk(ReadOnlySpan<byte> file)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(file) != 0xCAFEBABE)
        {
            return;
        }

        var at = ConstantsAt;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(file[8..]) - 1; left > 0; left--)
        {
            var tag = file[at];
            at += tag switch
            {
                1 => 3 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 1)..]),
                5 or 6 => 9,
                7 or 8 or 16 or 19 or 20 => 3,
                15 => 4,
                _ => 5,
            };
            if (tag is 5 or 6)
            {
                left--;
            }
        }
    }

    private static void Tell(string what, Stopwatch clock)
    {
        var peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine($"  {what,-70} {clock.ElapsedMilliseconds,6} ms, peak memory {peak.Split(':')[1].Trim()}");
    }

    private static async Task StartAsync(params string[] arguments)
    {
        using var process = Process.Start("dotnet", [typeof(LinkBenchmarks).Assembly.Location, .. arguments])!;
        await process.WaitForExitAsync();
    }

    // Released jars are deflated; homes for tests need not be.
    private static void Deflate(string from, string to)
    {
        Directory.CreateDirectory(Path.Combine(to, "jars"));
        File.Copy(Path.Combine(from, "RELEASE"), Path.Combine(to, "RELEASE"));
        Parallel.ForEach(Directory.GetFiles(Path.Combine(from, "jars"), "*.jar"), jar =>
        {
            using var read = ZipFile.OpenRead(jar);
            using var written = ZipFile.Open(Path.Combine(to, "jars", Path.GetFileName(jar)), ZipArchiveMode.Create);
            foreach (var entry in read.Entries)
            {
                using var source = entry.Open();
                using var target = written.CreateEntry(entry.FullName, CompressionLevel.Optimal).Open();
                source.CopyTo(target);
            }
        });
    }
}
