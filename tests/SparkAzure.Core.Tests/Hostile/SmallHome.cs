using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// The smallest home in which a swap was killed between its journal and its first rename: one jar leaves, one of the
/// same name comes, one stays. Beside it is a folder that nothing may touch.
/// </summary>
internal sealed class SmallHome : IDisposable
{
    public const string Exchanged = "hadoop-common-2.7.3.jar";
    public const string Old = "old";

    private const string Memory = "/dev/shm";

    private readonly string _folder;

    public SmallHome()
    {
        _folder = Directory.CreateDirectory(System.IO.Path.Combine(At(), $"sparkazure-test-{Guid.NewGuid():N}")).FullName;
        Path = System.IO.Path.Combine(_folder, "home");
        Write("roots/secret.jar", "secret");
        Write("home/RELEASE", "Spark 2.4.0 built for Hadoop 2.7.3\n");
        Write("home/jars/spark-core_2.11-2.4.0.jar", "spark");
        var leaving = Hashed(Write($"home/jars/{Exchanged}", Old));
        var coming = Hashed(Write($"home/.sparkazure/incoming/{Exchanged}", "new"));
        var staying = Jar.InFolder(Jars).Single(j => j.Name != Exchanged);
        var journal = new JarJournal(
            new JarRestorePoint("20240301T120000000Z", DateTimeOffset.UnixEpoch, JarRestorePoint.BeforeUpdate, "test", [leaving, staying]),
            [
                new JarMove($"jars/{Exchanged}", $".sparkazure/store/{leaving.Sha256}/{Exchanged}", leaving.Sha256),
                new JarMove($".sparkazure/incoming/{Exchanged}", $"jars/{Exchanged}", coming.Sha256),
            ],
            [coming, staying]);
        Journal = JsonSerializer.SerializeToNode(journal)!;
    }

    public string Path { get; }

    public string Jars => System.IO.Path.Combine(Path, "jars");

    public string Secret => System.IO.Path.Combine(_folder, "roots", "secret.jar");

    public JsonNode Journal { get; }

    public void WriteJournal(JsonNode journal) => WriteJournal(journal.ToJsonString());

    public void WriteJournal(string text) => WriteJournal(Encoding.UTF8.GetBytes(text));

    public void WriteJournal(byte[] bytes) => File.WriteAllBytes(System.IO.Path.Combine(Path, ".sparkazure", "journal.json"), bytes);

    public void WriteRestorePoint(string id, string text) => WriteRestorePoint(id, Encoding.UTF8.GetBytes(text));

    public void WriteRestorePoint(string id, byte[] bytes)
    {
        var path = Write($"home/.sparkazure/restore-points/{id}.json", "");
        File.WriteAllBytes(path, bytes);
    }

    public Task<SparkJarUpdate> RestoreAsync() =>
        SparkJars.RestoreAsync(new SparkJarRestoreOptions { SparkHome = Path }, new RecordingCaller(), CancellationToken.None);

    public string[] Everything() =>
    [
        .. Directory.GetFileSystemEntries(_folder, "*", SearchOption.AllDirectories)
            .Where(p => !p.EndsWith("/.sparkazure/lock", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(p => $"{p} {FileStatus.OfLink(p)!.Mode} {ContentOf(p)}"),
    ];

    public string[] Beside() => [.. Directory.GetFileSystemEntries(_folder).Select(p => System.IO.Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    public string[] InRoots() => [.. Directory.GetFileSystemEntries(System.IO.Path.Combine(_folder, "roots")).Select(p => System.IO.Path.GetFileName(p))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // In memory, where nothing is waited for until it is on a disk: a fuzz makes thousands.
    private static string At() => Directory.Exists(Memory) ? Memory : System.IO.Path.GetTempPath();

    private string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(_folder, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    private static string ContentOf(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static Jar Hashed(string path)
    {
        using var handle = RegularFile.OpenRead(path, follow: false);
        return Jar.Of(System.IO.Path.GetFileName(path), handle) with { Sha256 = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))).ToLowerInvariant() };
    }
}
