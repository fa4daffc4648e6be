namespace SparkAzure.Core.Tests.Java;

/// <summary>What linking predicts is what a real JVM throws, to the letter.</summary>
public sealed class LinkAgainstJvmTests(BreakBench bench) : IClassFixture<BreakBench>
{
    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        foreach (var release in new[] { 8, 17, 25 })
        {
            foreach (var one in BreakCase.All)
            {
                data.Add(release, one.Name);
            }
        }

        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task The_prediction_is_what_the_jvm_throws(int release, string name)
    {
        var machine = Require(release);
        var one = BreakCase.All.Single(c => c.Name == name);
        var said = bench.Say(machine, one);
        // In words: xunit cuts long texts.
        var predicted = string.Join(" | ", await bench.PredictAsync(machine, one, withJdk: true));
        Assert.True(said == predicted, $"the JVM says  {said}\nlinking says  {predicted}");
    }

    [SkippableFact]
    public async Task Without_a_jdk_at_hand_its_packages_do()
    {
        var machine = Require(17);
        foreach (var one in BreakCase.All)
        {
            var predicted = string.Join(" | ", await bench.PredictAsync(machine, one, withJdk: false));
            Assert.True(bench.Say(machine, one) == predicted, $"{one}: the JVM says  {bench.Say(machine, one)}\nlinking says  {predicted}");
        }
    }

    private static JavaMachine Require(int release)
    {
        Skip.If(JavaTools.CompilerHome is null, "there is no javac on this machine: nothing can be compiled to be broken.");
        var machine = JavaTools.Machine(release);
        Skip.If(machine is null, $"there is no JVM of Java {release} on this machine (Java 8: `spark java 8` of ../shared/spark, once, as root).");
        return machine!;
    }
}
