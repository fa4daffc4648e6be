using SparkAzure.Runs.Java;
using SparkAzure.Runs.Predicting;
using Xunit.Abstractions;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>
/// Predict, then run: a real Spark with one change is predicted per feature, run in a real JVM, and what the JVM threw is the
/// prediction, or one of those for some order of the class path. Ten here; all by
/// <c>dotnet run --project tests/SparkRuns -- predict</c>.
/// </summary>
[TakesLong(seconds: 125)]
public sealed class PredictionTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Ten => new()
    {
        { "2.4.8", "nothing" },
        { "2.4.8", "without commons-configuration-*" },
        { "2.4.8", "jackson-databind-* of Spark 3.5.9" },
        { "2.4.8", "snappy-java-1.0.5* of companions-5.1 for snappy-java-*" },
        { "2.4.8", "commons-collections-* without org/apache/commons/collections/map/UnmodifiableMap.class" },
        { "3.5.9", "janino-* of Spark 2.4.8" },
        { "3.5.9", "without antlr4-runtime-*" },
        { "3.5.9", "parquet-hadoop-* without org/apache/parquet/hadoop/codec/SnappyCodec.class" },
        { "3.5.9", "jackson-annotations-* of Spark 2.4.8" },
        { "3.5.9", "commons-io-* without org/apache/commons/io/IOUtils.class" },
    };

    [SkippableTheory]
    [MemberData(nameof(Ten))]
    public async Task A_jvm_says_what_was_predicted(string spark, string words)
    {
        Skip.If(JavaTools.SparkFolder is null, JavaTools.NoSparkFolder);
        TestTime.SkipWhenShort();
        var release = spark == "2.4.8" ? 8 : 17;
        Skip.If(JavaTools.Machine(release) is null, $"there is no JVM of Java {release} on this machine.");
        var change = SingleChange.All.First(c => c.Spark == spark && c.Words == words);

        var predictions = await Predictor.RunAsync(change, SparkScenes.Stock, SparkScenes.Folder, from: null, CancellationToken.None);

        Assert.NotEmpty(predictions);
        foreach (var one in predictions)
        {
            output.WriteLine($"{one.Feature}: the JVM says '{one.Said}'; predicted {string.Join(" | ", one.Predicted.Take(3))}");
        }

        Assert.All(predictions, p => Assert.True(p.Agrees, $"{spark} {words}, {p.Feature}: the JVM says '{p.Said}', predicted was '{string.Join(" | ", p.Predicted.Take(3))}'"));
    }
}
