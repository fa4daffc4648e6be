using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SparkAzure.Core.Images.Registry;

/// <summary>Makes images without a daemon: the Dockerfile's files and settings on top of a given base image, straight into the registry.</summary>
internal sealed class RegistryEngine : IImageEngine
{
    /// <inheritdoc />
    public async IAsyncEnumerable<SparkImage> PublishAsync(PublishPlan plan, IOperator @operator, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reference = ImageReference.Parse(plan.Options.BaseImage!);
        using var target = new RegistryClient(plan.Registry, plan.Login, @operator);
        var isSameRegistry = reference.Registry.Host == plan.Registry.Host;

        // The login given is for the target; it is not shown to whatever host the base image lies on.
        using var other = isSameRegistry
            ? null
            : await plan.Options.Access.OpenAsync(reference.Registry, isTarget: false, @operator, cancellationToken).ConfigureAwait(false);
        @operator.Verbose($"Reading the base image {reference}.");
        var draft = await ImageDraft.FromAsync(other ?? target, reference, cancellationToken).ConfigureAwait(false);

        var images = new List<(ImageJob Job, ImageDraft Draft, IReadOnlyList<string> Unverified)>();
        var unverified = new List<string>();
        foreach (var job in plan.Jobs)
        {
            // Bindings stand on the image spark just made: jobs come in that order.
            var clock = Stopwatch.StartNew();
            var image = (job.Recipe.OnSpark ? images[0].Draft : draft).Copy();
            var replay = new DockerfileReplay(job.Document, job.BuildArguments, plan.Files);
            await replay.ApplyAsync(image, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<string> below = job.Recipe.OnSpark ? images[0].Unverified : [];
            images.Add((job, image, [.. below, .. replay.Unverified]));
            unverified.AddRange(replay.Unverified);
            @operator.Verbose($"{job.Recipe.Name}: {image.Layers.Count} layers, {ByteProgress.Megabytes(image.Layers.Sum(l => l.Size))}, made ready in {clock.Elapsed.TotalSeconds:0.0} s.");
        }

        if (unverified.Count > 0)
        {
            @operator.Warning(
                $"{unverified.Count} RUN instruction{(unverified.Count == 1 ? " was" : "s were")} not executed; the base image {reference} must already satisfy {(unverified.Count == 1 ? "it" : "each")} (see UnverifiedInstructions).");
        }

        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (job, image, notExecuted) in images.Where(i => i.Job.IsWanted))
        {
            yield return await PublishAsync(plan, job, image, target, known, @operator, cancellationToken).ConfigureAwait(false) with { UnverifiedInstructions = notExecuted };
        }
    }

    private static async Task<SparkImage> PublishAsync(
        PublishPlan plan,
        ImageJob job,
        ImageDraft draft,
        RegistryClient target,
        Dictionary<string, string> known,
        IOperator @operator,
        CancellationToken cancellationToken)
    {
        var (configuration, manifest) = draft.Seal();
        var name = plan.TagReference(job);
        var before = await target.ResolveAsync(job.Repository, plan.Options.Tag, RegistryClient.Push(job.Repository), cancellationToken).ConfigureAwait(false);
        if (before == manifest.Digest)
        {
            @operator.Verbose($"{name} is already {manifest.Digest}.");
            draft.Layers.ForEach(l => known[l.Digest] = job.Repository);
            return plan.Describe(job) with { Digest = manifest.Digest, BytesUploaded = 0 };
        }

        if (!await @operator.ShouldProcessAsync(name, $"Push the image made from {plan.Options.SparkHome}", cancellationToken).ConfigureAwait(false))
        {
            return plan.Describe(job) with { Planned = true };
        }

        @operator.Verbose($"Pushing {name}{(before is null ? "" : $", which was {before}")}.");
        var clock = Stopwatch.StartNew();
        var uploaded = 0L;
        using (var progress = new ByteProgress(@operator, $"Publishing {job.Recipe.Name}") { Total = draft.Layers.Sum(l => l.Size) })
        {
            foreach (var layer in draft.Layers.Where(l => l.Write is not null).DistinctBy(l => l.Digest))
            {
                uploaded += await EnsureAsync(target, job.Repository, layer, known, progress, @operator, cancellationToken).ConfigureAwait(false);
            }
        }

        // The configuration, then the manifest with its tag: the tag never names what is not all there.
        var configurationDigest = ContentDigest.Of(configuration);
        if (!await target.HasBlobAsync(job.Repository, configurationDigest, cancellationToken).ConfigureAwait(false))
        {
            await target.UploadBlobAsync(job.Repository, configurationDigest, configuration.Length, (s, stop) => s.WriteAsync(configuration, stop).AsTask(), cancellationToken).ConfigureAwait(false);
            uploaded += configuration.Length;
        }

        await target.PutManifestAsync(job.Repository, plan.Options.Tag, manifest, cancellationToken).ConfigureAwait(false);
        @operator.Verbose($"{name} is now {manifest.Digest}; {ByteProgress.Megabytes(uploaded)} uploaded in {clock.Elapsed.TotalSeconds:0.0} s.");
        return plan.Describe(job) with { Digest = manifest.Digest, BytesUploaded = uploaded, Changed = true };
    }

    // Asked for first, then mounted from a repository that has it, and only then uploaded. Gives the bytes that were sent.
    private static async Task<long> EnsureAsync(
        RegistryClient target,
        string repository,
        ImageLayer layer,
        Dictionary<string, string> known,
        ByteProgress progress,
        IOperator @operator,
        CancellationToken cancellationToken)
    {
        var sent = 0L;
        var from = known.GetValueOrDefault(layer.Digest) ?? (layer.Origin?.Host == target.Registry.Host ? layer.Origin.Repository : null);
        if (await target.HasBlobAsync(repository, layer.Digest, cancellationToken).ConfigureAwait(false))
        {
            @operator.Debug($"{repository} has {layer.Digest} already.");
            progress.Add(layer.Size);
        }
        else if (from is not null && from != repository && await target.MountAsync(repository, from, layer.Digest, cancellationToken).ConfigureAwait(false))
        {
            @operator.Debug($"{repository} took {layer.Digest} over from {from}.");
            progress.Add(layer.Size);
        }
        else
        {
            @operator.Verbose($"Uploading {ByteProgress.Megabytes(layer.Size)} to {repository}: {layer.CreatedBy ?? "a layer of the base image"}.");
            await target.UploadBlobAsync(repository, layer.Digest, layer.Size, (s, stop) => layer.Write!(new MeasuringStream(s, progress.Add), stop), cancellationToken).ConfigureAwait(false);
            sent = layer.Size;
        }

        known[layer.Digest] = repository;
        return sent;
    }
}
