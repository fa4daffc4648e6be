using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Predicting;
using Xunit.Abstractions;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>
/// A release that nobody recorded: 2.4.8 is predicted by 3.5.9's runs alone, and the other way round, seven years apart. No
/// JVM runs here; what one said of each change is told by <c>dotnet run --project tests/SparkRuns -- predict</c>, which has
/// all of them.
/// </summary>
[TakesLong(seconds: 10)]
public sealed class NeighbourPredictionTests(ITestOutputHelper output)
{
    /// <summary>A Spark, its libraries, the change, a feature, and what the JVM threw; nothing where it worked.</summary>
    public static TheoryData<string, string, string, SparkFeature, string> Said => new()
    {
        { "2.4.8", "released", "without guava-*", SparkFeature.Driver, "com/google/common/collect/Maps" },
        { "2.4.8", "released", "without janino-*", SparkFeature.Sql, "org/codehaus/janino/InternalCompilerException" },
        { "2.4.8", "released", "without lz4-java-*", SparkFeature.Driver, "net/jpountz/lz4/LZ4BlockOutputStream" },
        { "2.4.8", "released", "without htrace-core-*", SparkFeature.Sql, "" },
        { "2.4.8", "hadoop-3.2.0", "without htrace-core4-*", SparkFeature.Sql, "org/apache/htrace/core/Tracer$Builder" },
        { "3.5.9", "released", "without commons-collections4-*", SparkFeature.Driver, "org/apache/commons/collections4/map/ReferenceMap" },
        { "3.5.9", "released", "without pickle-*", SparkFeature.Sql, "" },
        { "3.5.9", "released", "without xbean-asm9-shaded-*", SparkFeature.Driver, "org/apache/xbean/asm9/ClassVisitor" },
    };

    [SkippableTheory]
    [InlineData("2.4.8", "released")]
    [InlineData("2.4.8", "hadoop-2.8.5")]
    [InlineData("2.4.8", "hadoop-3.2.0")]
    [InlineData("3.5.9", "released")]
    [InlineData("3.5.9", "azure-3.3.4")]
    public async Task What_is_untouched_meets_nothing(string spark, string libraries)
    {
        var linkage = await PredictAsync(spark, libraries, "nothing");

        SparkFeature[] features = [SparkFeature.Driver, SparkFeature.Sql, SparkFeature.Parquet];
        Assert.All(features, f => Assert.Empty(FaultsOf(linkage, f)));
    }

    [SkippableTheory]
    [MemberData(nameof(Said))]
    public async Task What_a_jvm_said_is_predicted(
        string spark, string libraries, string words, SparkFeature feature, string missing)
    {
        var faults = FaultsOf(await PredictAsync(spark, libraries, words), feature);

        output.WriteLine(string.Join(" | ", faults.DefaultIfEmpty("it works")));
        if (missing.Length == 0)
        {
            Assert.Empty(faults);
        }
        else
        {
            Assert.Contains("java.lang.NoClassDefFoundError: " + missing, faults);
        }
    }

    private static IReadOnlyList<string> FaultsOf(JarLinkage linkage, SparkFeature feature)
    {
        var faults = linkage.Verdicts.Single(v => v.Feature == feature).Faults;
        return [.. faults.Where(f => f.Basis != LinkBasis.Calls).Select(f => f.Fault.Problem.ToString())];
    }

    private static async Task<JarLinkage> PredictAsync(string spark, string libraries, string words)
    {
        Skip.If(JavaTools.SparkFolder is null, JavaTools.NoSparkFolder);
        TestTime.SkipWhenShort();
        var change = SingleChange.All.Single(c => c.Spark == spark && c.Libraries == libraries && c.Words == words);
        var scene = SparkScenes.Lay(spark, libraries);
        change.Apply(scene);
        var other = spark == "2.4.8" ? "3.5.9" : "2.4.8";
        return await Predictor.PredictAsync(scene, machine: null, SparkScenes.Folder, other, CancellationToken.None);
    }
}
