using System.Diagnostics;
using System.Text.RegularExpressions;
using SparkAzure.Core.Java;
using Xunit.Abstractions;

namespace SparkAzure.Core.Tests.Java;

/// <summary>Linking on a real Spark: what a real JVM throws when a jar is left out is among what was predicted, and new in it.</summary>
public sealed partial class RealSparkTests(ITestOutputHelper output) : IDisposable
{
    private const string Main = "org.apache.spark.deploy.SparkSubmit";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("3.5.9", 17, "commons-lang3-", "spark-launcher_", "log4j-api-", "hadoop-client-api-")]
    [InlineData("2.4.8", 8, "commons-lang3-", "spark-launcher_", "hadoop-common-", "slf4j-api-")]
    public async Task A_jar_left_out_throws_what_was_predicted(string spark, int release, params string[] leftOut)
    {
        var machine = JavaTools.Machine(release);
        Skip.If(JavaTools.SparkFolder is null, "there is no ../shared/spark (or SPARKAZURE_TEST_SPARK).");
        Skip.If(machine is null, $"there is no JVM of Java {release} on this machine.");
        JavaTools.Run([Path.Combine(JavaTools.SparkFolder!, "spark"), "home", spark, _folder["home"]]);
        var jars = Directory.GetFiles(_folder["home", "jars"], "*.jar");
        var (_, loaded) = Start(machine!, jars);
        Assert.True(loaded.Count > 500, $"only {loaded.Count} classes were loaded");
        var untouched = await PredictAsync(machine!, jars, loaded);
        output.WriteLine($"{spark} untouched: {loaded.Count} classes loaded; {untouched.Count} faults reached");
        var agreed = 0;
        foreach (var prefix in leftOut)
        {
            var rest = jars.Where(j => !Path.GetFileName(j).StartsWith(prefix, StringComparison.Ordinal)).ToArray();
            Assert.True(rest.Length < jars.Length, prefix);
            var (thrown, _) = Start(machine!, rest);
            var predicted = (await PredictAsync(machine!, rest, loaded)).Except(untouched).ToList();
            output.WriteLine($"without {prefix}: the JVM says '{thrown}'; {predicted.Count} new faults, first {predicted.FirstOrDefault()}");
            Assert.True(thrown.Length == 0 || predicted.Contains(thrown), $"without {prefix} the JVM throws {thrown}, which was not predicted");
            agreed += thrown.Length > 0 ? 1 : 0;
        }

        Assert.True(agreed >= 3, "too few of the jars left out matter to this run for it to say anything");
    }

    [SkippableTheory]
    [InlineData("2.4.8", 8, 67_000)]
    [InlineData("3.5.9", 17, 69_000)]
    public async Task A_whole_home_is_read_and_read_again_from_the_index(string spark, int release, int classes)
    {
        Skip.If(JavaTools.SparkFolder is null, "there is no ../shared/spark (or SPARKAZURE_TEST_SPARK).");
        JavaTools.Run([Path.Combine(JavaTools.SparkFolder!, "spark"), "home", spark, _folder["home"]]);
        var jars = Directory.GetFiles(_folder["home", "jars"], "*.jar");
        var options = new JavaClassPathOptions(release) { IndexFolder = _folder["index"] };
        var clock = Stopwatch.StartNew();
        var first = await JavaClassPath.ReadAsync(jars, options, default);
        var firstTime = clock.Elapsed;
        clock.Restart();
        var second = await JavaClassPath.ReadAsync(jars, options, default);
        output.WriteLine($"{first.Count} classes: {firstTime.TotalMilliseconds:F0} ms, from the index {clock.ElapsedMilliseconds} ms");
        Assert.InRange(first.Count, classes, 2 * classes);
        Assert.Equal(first.Count, second.Count);
        Assert.InRange(first.Notes.Count, 0, 3);
        Assert.True(clock.Elapsed < firstTime, "the index is slower than the jars");
        var faults = await ClassPathLinks.AllAsync(second, default);
        output.WriteLine($"{faults.Count} faults; {string.Join("; ", ClassPathLinks.Conflicts(second, faults).Select(c => c.Class))}");
        var conflicts = ClassPathLinks.Conflicts(second, faults).Select(c => c.Class).ToList();
        Assert.Contains("org.apache.commons.logging.LogFactory", conflicts);
        Assert.InRange(conflicts.Count, 1, 5);
    }

    // Prints the version: what every start of a driver needs first, without a session.
    private (string Thrown, HashSet<ulong> Loaded) Start(JavaMachine machine, string[] jars)
    {
        var classPath = string.Join(':', jars);
        var names = _folder["loaded"];
        string[] log = machine.Release == 8 ? ["-verbose:class"] : [$"-Xlog:class+load:file={names}"];
        var start = new ProcessStartInfo(machine.Command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in machine.Command[1..].Concat(log).Concat(["-cp", classPath, Main, "--version"]))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (machine.Release != 8)
        {
            said = File.ReadAllText(names);
        }

        var loaded = LoadedClass().Matches(said).Select(m => NameHash.Of(m.Groups[1].Value.Replace('.', '/'))).ToHashSet();
        var thrown = Thrown().Match(errors.Result);
        return (thrown.Success ? thrown.Groups[1].Value.TrimEnd() : "", loaded);
    }

    private async Task<HashSet<string>> PredictAsync(JavaMachine machine, string[] jars, HashSet<ulong> loaded)
    {
        var options = new JavaClassPathOptions(machine.Release) { JavaHome = machine.Home, IndexFolder = _folder["index"] };
        var path = await JavaClassPath.ReadAsync(jars, options, default);
        var walk = new ClassWalk(new ClassPathLinks(path), loaded);
        walk.EnterMethod(Main, "main", "([Ljava/lang/String;)V", "entry");
        return [.. walk.Run(default).Where(f => f.Basis != LinkBasis.Calls).Select(f => f.Fault.Problem.ToString())];
    }

    [GeneratedRegex(@"^(?:\[Loaded |\[[^\n]*\] )([\w.$/]+) (?:from|source:)", RegexOptions.Multiline)]
    private static partial Regex LoadedClass();

    [GeneratedRegex(@"((?:java\.lang\.\w+Error)(?:: [^\n]*)?)$", RegexOptions.Multiline)]
    private static partial Regex Thrown();
}
