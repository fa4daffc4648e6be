using System.Text.Json;
using System.Text.RegularExpressions;
using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Core.Spark.Conflicts.Runs;
using SparkAzure.Runs.Features;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;

namespace SparkAzure.Runs.Predicting;

/// <summary>What was predicted of a feature, and what a JVM said.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Predicted">The exceptions that linking says, the first one first; empty where it says that the feature works.</param>
/// <param name="Said">The chain of what the JVM threw; empty where it worked.</param>
/// <param name="MayWork">True where all of what is predicted depends on the order of the class path.</param>
internal sealed record Prediction(SparkFeature Feature, IReadOnlyList<string> Predicted, string Said, bool MayWork)
{
    /// <summary>True when the JVM said what was predicted, or one of those for some order of the class path.</summary>
    public bool Agrees
    {
        get
        {
            if (Said.Length == 0)
            {
                return Predicted.Count == 0 || MayWork;
            }

            return Predicted.Any(p => Said.Contains(p, StringComparison.Ordinal));
        }
    }

    /// <summary>What only calls lead to: said with less weight, as no run has come there.</summary>
    public IReadOnlyList<string> ByCalls { get; init; } = [];

    /// <summary>True when the JVM said what only calls lead to.</summary>
    public bool AgreesByCalls => !Agrees && ByCalls.Any(p => Said.Contains(p, StringComparison.Ordinal));

    /// <summary>True when the first exception that was predicted is the one that was thrown, or none was either way.</summary>
    public bool AgreesToTheLetter => Agrees && (Said.Length == 0 || Said.Contains(Predicted[0], StringComparison.Ordinal));
}

/// <summary>Predicts what a changed home does, runs it, and compares.</summary>
internal static partial class Predictor
{
    private static readonly FeatureJob Job = new(SparkFeature.Driver, "sparkruns.ChangeJob", [RunMode.Local]);

    /// <summary>Predicts and runs.</summary>
    /// <param name="change">The change.</param>
    /// <param name="stock">The homes.</param>
    /// <param name="folder">
    /// A folder for the home and the run, and for what the JVM said: a change that was run there is only predicted again.
    /// </param>
    /// <param name="from">The Spark whose runs alone the prediction may know; null for all.</param>
    /// <param name="cancellationToken">Ends the JVM.</param>
    public static async Task<IReadOnlyList<Prediction>> RunAsync(
        SingleChange change, SparkStock stock, string folder, string? from, CancellationToken cancellationToken)
    {
        var machine = MachineOf(change.Spark);
        var scene = SparkScene.Lay(stock, change.Spark, change.Libraries, Path.Combine(folder, Guid.NewGuid().ToString("N")));
        change.Apply(scene);
        var verdicts = await PredictAsync(scene, machine, folder, from, cancellationToken);
        var outcome = await SaidAsync(FileOf(change, folder), () => new FeatureRun(scene, machine, folder, null).RunAsync(Job, RunMode.Local, cancellationToken));
        var said = Line().Matches(outcome.Output).ToDictionary(m => m.Groups["feature"].Value, m => m.Groups["chain"].Value);
        SparkFeature[] features = [SparkFeature.Driver, SparkFeature.Sql, SparkFeature.Parquet];
        return [.. features.Where(f => said.ContainsKey($"{f}") || f == SparkFeature.Driver).Select(f => Compared(verdicts, f, said, outcome))];
    }

    /// <summary>Where it is kept what the JVM said of a change.</summary>
    public static string FileOf(SingleChange change, string folder) =>
        Path.Combine(folder, "said", $"{change.Spark} {change.Libraries} {change.Words.Replace('/', '_')}.json");

    private static async Task<FeatureOutcome> SaidAsync(string file, Func<Task<FeatureOutcome>> run)
    {
        if (File.Exists(file))
        {
            return JsonSerializer.Deserialize<FeatureOutcome>(await File.ReadAllTextAsync(file))!;
        }

        var outcome = await run();
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(outcome));
        return outcome;
    }

    /// <summary>The JVM that runs a Spark; null when there is none here.</summary>
    public static JavaMachine MachineOf(string spark) =>
        JavaTools.Machine(spark == "2.4.8" ? 8 : 17) ?? throw new InvalidOperationException($"there is no JVM for Spark {spark} here.");

    /// <summary>What features of a home would meet; no JVM runs.</summary>
    /// <param name="scene">The home.</param>
    /// <param name="machine">The Java that would run it.</param>
    /// <param name="folder">A folder that keeps what was read of jars.</param>
    /// <param name="from">The Spark whose runs alone the prediction may know; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<JarLinkage> PredictAsync(
        SparkScene scene, JavaMachine? machine, string folder, string? from, CancellationToken cancellationToken)
    {
        var java = machine?.Release ?? (scene.Version == "2.4.8" ? 8 : 17);
        var options = new JavaClassPathOptions(java) { JavaHome = machine?.Home, IndexFolder = Path.Combine(folder, "index") };
        var path = await JavaClassPath.ReadAsync(scene.Jars, options, cancellationToken);
        var request = new JarLinkageRequest(scene.Jars, scene.Version) { JavaVersion = java };
        var runs = KnownRuns.Of(from);

        // Changes are run in local mode: what an executor in a JVM of its own meets is not asked.
        var eligible = runs.Runs.Where(r => r.Role == "driver" && (from is null || r.Spark == from)).ToList();
        return await JarLinkage.LinkAsync(request, path, runs, eligible, cancellationToken);
    }

    private static Prediction Compared(
        JarLinkage linkage, SparkFeature feature, Dictionary<string, string> said, FeatureOutcome outcome)
    {
        var all = linkage.Verdicts.Single(v => v.Feature == feature).Faults;
        var faults = all.Where(f => f.Basis != LinkBasis.Calls).ToList();
        var predicted = faults.Select(f => f.Fault.Problem.ToString()).ToList();
        if (!said.TryGetValue($"{feature}", out var chain))
        {
            chain = "failed " + outcome.Decides;
        }

        if (chain == "ok")
        {
            chain = "";
        }

        return new Prediction(feature, predicted, chain, faults.TrueForAll(f => f.Fault.DependsOnOrder))
        {
            ByCalls = [.. all.Except(faults).Select(f => f.Fault.Problem.ToString())],
        };
    }

    [GeneratedRegex(@"^CHANGE (?<feature>\w+) (?<chain>ok|failed [^\n]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
