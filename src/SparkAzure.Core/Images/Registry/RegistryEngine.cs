using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Makes images without a daemon: the Dockerfile's files and settings on top of a given base image, straight into the registry; on a base image
/// that is Spark's already, only what differs. The stations are: read the base, make the images, measure the layers, compare with what the tags name, ask, upload what
/// is missing, and last store the manifests.
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
        new(PublishOption.TimeoutSec, "it has no run in Azure that would need a limit"),
        new(PublishOption.AgentPool, "it has no run in Azure that an agent would carry out"),
    ];

    /// <inheritdoc />
    public SparkAzureException? Missing(PublishOptions options) =>
        string.IsNullOrWhiteSpace(options.BaseImage) ? ImageErrors.BaseImageRequired() : null;

    /// <inheritdoc />
    public Task<string?> WhyNotHereAsync(
        PublishOptions options, RegistryAddress registry, IOperator @operator, CancellationToken cancellationToken)
    {
        var isReady = Missing(options) is null;
        return Task.FromResult(isReady ? null : "it runs no RUN instruction and so needs -BaseImage.");
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<SparkImage> PublishAsync(PublishPlan plan, IOperator @operator, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var target = new RegistryClient(plan.Registry, plan.Login, @operator);
        using var source = new BaseImageSource(plan, target, @operator);
        using var contents = new LayerContents(@operator);
        var images = await MakeAsync(plan, source, contents, @operator, cancellationToken).ConfigureAwait(false);
        var before = await MeasureAsync(plan, images, target, @operator, cancellationToken).ConfigureAwait(false);

        // Asked for all before anything is sent, so that their layers can go up together.
        var accepted = new List<MadeImage>();
        foreach (var image in images.Where(i => i.Job.IsWanted))
        {
            image.Seal();
            if (image.IsNamedBy(before[image.Job]?.Digest))
            {
                @operator.Verbose($"{plan.TagReference(image.Job)} is already {before[image.Job]!.Digest}.");
            }
            else if (await @operator.ShouldProcessAsync(plan.TagReference(image.Job), $"Push the image made from {plan.Options.SparkHome}", cancellationToken).ConfigureAwait(false))
            {
                accepted.Add(image);
            }
            else
            {
                image.IsDeclined = true;
            }
        }

        using var progress = new ByteProgress(@operator, $"Publishing {string.Join(", ", accepted.Select(i => i.Job.Recipe.Name))}")
        {
            Total = accepted.Sum(i => i.Draft.Layers.Sum(l => l.Size)),
        };
        using var uploads = new BlobUploads(target, progress, @operator);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clock = Stopwatch.StartNew();
        var sendings = accepted.ToDictionary(i => i, i => SendBlobsAsync(i, target, uploads, stop.Token));
        try
        {
            foreach (var image in images.Where(i => i.Job.IsWanted))
            {
                var answer = plan.Describe(image.Job) with { UnverifiedInstructions = image.Unverified };
                if (sendings.TryGetValue(image, out var sending))
                {
                    // The manifest last, with its tag: the tag never names what is not all there.
                    var sent = await sending.ConfigureAwait(false);
                    await target.PutManifestAsync(image.Job.Repository, plan.Options.Tag, image.Manifest, cancellationToken).ConfigureAwait(false);
                    var was = before[image.Job]?.Digest;
                    @operator.Verbose(
                        $"{plan.TagReference(image.Job)} is now {image.Manifest.Digest}{(was is null ? "" : $", was {was}")}; {ByteProgress.Megabytes(sent)} uploaded, {clock.Elapsed.TotalSeconds:0.0} s after the beginning.");
                    answer = answer with { Digest = image.Manifest.Digest, BytesUploaded = sent, Changed = true };
                }
                else
                {
                    answer = image.IsDeclined ? answer with { Planned = true } : answer with { Digest = before[image.Job]!.Digest, BytesUploaded = 0 };
                }

                yield return answer;
            }
        }
        finally
        {
            // One that failed, or a reader that had enough, ends the others too; nothing goes on behind anybody's back.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(sendings.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<List<MadeImage>> MakeAsync(PublishPlan plan, BaseImageSource source, LayerContents contents, IOperator @operator, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Parse(plan.Options.BaseImage!);

        // The jars are hashed while the registry tells of the base image.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => ImageLabels.ReadAsync(plan, @operator, stop.Token), CancellationToken.None);
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
        return SparkImagePatch.JarFolderOf(baseImage) is null
            ? await new DockerfileImages(plan, labels, source, contents, @operator).MakeAsync(reference, baseImage, cancellationToken).ConfigureAwait(false)
            : await new SparkImagePatch(plan, labels, source, contents, @operator).MakeAsync(reference, baseImage, cancellationToken).ConfigureAwait(false);
    }

    // The files are read while the registry tells what its tags name now.
    private static async Task<Dictionary<ImageJob, PublishedImage?>> MeasureAsync(
        PublishPlan plan, List<MadeImage> images, RegistryClient target, IOperator @operator, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var wanted = images.Where(i => i.Job.IsWanted).Select(i => i.Job).ToList();
        var looking = Task.WhenAll(wanted.Select(job => PublishedImage.FindAsync(target, job.Repository, plan.Options.Tag, cancellationToken)));
        var layers = images.SelectMany(i => i.Draft.Layers).Where(l => l.Items.Count > 0).Distinct().OrderByDescending(l => l.Items.Sum(i => i.Length)).ToList();
        var digests = new LayerDigests(plan.Options.CacheFolder ?? LayerIndexCache.DefaultFolder);
        var read = 0L;
        try
        {
            await OnAllCoresAsync(layers, async (l, stop) => Interlocked.Add(ref read, await l.MeasureAsync(digests, stop).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
            digests.Save();
        }
        finally
        {
            await ((Task)looking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var found = await looking.ConfigureAwait(false);
        var known = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var (job, image) in wanted.Zip(found).Where(p => p.Second is not null))
        {
            foreach (var layer in layers.Where(l => image!.Layers.ContainsKey(l.DiffId) && !known.ContainsKey(l.DiffId)))
            {
                var descriptor = image!.Layers[layer.DiffId];
                if (await target.HasBlobAsync(job.Repository, descriptor["digest"]!.GetValue<string>(), cancellationToken).ConfigureAwait(false))
                {
                    known[layer.DiffId] = descriptor;
                }
            }
        }

        await OnAllCoresAsync(layers, (l, stop) => l.PackAsync(known, stop), cancellationToken).ConfigureAwait(false);
        @operator.Verbose($"Measured {layers.Count} layers, {ByteProgress.Megabytes(read)}, in {clock.Elapsed.TotalSeconds:0.00} s.");
        return wanted.Zip(found).ToDictionary(p => p.First, p => p.Second);
    }

    private static Task OnAllCoresAsync(List<ImageLayer> layers, Func<ImageLayer, CancellationToken, Task> action, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(layers, cancellationToken, async (layer, stop) => await action(layer, stop).ConfigureAwait(false));

    private static async Task<long> SendBlobsAsync(MadeImage image, RegistryClient target, BlobUploads uploads, CancellationToken cancellationToken)
    {
        var sent = await Task.WhenAll(
            image.Draft.Layers.Where(l => l.Source is not null).DistinctBy(l => l.Digest).Select(l => uploads.EnsureAsync(image.Job.Repository, l, cancellationToken))).ConfigureAwait(false);
        var digest = ContentDigest.Of(image.Configuration);
        if (await target.HasBlobAsync(image.Job.Repository, digest, cancellationToken).ConfigureAwait(false))
        {
            return sent.Sum();
        }

        var content = image.Configuration;
        await target.UploadBlobAsync(
            image.Job.Repository, digest, content.Length, (offset, _) => Task.FromResult<Stream>(new MemoryStream(content, (int)offset, content.Length - (int)offset, writable: false)), _ => { }, cancellationToken).ConfigureAwait(false);
        return sent.Sum() + content.Length;
    }
}
