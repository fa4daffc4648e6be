using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SparkAzure.Core.Images.AcrTask;

/// <summary>
/// The task that ACR is given: spark is built first, spark-py and spark-r side by side on it, and only then is anything
/// pushed. Source: Microsoft, "ACR Tasks reference: YAML", and Azure/acr-builder, which carries such tasks out: a build
/// is a line of words, cut at spaces before the shell sees it (builder/parse.go), so values travel as environment
/// variables; those are words of a shell (builder/context.go); and over all of it go aliases ($, doubled to stay one:
/// graph/preprocessor.go) and Go's templates ({{).
/// </summary>
internal static class TaskScript
{
    /// <summary>The Dockerfile's name in the context.</summary>
    public static string DockerfileOf(ImageJob job) => BuildContext.DockerfileFor(job.Recipe.Name);

    /// <summary>Writes the task.</summary>
    /// <param name="plan">What is published.</param>
    /// <param name="builds">What is built, spark first.</param>
    /// <param name="pushed">Which of them are pushed.</param>
    /// <param name="timeoutSec">How long a step may take.</param>
    public static string Of(
        PublishPlan plan, IReadOnlyList<ImageBuild> builds, IReadOnlyCollection<ImageJob> pushed, int timeoutSec)
    {
        var text = new StringBuilder("version: v1.1.0\n").Append(
            CultureInfo.InvariantCulture, $"stepTimeout: {timeoutSec}\nsteps:\n");
        var spark = builds.FirstOrDefault(b => !b.Job.Recipe.OnSpark)?.Job;
        foreach (var build in builds)
        {
            var isOnSpark = spark is not null && build.Bases.Contains(plan.TagReference(spark));
            var words = new List<string> { "--tag", plan.TagReference(build.Job), "--file", DockerfileOf(build.Job) };
            words.AddRange(build.Job.BuildArguments.Keys
                .Order(StringComparer.Ordinal)
                .SelectMany(n => new[] { "--build-arg", n }));
            if (plan.Options.NoCache)
            {
                words.Add("--no-cache");
            }

            if (!isOnSpark)
            {
                // The image just built is nowhere to be pulled from.
                words.Add("--pull");
            }

            if (plan.Options.Platform is { } platform)
            {
                words.AddRange(["--platform", platform]);
            }

            text.Append(
                CultureInfo.InvariantCulture,
                $"- id: {build.Job.Recipe.Name}\n  build: {Quote(string.Join(' ', words.Append(".")))}\n");
            var values = build.Job.BuildArguments
                .OrderBy(a => a.Key, StringComparer.Ordinal)
                .Select(a => Quote(ShellWord($"{a.Key}={a.Value}")))
                .ToList();
            if (values.Count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"  env: [{string.Join(", ", values)}]\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  when: [{Quote(isOnSpark ? spark!.Recipe.Name : "-")}]\n");
        }

        var references = builds.Where(b => pushed.Contains(b.Job)).Select(b => Quote(plan.TagReference(b.Job)));
        return text
            .Append(
                CultureInfo.InvariantCulture,
                $"- id: push\n  push: [{string.Join(", ", references)}]\n  when: " +
                $"[{string.Join(", ", builds.Select(b => Quote(b.Job.Recipe.Name)))}]\n")
            .ToString();
    }

    private static string ShellWord(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // JSON's strings are YAML's. What aliases and templates would take for theirs is put so that it comes out as it
    // was.
    private static string Quote(string text) =>
        JsonSerializer.Serialize(text)
            .Replace("$", "$$", StringComparison.Ordinal)
            .Replace("{{", "{{`{{`}}", StringComparison.Ordinal);
}
