using SparkAzure.Core.Java;

namespace SparkAzure.Core.Tests.Java;

/// <summary>The reading of a real Spark: from its jars and from the index it comes to the same.</summary>
[TakesLong(seconds: 20)]
public sealed class RealSparkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("2.4.8", 8, 67_000)]
    [InlineData("3.5.9", 17, 69_000)]
    public async Task A_whole_home_is_read_and_read_again_from_the_index(string spark, int release, int classes)
    {
        Skip.If(JavaTools.SparkFolder is null, "there is no ../shared/spark (or SPARKAZURE_TEST_SPARK).");
        JavaTools.Run([Path.Combine(JavaTools.SparkFolder!, "spark"), "home", spark, _folder["home"]]);
        var jars = Directory.GetFiles(_folder["home", "jars"], "*.jar");
        var options = new JavaClassPathOptions(release) { IndexFolder = _folder["index"] };
        var first = await JavaClassPath.ReadAsync(jars, options, default);
        var second = await JavaClassPath.ReadAsync(jars, options, default);
        Assert.InRange(first.Count, classes, 2 * classes);
        Assert.Equal(first.Count, second.Count);
        Assert.InRange(first.Notes.Count, 0, 3);
        Assert.Equal(
            (await ClassPathLinks.AllAsync(first, default)).Select(f => (f.Class, f.Problem)),
            (await ClassPathLinks.AllAsync(second, default)).Select(f => (f.Class, f.Problem)));
    }
}
