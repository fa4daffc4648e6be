using System.IO.Compression;
using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;
using SparkAzure.Runs.Features;
using SparkAzure.Runs.Recording;

namespace SparkAzure.Core.Tests.Spark.Conflicts.Runs;

/// <summary>What JVMs write about themselves, as it is read, kept, and read again by the module.</summary>
public sealed class RecordingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_Java_8_and_later_ones_write_is_read_alike()
    {
        var trace8 = Trace(
            "<tty>",
            "[Opened /usr/lib/jvm/jre/lib/rt.jar]",
            "[Loaded java.lang.Object from /usr/lib/jvm/jre/lib/rt.jar]",
            "RESOLVE a.Main java.lang.Object (super)",
            "[Loaded a.Main from file:/home/jars/a.jar]",
            "[Loaded b.Far from file:/home/jars/b.jar]",
            "RESOLVE a.Main b.Far Main.java:12");
        var trace17 = Trace(
            "[0.021s] java.lang.Object source: shared objects file",
            "[0.022s] a.Main java.lang.Object (super)",
            "[0.023s] a.Main source: file:/home/jars/a.jar",
            "[0.024s] b.Far source: file:/home/jars/b.jar",
            "[0.024s] a.Main b.Far Main.java:12");

        foreach (var trace in new[] { trace8, trace17 })
        {
            Assert.Equal([new LoadedClass("a/Main", "a.jar"), new LoadedClass("b/Far", "b.jar")], trace.Classes);
            Assert.Equal(["b/Far"], Assert.Single(trace.LookUps).Value);
        }
    }

    [Fact]
    public void A_class_stands_where_another_jar_needed_it_first_and_a_look_up_by_name_is_none()
    {
        var trace = Trace(
            "[0.001s] b.Early source: file:/home/jars/b.jar",
            "[0.002s] b.Helped source: file:/home/jars/b.jar",
            "[0.003s] b.Early b.Helped Early.java:1",
            "[0.004s] a.Main source: file:/home/jars/a.jar",
            "[0.005s] a.Main b.Helped (explicit)",
            "[0.006s] a.Main b.Early (reflection)",
            "[0.007s] a.Main b.Early Main.java:3");

        Assert.Equal(["b/Helped", "a/Main", "b/Early"], trace.Classes.Select(c => c.Name));
        Assert.Equal(["b/Early"], trace.LookUps["a/Main"]);
        Assert.Equal(["b/Helped"], trace.LookUps["b/Early"]);
    }

    [Fact]
    public void A_class_that_no_jar_has_is_none_though_a_jvm_says_that_it_comes_from_one()
    {
        var log = Write(
            "[0.001s] a.Main source: file:/home/jars/a.jar",
            "[0.002s] org.spark.Generated source: file:/home/jars/janino.jar",
            "[0.003s] org.spark.Generated a.Main (verification)");

        var trace = JvmTrace.Read([log], loaded => loaded.Jar == "a.jar");

        Assert.Equal("a/Main", Assert.Single(trace.Classes).Name);
        Assert.Empty(trace.LookUps);
    }

    [Fact]
    public void Methods_that_were_compiled_were_entered()
    {
        var log = Write(
            "     30    1    b  1       a.Main::&lt;clinit&gt; (45 bytes)",
            "    544    4     n 0       a.Main::native0 (native)   (static)",
            "    545    5   !b  1       a.Main$::$anonfun$of$1 (99 bytes)   made not entrant",
            "    546    6    b  1       java.lang.Object::hashCode (1 bytes)",
            "THROWN java.io.IOException: a::b");

        var entered = EnteredMethods.Read([log], name => name.StartsWith("a/", StringComparison.Ordinal));

        Assert.Equal(["<clinit>", "native0"], entered.Of("a/Main"));
        Assert.Equal(["$anonfun$of$1"], entered.Of("a/Main$"));
        Assert.Equal(2, entered.OfClasses.Count);
    }

    [Fact]
    public void New_classes_of_a_run_stand_behind_what_it_had_come_to()
    {
        var order = new ClassOrder();
        order.Add(["a", "b", "c", "d"]);

        // It needs d before b: b moves nothing back, so what follows it stands behind d.
        order.Add(["a", "x", "y", "d", "b", "z"]);

        Assert.Equal(["a", "x", "y", "b", "c", "d", "z"], order.Places.OrderBy(p => p.Value).Select(p => p.Key));
    }

    [Fact]
    public void The_module_reads_what_was_recorded()
    {
        var methods = new EnteredMethods();
        methods.Add(EnteredMethods.Read([Write(" 1 1 b 1 a.Main::run (1 bytes)")], _ => true));
        var path = Path.Combine(_folder.Path, "runs.txt.br");
        RunsFile.Write(path, ["made by a test"], [Of("2.4.8", 8, crc32: 7), Of("3.5.9", 17, crc32: 8)], methods);

        var runs = Read(path);

        Assert.Equal(["2.4.8", "3.5.9"], runs.Runs.Select(r => r.Spark));
        Assert.Equal(SparkFeature.Sql, runs.Runs[1].Feature);
        var main = runs.Find(NameHash.Of("a/Main"))!;
        var far = runs.Find(NameHash.Of("b/Far"))!;
        Assert.Equal((UInt128)3, main.Runs);
        Assert.Equal((UInt128)2, main.RunsOf(8));
        Assert.True(main.Entered(NameHash.Of("run")));
        Assert.True(main.LookedUp(far));
        Assert.False(far.LookedUp(main));
        Assert.Equal(1, far.RankIn("3.5.9"));
        Assert.Equal((UInt128)3, runs.DoneWithout(NameHash.Of("b/Far"), "c/Gone"));
    }

    [Theory]
    [InlineData("2.4.8")]
    [InlineData("3.5.9")]
    public void What_ships_tells_of_a_context_all_that_is_asked(string spark)
    {
        var runs = SparkRuns.Shipped;
        var context = runs.Find(NameHash.Of("org/apache/spark/SparkContext"))!;
        var environment = runs.Find(NameHash.Of("org/apache/spark/SparkEnv"))!;
        var drivers = runs.Runs.Where(r => r.Spark == spark && r.Feature == SparkFeature.Driver).ToList();

        Assert.NotEmpty(drivers);
        Assert.All(drivers, d => Assert.NotEqual(UInt128.Zero, context.Runs & d.Bit));
        Assert.True(context.Entered(NameHash.Of("runJob")));
        Assert.False(context.Entered(NameHash.Of("sequenceFile")));
        Assert.True(context.LookedUp(environment));
        Assert.InRange(context.RankIn(spark)!.Value, 0, environment.RankIn(spark)!.Value - 1);
    }

    [Fact]
    public void A_recording_goes_on_with_what_it_has()
    {
        var made = Of("3.5.9", 17, crc32: 8);
        new RunStore(_folder.Path).Keep(made);
        var store = new RunStore(_folder.Path);

        Assert.Null(store.FindMethods(made));
        Assert.Null(store.Find(made with { Role = "executor" }));
        Assert.Equal("b/Far", Assert.Single(store.All()).Classes[1].Name);
    }

    private static RecordedRun Of(string spark, int java, uint crc32) =>
        new(spark, "released", java, "driver", SparkFeature.Sql)
        {
            Classes = [new ClassFileRead("a/Main", crc32, []), new ClassFileRead("b/Far", 9, ["c/Gone"])],
            LookUps = new Dictionary<string, SortedSet<string>> { ["a/Main"] = ["b/Far"] },
        };

    private static SparkRuns Read(string path)
    {
        using var text = new StreamReader(new BrotliStream(File.OpenRead(path), CompressionMode.Decompress));
        return SparkRuns.Read(text);
    }

    private JvmTrace Trace(params string[] lines) => JvmTrace.Read([Write(lines)], _ => true);

    private string Write(params string[] lines)
    {
        var path = Path.Combine(_folder.Path, "jvm.log");
        File.WriteAllLines(path, lines);
        return path;
    }
}
