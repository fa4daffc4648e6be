using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark.Jars;

/// <summary>A sample distribution with the libraries of both Hadoop lines beside it, and what tests ask of them.</summary>
internal sealed class JarScene : IDisposable
{
    // Archives take a second each to pack; one of a line serves every test, and each test has its own unpacked copy to damage.
    private static readonly TemporaryFolder Archives = new();
    private static readonly Lazy<string>[] ArchiveOf =
    [
        .. new[] { 2, 3 }.Select(line => new Lazy<string>(
            () => SampleHadoopArchive.Create(Archives.Path, new SampleHadoopArchiveOptions { HadoopVersion = line }).Path)),
    ];

    private readonly Dictionary<int, string> _libraries = [];

    static JarScene() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Archives.Dispose();

    /// <param name="sparkVersion">The sample's release.</param>
    /// <param name="at">Where the distribution is laid out; null for the scene's own folder.</param>
    public JarScene(string sparkVersion = "2.4.0", string? at = null)
    {
        Spark = SampleSpark.Create(at ?? Folder.Path, new SampleSparkOptions { SparkVersion = sparkVersion });
        Host = SampleDssHost.Create(Folder["dss"]);
    }

    public TemporaryFolder Folder { get; } = new();

    public SampleSpark Spark { get; }

    public SampleDssHost Host { get; }

    public static string Archive(int line) => ArchiveOf[line - 2].Value;

    public string Libraries(int line)
    {
        if (!_libraries.TryGetValue(line, out var folder))
        {
            folder = _libraries[line] = Directory.CreateDirectory(Folder[$"libs{line}"]).FullName;
            using var gzip = new GZipStream(File.OpenRead(Archive(line)), CompressionMode.Decompress);
            using var tar = new TarReader(gzip);
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.Name.EndsWith(".jar", StringComparison.Ordinal))
                {
                    entry.ExtractToFile(Path.Combine(folder, Path.GetFileName(entry.Name)), overwrite: true);
                }
            }
        }

        return folder;
    }

    public SparkJarUpdateOptions Options(int line) => new()
    {
        SparkHome = Spark.Home,
        LibraryPath = Libraries(line),
        CompanionPath = Host.CompanionPath,
    };

    public Task<SparkJarUpdate> UpdateAsync(int line, ICaller? caller = null) =>
        SparkJars.UpdateAsync(Options(line), caller ?? new RecordingCaller(), CancellationToken.None);

    public Task<SparkJarUpdate> RestoreAsync(string? point = null) =>
        SparkJars.RestoreAsync(new SparkJarRestoreOptions { SparkHome = Spark.Home, RestorePoint = point }, new RecordingCaller(), CancellationToken.None);

    public IReadOnlyList<string> JarNames() => [.. Directory.GetFiles(Spark.JarsFolder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    /// <summary>The jars folder to the last byte, time and mode.</summary>
    public string[] Snapshot() => Snapshot(Spark.JarsFolder);

    /// <summary>Everything below the Spark home, the module's own folder included.</summary>
    public string[] WholeHome() => Snapshot(Spark.Home);

    public static string[] Snapshot(string folder) =>
    [
        .. Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Where(File.Exists)
            .Order(StringComparer.Ordinal)
            .Select(f => $"{Path.GetRelativePath(folder, f)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))} {File.GetLastWriteTimeUtc(f).Ticks} {File.GetUnixFileMode(f)}"),
    ];

    public void Dispose() => Folder.Dispose();
}
