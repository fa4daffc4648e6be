using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Core.Tests.Java;
using SparkAzure.Sandbox.Samples;
using Xunit.Abstractions;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>Whether a Spark would start with a set of jars, asked of real ones and of hollow ones.</summary>
[TakesLong(seconds: 5)]
public sealed class SparkStartTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("2.4.8", "commons-lang3-", "java.lang.NoClassDefFoundError: org/apache/commons/lang3/", "commons-lang3 3.")]
    [InlineData("3.5.9", "hadoop-client-runtime-", "java.lang.NoClassDefFoundError: org/apache/hadoop/shaded/", "hadoop-client-runtime 3.3.4")]
    public async Task A_real_Spark_without_a_jar_is_refused_with_the_exception_and_the_jar(
        string spark, string prefix, string exception, string cure)
    {
        RealSpark.Lay(spark, _folder.Path);
        await RequireAsync(spark, force: false);
        RealSpark.TakeOut(_folder.Path, prefix);

        var refusal = await Refusal.IsAsync(
            "SparkWouldNotStart", ErrorKind.InvalidData, exception, cure, () => RequireAsync(spark, force: false));
        output.WriteLine($"{refusal.Message}\n{refusal.Remedy}");

        await RequireAsync(spark, force: true);
        Assert.Contains(exception, Assert.Single(_caller.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_exception_is_what_a_JVM_throws()
    {
        Skip.If(JavaTools.Machine(8) is null, "there is no JVM of Java 8 on this machine.");
        RealSpark.Lay("2.4.8", _folder.Path);
        RealSpark.TakeOut(_folder.Path, "commons-lang3-");

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => RequireAsync("2.4.8", force: false));

        // The shell, which a closed input ends at once: its driver starts as any other does.
        var said = RealSpark.Submit(
            JavaTools.Machine(8)!, _folder.Path, "--master", "local[1]", "--class", "org.apache.spark.repl.Main", "spark-shell");
        var thrown = said.Split('\n').First(l => l.StartsWith("Exception in thread", StringComparison.Ordinal));
        output.WriteLine(thrown);
        Assert.Contains($"\"{thrown[(thrown.LastIndexOf('"') + 2)..]}\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jars_without_classes_tell_nothing()
    {
        var sample = SampleSpark.Create(_folder.Path);

        await RequireAsync("2.4.0", force: false, sample.Home);

        Assert.Empty(_caller.Warnings);
    }

    private async Task RequireAsync(string version, bool force, string? home = null)
    {
        var jars = Directory.GetFiles(Path.Combine(home ?? _folder.Path, "jars"), "*.jar");
        var request = new JarLinkageRequest(jars, version) { IndexFolder = Path.Combine(SparkScenes.Folder, "index") };
        var linkage = await JarLinkage.ReadAsync(request, default);
        SparkStart.Require(linkage, $"the jars of '{_folder.Path}'", _folder.Path, force, _caller, default);
    }
}
