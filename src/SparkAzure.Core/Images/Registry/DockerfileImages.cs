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
    private readonly List<(ImageReference Base, RunFinding Finding)> _findings = [];

    /// <summary>Makes them.</summary>
    /// <exception cref="SparkAzureException">
    /// BaseImageLacks, InstructionNotSupported, BuildSourceMissing, StageNotFollowed, StageFileMissing,
    /// DockerfileUnreadable, and what the registry refuses.
    /// </exception>
    public async Task<List<MadeImage>> MakeAsync(
        ImageReference reference, ImageDraft baseImage, CancellationToken cancellationToken)
    {
        var images = new List<MadeImage>();
        foreach (var job in plan.Jobs)
        {
            // Bindings stand on the image spark just made: jobs come in that order.
            var spark = job.Recipe.OnSpark ? images[0] : null;
            images.Add(await MakeAsync(job, reference, baseImage, spark, cancellationToken).ConfigureAwait(false));
        }

        Tell();
        return images;
    }

    /// <summary>Makes one whose Dockerfile begins with the base image, which has Spark already.</summary>
    /// <inheritdoc cref="MakeAsync(ImageReference, ImageDraft, CancellationToken)"/>
    public async Task<MadeImage> DeriveAsync(
        ImageJob job, ImageReference reference, ImageDraft baseImage, CancellationToken cancellationToken)
    {
        var image = await MakeAsync(job, reference, baseImage, null, cancellationToken).ConfigureAwait(false);
        Tell();
        return image;
    }

    private async Task<MadeImage> MakeAsync(
        ImageJob job,
        ImageReference reference,
        ImageDraft baseImage,
        MadeImage? spark,
        CancellationToken cancellationToken)
    {
        var begin = spark?.Draft ?? baseImage;
        var image = begin.Copy();
        var runs = new RunReplay();
        var sources = new CopySources(job, plan.Files, begin, source, contents);
        var copies = new CopyReplay(job.Document, plan.Files, sources.OpenAsync, contents);
        var replay = new DockerfileReplay(job.Document, job.BuildArguments, copies, runs);
        await replay.ApplyAsync(image, cancellationToken).ConfigureAwait(false);
        image.SetLabels(LabelsOf(job, reference, baseImage, spark));
        if (job.IsWanted)
        {
            await CheckStartAsync(job, image, reference, cancellationToken).ConfigureAwait(false);
        }

        foreach (var finding in runs.Findings)
        {
            caller.Debug($"{job.Recipe.Name}: RUN {finding.Judgement}: {finding}");
            _findings.Add((reference, finding));
        }

        caller.Debug($"{job.Recipe.Name}: {image.Layers.Count} layers.");
        var unverified = runs.Findings.Where(f => f.IsUnverified).Select(f => f.ToString());
        return new MadeImage(job, image, [.. spark?.Unverified ?? [], .. unverified]);
    }

    private SortedDictionary<string, string> LabelsOf(
        ImageJob job, ImageReference reference, ImageDraft baseImage, MadeImage? spark)
    {
        if (spark is not null)
        {
            return labels.Of(job, null, null);
        }

        var all = labels.Of(job, reference.ToString(), baseImage.BaseDigest);
        if (SparkImagePatch.JarFolderOf(baseImage) is not null)
        {
            // The base image's Spark is of the Spark home's release, but may have another Hadoop.
            all.Remove(ImageLabels.HadoopVersion);
        }

        return all;
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

    // Once for all that was made since.
    private void Tell()
    {
        foreach (var group in _findings.GroupBy(f => f.Base, f => f.Finding))
        {
            Tell(group.Key, [.. group]);
        }

        _findings.Clear();
    }

    private void Tell(ImageReference reference, List<RunFinding> findings)
    {
        var counts = findings
            .GroupBy(f => f.Judgement)
            .OrderBy(g => g.Key)
            .Select(g => $"{g.Count()} {Words(g.Key)}");
        caller.Verbose($"Of {findings.Count} commands of RUN instructions, {string.Join(", ", counts)}.");
        if (Named(findings, RunJudgement.Missing) is { Length: > 0 } missing)
        {
            caller.Warning(
                $"The base image {reference} lacks what the Dockerfile would bring: {missing}. "
                + "Give a -BaseImage that has it, or use -Engine Docker.");
        }

        if (Named(findings, RunJudgement.Unknown) is { Length: > 0 } unknown)
        {
            caller.Warning(
                $"Nothing was executed, and whether the base image {reference} satisfies these commands cannot be "
                + $"told: {unknown}.");
        }
    }

    private static string Named(List<RunFinding> findings, RunJudgement judgement) => string.Join(
        "; ",
        findings.Where(f => f.Judgement == judgement).Select(f => f.ToString()).Distinct(StringComparer.Ordinal));

    private static string Words(RunJudgement judgement) => judgement switch
    {
        RunJudgement.Done => "are done",
        RunJudgement.NotNeeded => "have no effect on the image",
        RunJudgement.Proven => "are proven by the base image",
        RunJudgement.Unknown => "cannot be vouched for",
        _ => "are not satisfied",
    };
}
