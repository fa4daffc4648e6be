using System.Globalization;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Finds what COPY --from names: an earlier stage, by name or number, as it stands at its end, or an image in a
/// registry. A stage is followed only when something is copied from it, and only if all of it can be: what a command
/// that was not executed left behind is not known.
/// </summary>
/// <param name="job">What is made, and by which Dockerfile.</param>
/// <param name="files">The build context.</param>
/// <param name="begin">
/// What the last stage begins with; it stands for that image wherever the Dockerfile names it.
/// </param>
/// <param name="images">Where other images come from.</param>
/// <param name="contents">Brings the contents of what is copied.</param>
internal sealed class CopySources(
    ImageJob job, SparkHomeFiles files, ImageDraft begin, BaseImageSource images, LayerContents contents)
{
    private readonly IReadOnlyList<DockerfileStage> _stages = job.Document.Stages(job.BuildArguments);
    private readonly Dictionary<string, ICopySource> _known = new(StringComparer.Ordinal);

    /// <summary>Opens what an instruction copies from.</summary>
    /// <exception cref="SparkAzureException">
    /// StageNotFollowed, InstructionNotSupported, ImageReferenceInvalid, BaseImageNotFound, and what the registry
    /// refuses.
    /// </exception>
    public async Task<ICopySource> OpenAsync(DockerfileInstruction instruction, CancellationToken cancellationToken)
    {
        var from = instruction.Flag("from")!;
        if (NumberOf(from) is not { } stage)
        {
            return await OpenImageAsync(from, cancellationToken).ConfigureAwait(false);
        }

        if (stage >= OwnStage(instruction))
        {
            throw DockerfileErrors.DockerfileUnreadable(
                job.Document.Path, instruction.FirstLine + 1, $"it copies from '{from}', which is no earlier stage");
        }

        var key = stage.ToString(CultureInfo.InvariantCulture);
        if (!_known.TryGetValue(key, out var source))
        {
            var held = await FollowAsync(instruction, stage, cancellationToken).ConfigureAwait(false);
            _known[key] = source = new ImageFiles(held, $"stage '{from}'", contents);
        }

        return source;
    }

    private async Task<ICopySource> OpenImageAsync(string image, CancellationToken cancellationToken)
    {
        var key = "image " + image;
        if (!_known.TryGetValue(key, out var source))
        {
            var draft = await ImageAsync(image, null, cancellationToken).ConfigureAwait(false);
            _known[key] = source = new ImageFiles(draft.Files, $"the image '{image}'", contents);
        }

        return source;
    }

    private int OwnStage(DockerfileInstruction instruction)
    {
        var stage = _stages.Count - 1;
        while (_stages[stage].From.FirstLine >= instruction.FirstLine)
        {
            stage--;
        }

        return stage;
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

        if (int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }

    private async Task<ImageFileSystem> FollowAsync(
        DockerfileInstruction instruction, int number, CancellationToken cancellationToken)
    {
        var first = FirstOf(_stages[number]);
        var draft = await ImageAsync(first.BaseImage, PlatformOf(first), cancellationToken).ConfigureAwait(false);
        var runs = new RunReplay();
        var copies = new CopyReplay(job.Document, files, OpenAsync, contents);
        var replay = new DockerfileReplay(job.Document, job.BuildArguments, copies, runs);
        await replay.ApplyAsync(draft, number, cancellationToken).ConfigureAwait(false);
        var unverified = runs.Findings.Where(f => f.IsUnverified).Select(f => f.ToString()).ToList();
        if (unverified.Count > 0)
        {
            throw ImageErrors.StageNotFollowed(job.Document, instruction, unverified);
        }

        return draft.Files;
    }

    private async Task<ImageDraft> ImageAsync(string image, string? platform, CancellationToken cancellationToken)
    {
        if (image == FirstOf(_stages[^1]).BaseImage)
        {
            return begin.Copy();
        }

        if (image == "scratch")
        {
            return await images.EmptyAsync(cancellationToken).ConfigureAwait(false);
        }

        return await images.OpenAsync(ImageReference.Parse(image), platform, cancellationToken).ConfigureAwait(false);
    }

    private string? PlatformOf(DockerfileStage stage)
    {
        if (stage.From.Flag("platform") is not { } text)
        {
            return null;
        }

        var arguments = job.Document.GlobalArguments(job.BuildArguments);
        var platform = job.Document.Variables(stage.From, arguments.GetValueOrDefault).Word(text);
        if (platform.Length > 0)
        {
            return platform;
        }

        throw ImageErrors.InstructionNotSupported(job.Document, stage.From, $"nothing says which platform '{text}' is");
    }

    // The stage that begins with an image, by way of those that begin with each other.
    private DockerfileStage FirstOf(DockerfileStage stage)
    {
        while (stage.BaseStage is { } earlier)
        {
            stage = _stages[earlier];
        }

        return stage;
    }
}
