using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;


namespace SparkAzure.Core.Images.Registry;

/// <summary>Makes the images of a plan on one base image, each by following its Dockerfile.</summary>
/// <param name="plan">What is published.</param>
/// <param name="labels">What the images say of themselves.</param>
/// <param name="source">Where images come from that COPY --from names.</param>
/// <param name="contents">Brings the contents of what is copied from them.</param>
/// <param name="caller">Is warned of what nobody can vouch for.</param>
internal sealed class DockerfileImages(
    PublishPlan plan, ImageLabels labels, BaseImageSource source, LayerContents contents, ICaller caller)
{
    /// <summary>Makes them.</summary>
    /// <exception cref="SparkAzureException">
    /// BaseImageLacks, InstructionNotSupported, BuildSourceMissing, StageNotFollowed, StageFileMissing,
    /// DockerfileUnreadable, and what the registry refuses.
    /// </exception>
    public async Task<List<MadeImage>> MakeAsync(
        ImageReference reference, ImageDraft baseImage, CancellationToken cancellationToken)
    {
        var images = new List<MadeImage>();
        var findings = new List<RunFinding>();
        foreach (var job in plan.Jobs)
        {
            // Bindings stand on the image spark just made: jobs come in that order.
            var spark = job.Recipe.OnSpark ? images[0] : null;
            var begin = spark?.Draft ?? baseImage;
            var image = begin.Copy();
            var runs = new RunReplay();
            var sources = new CopySources(job, plan.Files, begin, source, contents);
            var copies = new CopyReplay(job.Document, plan.Files, sources.OpenAsync, contents);
            var replay = new DockerfileReplay(job.Document, job.BuildArguments, copies, runs);
            await replay.ApplyAsync(image, cancellationToken).ConfigureAwait(false);
            image.SetLabels(spark is null
                ? labels.Of(job, reference.ToString(), baseImage.BaseDigest)
                : labels.Of(job, null, null));
            if (job.IsWanted)
            {
                await CheckStartAsync(job, image, reference, cancellationToken).ConfigureAwait(false);
            }

            foreach (var finding in runs.Findings)
            {
                caller.Debug($"{job.Recipe.Name}: RUN {finding.Judgement}: {finding}");
            }

            findings.AddRange(runs.Findings);
            var unverified = runs.Findings.Where(f => f.IsUnverified).Select(f => f.ToString());
            images.Add(new MadeImage(job, image, [.. spark?.Unverified ?? [], .. unverified]));
            caller.Debug($"{job.Recipe.Name}: {image.Layers.Count} layers.");
        }

        Tell(reference, findings);
        return images;
    }

    private static async Task CheckStartAsync(
        ImageJob job, ImageDraft image, ImageReference reference, CancellationToken cancellationToken)
    {
        var missing = await ImageStart.MissingAsync(image, cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0)
        {
            throw ImageErrors.BaseImageLacks(reference.ToString(), job.Recipe.Name, missing);
        }
    }

    private void Tell(ImageReference reference, List<RunFinding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        caller.Verbose($"Of {findings.Count} commands of RUN instructions, "
            + string.Join(
                ", ",
                findings
                    .GroupBy(f => f.Judgement)
                    .OrderBy(g => g.Key)
                    .Select(g => $"{g.Count()} {Words(g.Key)}")) + ".");
        if (findings
            .Where(f => f.Judgement == RunJudgement.Missing)
            .Select(f => f.ToString())
            .Distinct(StringComparer.Ordinal)
            .ToList() is { Count: > 0 } missing)
        {
            caller.Warning(
                $"The base image {reference} lacks what the Dockerfile would bring: {string.Join("; ", missing)}. "
                + "Give a -BaseImage that has it, or use -Engine Docker.");
        }

        if (findings
            .Where(f => f.Judgement == RunJudgement.Unknown)
            .Select(f => f.ToString())
            .Distinct(StringComparer.Ordinal)
            .ToList() is { Count: > 0 } unknown)
        {
            caller.Warning(
                $"Nothing was executed, and whether the base image {reference} satisfies these commands cannot be "
                + $"told: {string.Join("; ", unknown)}.");
        }
    }

    private static string Words(RunJudgement judgement) => judgement switch
    {
        RunJudgement.Done => "are done",
        RunJudgement.NotNeeded => "have no effect on the image",
        RunJudgement.Proven => "are proven by the base image",
        RunJudgement.Unknown => "cannot be vouched for",
        _ => "are not satisfied",
    };
}
