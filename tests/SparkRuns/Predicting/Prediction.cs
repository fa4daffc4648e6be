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
    /// <param name="folder">A folder for the home and the run.</param>
    /// <param name="of">Which runs the prediction may know; null for all.</param>
    /// <param name="cancellationToken">Ends the JVM.</param>
    public static async Task<IReadOnlyList<Prediction>> RunAsync(
        SingleChange change, SparkStock stock, string folder, Func<SparkRun, bool>? of, CancellationToken cancellationToken)
    {
        var machine = MachineOf(change.Spark);
        var scene = SparkScene.Lay(stock, change.Spark, change.Libraries, Path.Combine(folder, Guid.NewGuid().ToString("N")));
        change.Apply(scene);
        var verdicts = await PredictAsync(scene, machine, folder, of, cancellationToken);
        var outcome = await new FeatureRun(scene, machine, folder, null).RunAsync(Job, RunMode.Local, cancellationToken);
        var said = Line().Matches(outcome.Output).ToDictionary(m => m.Groups["feature"].Value, m => m.Groups["chain"].Value);
        SparkFeature[] features = [SparkFeature.Driver, SparkFeature.Sql, SparkFeature.Parquet];
        return [.. features.Where(f => said.ContainsKey($"{f}") || f == SparkFeature.Driver).Select(f => Compared(verdicts, f, said, outcome))];
    }

    /// <summary>The JVM that runs a Spark; null when there is none here.</summary>
    public static JavaMachine MachineOf(string spark) =>
        JavaTools.Machine(spark == "2.4.8" ? 8 : 17) ?? throw new InvalidOperationException($"there is no JVM for Spark {spark} here.");

    private static async Task<JarLinkage> PredictAsync(
        SparkScene scene, JavaMachine machine, string folder, Func<SparkRun, bool>? of, CancellationToken cancellationToken)
    {
        var options = new JavaClassPathOptions(machine.Release) { JavaHome = machine.Home, IndexFolder = Path.Combine(folder, "index") };
        var path = await JavaClassPath.ReadAsync(scene.Jars, options, cancellationToken);
        var request = new JarLinkageRequest(scene.Jars, scene.Version) { JavaVersion = machine.Release };
        var runs = SparkRuns.Shipped.Runs.Where(of ?? (_ => true)).ToList();
        return await JarLinkage.LinkAsync(request, path, SparkRuns.Shipped, runs, cancellationToken);
    }

    private static Prediction Compared(
        JarLinkage linkage, SparkFeature feature, Dictionary<string, string> said, FeatureOutcome outcome)
    {
        var faults = linkage.Verdicts.Single(v => v.Feature == feature).Faults.Where(f => f.Basis != LinkBasis.Calls).ToList();
        var predicted = faults.Select(f => f.Fault.Problem.ToString()).ToList();
        if (!said.TryGetValue($"{feature}", out var chain))
        {
            chain = "failed " + outcome.Decides;
        }

        if (chain == "ok")
        {
            chain = "";
        }

        return new Prediction(feature, predicted, chain, faults.TrueForAll(f => f.Fault.DependsOnOrder));
    }

    [GeneratedRegex(@"^CHANGE (?<feature>\w+) (?<chain>ok|failed [^\n]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
