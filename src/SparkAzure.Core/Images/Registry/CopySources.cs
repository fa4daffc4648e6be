using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Finds what COPY --from names: an earlier stage, by name or number, as it stands at its end, or an image in a registry. A stage is followed only when
/// something is copied from it, and only if all of it can be: what a command that was not executed left behind is not known.
/// </summary>
/// <param name="job">What is made, and by which Dockerfile.</param>
/// <param name="files">The build context.</param>
/// <param name="begin">What the last stage begins with; it stands for that image wherever the Dockerfile names it.</param>
/// <param name="images">Where other images come from.</param>
/// <param name="contents">Brings the contents of what is copied.</param>
internal sealed class CopySources(ImageJob job, SparkHomeFiles files, ImageDraft begin, BaseImageSource images, LayerContents contents)
{
    private readonly IReadOnlyList<DockerfileStage> _stages = job.Document.Stages(job.BuildArguments);
    private readonly Dictionary<string, ICopySource> _known = new(StringComparer.Ordinal);

    /// <summary>Opens what an instruction copies from.</summary>
    /// <exception cref="SparkAzureException">StageNotFollowed, InstructionNotSupported, ImageReferenceInvalid, BaseImageNotFound, and what the registry refuses.</exception>
    public async Task<ICopySource> OpenAsync(DockerfileInstruction instruction, CancellationToken cancellationToken)
    {
        var from = instruction.Flag("from")!;
        var own = _stages.Select((s, i) => (s, i)).Last(s => s.s.From.FirstLine < instruction.FirstLine).i;
        var stage = NumberOf(from);
        if (stage >= own)
        {
            throw DockerfileErrors.DockerfileUnreadable(job.Document.Path, instruction.FirstLine + 1, $"it copies from '{from}', which is no earlier stage");
        }

        var key = stage?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "image " + from;
        if (!_known.TryGetValue(key, out var source))
        {
            _known[key] = source = stage is { } number
                ? new ImageFiles(await FollowAsync(instruction, number, cancellationToken).ConfigureAwait(false), $"stage '{from}'", contents)
                : new ImageFiles((await ImageAsync(from, null, cancellationToken).ConfigureAwait(false)).Files, $"the image '{from}'", contents);
        }

        return source;
    }

    // Names come first, as in Docker: a stage may be named 0.
    private int? NumberOf(string from)
    {
        for (var i = 0; i < _stages.Count; i++)
        {
            if (string.Equals(_stages[i].Name, from, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return int.TryParse(from, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private async Task<ImageFileSystem> FollowAsync(DockerfileInstruction instruction, int number, CancellationToken cancellationToken)
    {
        var first = _stages[number];
        while (first.BaseStage is { } earlier)
        {
            first = _stages[earlier];
        }

        var draft = await ImageAsync(first.BaseImage, PlatformOf(first), cancellationToken).ConfigureAwait(false);
        var runs = new RunReplay();
        await new DockerfileReplay(job.Document, job.BuildArguments, new CopyReplay(job.Document, files, this, contents), runs).ApplyAsync(draft, number, cancellationToken).ConfigureAwait(false);
        return runs.Findings.Where(f => f.IsUnverified).ToList() is { Count: > 0 } unverified
            ? throw ImageErrors.StageNotFollowed(job.Document, instruction, unverified.Select(f => f.ToString()))
            : draft.Files;
    }

    private async Task<ImageDraft> ImageAsync(string image, string? platform, CancellationToken cancellationToken) =>
        image == BeginsWith ? begin.Copy()
        : image == "scratch" ? await images.EmptyAsync(cancellationToken).ConfigureAwait(false)
        : await images.OpenAsync(ImageReference.Parse(image), platform, cancellationToken).ConfigureAwait(false);

    private string? PlatformOf(DockerfileStage stage)
    {
        if (stage.From.Flag("platform") is not { } text)
        {
            return null;
        }

        var platform = job.Document.Variables(stage.From, job.Document.GlobalArguments(job.BuildArguments).GetValueOrDefault).Word(text);
        return platform.Length > 0 ? platform : throw ImageErrors.InstructionNotSupported(job.Document, stage.From, $"nothing says which platform '{text}' is");
    }

    private string BeginsWith
    {
        get
        {
            var stage = _stages[^1];
            while (stage.BaseStage is { } earlier)
            {
                stage = _stages[earlier];
            }

            return stage.BaseImage;
        }
    }
}
