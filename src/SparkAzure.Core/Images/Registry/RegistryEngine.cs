using System.Diagnostics;
using System.Runtime.CompilerServices;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Makes images without a daemon: the Dockerfile's files and settings on top of a given base image, straight into the
/// registry; on a base image that is Spark's already, only what differs. The stations are: read the base, make the
/// images, measure the layers, compare with what the tags name, ask, upload what is missing, and last store the
/// manifests.
/// </summary>
internal sealed class RegistryEngine : IImageEngine
{
    /// <inheritdoc />
    public SparkImageEngine Name => SparkImageEngine.Registry;

    /// <inheritdoc />
    public string Needs => "-BaseImage, an image that already has what the RUN instructions would install";

    /// <inheritdoc />
    public IReadOnlyList<RefusedOption> Refuses { get; } =
    [
        new(PublishOption.NoCache, "it keeps no cache of builds"),
        new(PublishOption.DockerHost, "it uses no daemon"),
        new(PublishOption.DockerContext, "it uses no daemon"),
        new(PublishOption.PythonRequirements, "installing packages means running pip, and it runs nothing"),
        new(PublishOption.RPackage, "installing packages means running R, and it runs nothing"),
        new(PublishOption.TimeoutSeconds, "it has no run in Azure that would need a limit"),
        new(PublishOption.AgentPool, "it has no run in Azure that an agent would carry out"),
    ];

    /// <inheritdoc />
    public SparkAzureException? Missing(PublishOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.BaseImage))
        {
            return ImageErrors.BaseImageRequired();
        }

        return null;
    }

    /// <inheritdoc />
    public Task<string?> WhyNotHereAsync(
        PublishOptions options, RegistryAddress registry, ICaller caller, CancellationToken cancellationToken)
    {
        var isReady = Missing(options) is null;
        return Task.FromResult(isReady ? null : "it runs no RUN instruction and so needs -BaseImage.");
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<SparkImage> PublishAsync(
        PublishPlan plan, ICaller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var target = new RegistryClient(plan.Registry, plan.Login, caller);
        using var source = new BaseImageSource(plan, target, caller);
        using var contents = new LayerContents(caller);
        var images = await MakeAsync(plan, source, contents, caller, cancellationToken).ConfigureAwait(false);
        var measuring = new LayerMeasuring(plan, target, caller);
        var before = await measuring.MeasureAsync(images, cancellationToken).ConfigureAwait(false);

        // Asked for all before anything is sent, so that their layers can go up together.
        var wanted = images.Where(i => i.Job.IsWanted).ToList();
        var accepted = await AskAsync(plan, wanted, before, caller, cancellationToken).ConfigureAwait(false);
        using var progress = new ByteProgress(
            caller, $"Publishing {string.Join(", ", accepted.Select(i => i.Job.Recipe.Name))}")
        {
            Total = accepted.Sum(i => i.Draft.Layers.Sum(l => l.Size)),
        };
        using var uploads = new BlobUploads(target, progress, caller);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clock = Stopwatch.StartNew();
        var sendings = accepted.ToDictionary(i => i, i => SendBlobsAsync(i, target, uploads, stop.Token));
        try
        {
            foreach (var image in wanted)
            {
                var answer = plan.Describe(image.Job) with { UnverifiedInstructions = image.Unverified };
                var was = before[image.Job]?.Digest;
                if (!sendings.TryGetValue(image, out var sending))
                {
                    yield return image.IsDeclined
                        ? answer with { Planned = true }
                        : answer with { Digest = was!, BytesUploaded = 0 };
                    continue;
                }

                // The manifest last, with its tag: the tag never names what is not all there.
                var sent = await sending.ConfigureAwait(false);
                await target.PutManifestAsync(
                    image.Job.Repository,
                    plan.Options.Tag,
                    image.Manifest,
                    cancellationToken).ConfigureAwait(false);
                var change = was is null ? "" : $", was {was}";
                caller.Verbose(
                    $"{plan.TagReference(image.Job)} is now {image.Manifest.Digest}{change}; "
                    + $"{ByteProgress.Megabytes(sent)} uploaded, {clock.Elapsed.TotalSeconds:0.0} s after the "
                    + "beginning.");
                yield return answer with { Digest = image.Manifest.Digest, BytesUploaded = sent, Changed = true };
            }
        }
        finally
        {
            // One that failed, or a reader that had enough, ends the others too; nothing goes on behind anybody's back.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(sendings.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<List<MadeImage>> MakeAsync(
        PublishPlan plan, BaseImageSource source, LayerContents contents, ICaller caller, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Parse(plan.Options.BaseImage!);

        // The jars are hashed while the registry tells of the base image.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => ImageLabels.ReadAsync(plan, caller, stop.Token), CancellationToken.None);
        ImageDraft baseImage;
        ImageLabels labels;
        try
        {
            baseImage = await source.OpenAsync(reference, cancellationToken).ConfigureAwait(false);
            labels = await reading.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // From here on files know the hashes of the jars, which their layers are told apart by.
        plan = plan with { Files = new SparkHomeFiles(plan.Home.Path, labels.Jars) };
        var dockerfiles = new DockerfileImages(plan, labels, source, contents, caller);
        if (SparkImagePatch.JarFolderOf(baseImage) is not null)
        {
            var patch = new SparkImagePatch(plan, labels, source, contents, dockerfiles, caller);
            return await patch.MakeAsync(reference, baseImage, cancellationToken).ConfigureAwait(false);
        }

        return await dockerfiles.MakeAsync(reference, baseImage, cancellationToken).ConfigureAwait(false);
    }

    // The images whose tags name something else, and are to name these.
    private static async Task<List<MadeImage>> AskAsync(
        PublishPlan plan,
        List<MadeImage> images,
        Dictionary<ImageJob, PublishedImage?> before,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var accepted = new List<MadeImage>();
        foreach (var image in images)
        {
            image.Seal();
            var reference = plan.TagReference(image.Job);
            if (image.IsNamedBy(before[image.Job]?.Digest))
            {
                caller.Verbose($"{reference} is already {before[image.Job]!.Digest}.");
                continue;
            }

            var action = $"Push the image made from {plan.Options.SparkHome}";
            if (await caller.ShouldProcessAsync(reference, action, cancellationToken).ConfigureAwait(false))
            {
                accepted.Add(image);
            }
            else
            {
                image.IsDeclined = true;
            }
        }

        return accepted;
    }

    private static async Task<long> SendBlobsAsync(
        MadeImage image, RegistryClient target, BlobUploads uploads, CancellationToken cancellationToken)
    {
        var repository = image.Job.Repository;
        var layers = image.Draft.Layers.Where(l => l.IsSent).DistinctBy(l => l.Digest);
        var sent = await Task.WhenAll(
            layers.Select(l => uploads.EnsureAsync(repository, l, cancellationToken))).ConfigureAwait(false);
        var content = image.Configuration;
        var digest = ContentDigest.Of(content);
        if (await target.HasBlobAsync(repository, digest, cancellationToken).ConfigureAwait(false))
        {
            return sent.Sum();
        }

        await target.UploadBlobAsync(
            repository,
            digest,
            content.Length,
            OpenAsync,
            _ => { },
            cancellationToken).ConfigureAwait(false);
        return sent.Sum() + content.Length;

        Task<Stream> OpenAsync(long offset, CancellationToken stop) =>
            Task.FromResult<Stream>(
                new MemoryStream(content, (int)offset, content.Length - (int)offset, writable: false));
    }
}
