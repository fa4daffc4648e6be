using System.IO.Compression;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>Two classes of one name are a conflict when what others call differs, not when bytes do.</summary>
[TakesLong(seconds: 5)]
public sealed class SeveralJarsTests
{
    private const string Rule = "ClassInSeveralJars";

    // hadoop-shaded-guava beside hadoop-client-runtime: two thousand classes, no line of code differs.
    [SkippableFact]
    public async Task Two_jars_with_the_same_code_in_other_bytes_are_none()
    {
        var scene = Lay("3.5.9");
        var runtime = scene.Jars.Single(j => Path.GetFileName(j).StartsWith("hadoop-client-runtime-", StringComparison.Ordinal));
        var copy = Path.Combine(scene.Home, "jars", "hadoop-shaded-guava-1.1.1.jar");
        Assert.InRange(CopyWithOtherBytes(runtime, copy, "org/apache/hadoop/thirdparty/com/google/common/"), 1000, 5000);

        Assert.DoesNotContain(await FindAsync(scene, all: true), f => f.Rule == Rule && f.Jars.Contains(Path.GetFileName(copy)));
    }

    // Jackson 2.15 reads an annotation's member that 2.6 has not: which jar a JVM takes matters to whoever makes a session.
    [SkippableFact]
    public async Task Two_versions_are_one_where_a_member_that_is_called_is_in_one_alone()
    {
        var scene = Lay("3.5.9");
        var old = Directory.GetFiles(Path.Combine(SparkScenes.Stock.Home("2.4.8"), "jars"), "jackson-annotations-*").Single();
        scene.Add(old);

        var finding = Assert.Single(await FindAsync(scene, all: false), f => f.Rule == Rule);

        Assert.Equal(SparkJarConflictSeverity.Warning, finding.Severity);
        Assert.Contains("jackson-annotations-2.6.7.jar", finding.Jars);
        Assert.Contains(finding.Jars, j => j.StartsWith("jackson-annotations-2.1", StringComparison.Ordinal));
        Assert.StartsWith("java.lang.", finding.Symptom, StringComparison.Ordinal);
        Assert.Contains("does not go with each of them", finding.Summary, StringComparison.Ordinal);

        // What no run comes to is told with -All: apart from what resolves to nothing, and with the jars that have it.
        var all = await FindAsync(scene, all: true);
        var unreached = all.First(f => f.Summary.Contains("resolve in some orders of the class path alone", StringComparison.Ordinal));
        Assert.Equal(SparkJarConflictSeverity.Information, unreached.Severity);
        Assert.Matches("which is in jackson-annotations-[0-9.]+jar and jackson-annotations-[0-9.]+jar", unreached.Summary);
        Assert.Contains(all, f => f.Summary.Contains("resolve to nothing", StringComparison.Ordinal));
        Assert.Contains(all, f => f.Summary.StartsWith("1 reference of ", StringComparison.Ordinal) && f.Summary.EndsWith(". No run came to it.", StringComparison.Ordinal));
        Assert.DoesNotContain(all, f => f.Summary.StartsWith("1 references", StringComparison.Ordinal));
    }

    // The minor version of the class file: a JVM reads it, and code knows nothing of it.
    private static int CopyWithOtherBytes(string from, string to, string package)
    {
        using var source = ZipFile.OpenRead(from);
        using var target = ZipFile.Open(to, ZipArchiveMode.Create);
        var copied = 0;
        foreach (var entry in source.Entries.Where(e => e.FullName.StartsWith(package, StringComparison.Ordinal) && e.Name.EndsWith(".class", StringComparison.Ordinal)))
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(content);
            }

            var bytes = content.ToArray();
            bytes[5] ^= 1;
            using var written = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            written.Write(bytes);
            copied++;
        }

        return copied;
    }

    private static SparkScene Lay(string spark)
    {
        Skip.If(JavaTools.SparkFolder is null, JavaTools.NoSparkFolder);
        TestTime.SkipWhenShort();
        return SparkScenes.Lay(spark, "released");
    }

    private static Task<IReadOnlyList<SparkJarConflict>> FindAsync(SparkScene scene, bool all)
    {
        var options = new SparkJarConflictOptions
        {
            SparkHome = scene.Home,
            All = all,
            JavaVersion = 17,
            IndexFolder = Path.Combine(SparkScenes.Folder, "index"),
        };
        return SparkJarConflicts.FindAsync(options, new RecordingCaller(), CancellationToken.None);
    }
}
