using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SparkAzure.Core.Images.Registry;

namespace SparkAzure.Core.Images.Docker;

/// <summary>Lets a Docker daemon build the Dockerfiles and push, as bin/docker-image-tool.sh does: spark first, then what stands on it.</summary>
internal sealed class DockerEngine : IImageEngine
{
    // The key under which Docker looks up the login of its own hub.
    private const string DockerHubKey = "https://index.docker.io/v1/";

    /// <inheritdoc />
    public async IAsyncEnumerable<SparkImage> PublishAsync(PublishPlan plan, IOperator @operator, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(DockerEndpoint.Resolve(plan.Options.DockerHost, Environment.GetEnvironmentVariable));
        using var registry = new RegistryClient(plan.Registry, plan.Login, @operator);
        var contexts = plan.Jobs.ToDictionary(j => j, j => ContextOf(plan, j));
        var (before, obstacle) = await LookAsync(plan, docker, registry, @operator, cancellationToken).ConfigureAwait(false);

        var accepted = new HashSet<ImageJob>();
        foreach (var job in plan.Jobs.Where(j => j.IsWanted))
        {
            if (await @operator.ShouldProcessAsync(plan.TagReference(job), $"Build the image from {plan.Options.SparkHome} with Docker and push it", cancellationToken).ConfigureAwait(false))
            {
                accepted.Add(job);
            }
        }

        if (obstacle is not null)
        {
            if (accepted.Count > 0)
            {
                throw obstacle;
            }

            @operator.Warning($"The real run would end here: {obstacle.Message} {obstacle.Remedy}");
        }

        // All are built before the first is pushed: a build that fails leaves the registry as it was.
        foreach (var job in plan.Jobs.Where(j => accepted.Contains(j) || (!j.Recipe.OnSpark && accepted.Count > 0)))
        {
            await BuildAsync(plan, job, contexts[job], docker, registry, @operator, cancellationToken).ConfigureAwait(false);
        }

        foreach (var job in plan.Jobs.Where(j => j.IsWanted))
        {
            yield return accepted.Contains(job)
                ? await PushAsync(plan, job, before.GetValueOrDefault(job), docker, registry, @operator, cancellationToken).ConfigureAwait(false)
                : plan.Describe(job) with { Planned = true };
        }
    }

    /// <summary>Only what the Dockerfile copies, and the Dockerfile itself: a distribution has no .dockerignore.</summary>
    private static List<TarItem> ContextOf(PublishPlan plan, ImageJob job)
    {
        var items = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var copy in CopyInstruction.All(job.Document, job.BuildArguments))
        {
            foreach (var item in copy.LocalSources.SelectMany(s => plan.Files.Match(job.Document, copy.Instruction, s)).SelectMany(plan.Files.Tree))
            {
                items[item.Name] = item;
            }
        }

        var content = job.Document.ToBytes();
        items[job.Recipe.Dockerfile] = new TarItem
        {
            Name = job.Recipe.Dockerfile,
            Type = System.Formats.Tar.TarEntryType.RegularFile,
            Content = content,
            Length = content.Length,
            Mode = TarItem.Plain,
        };
        return [.. items.Values];
    }

    // What stands in the way (no daemon, a refused login) is known before anybody is asked, and raised only when there is something to do.
    private static async Task<(Dictionary<ImageJob, string?> Before, SparkAzureException? Obstacle)> LookAsync(
        PublishPlan plan, DockerClient docker, RegistryClient registry, IOperator @operator, CancellationToken cancellationToken)
    {
        var before = new Dictionary<ImageJob, string?>();
        try
        {
            await docker.PingAsync(cancellationToken).ConfigureAwait(false);
            foreach (var job in plan.Jobs.Where(j => j.IsWanted))
            {
                before[job] = await registry.ResolveAsync(job.Repository, plan.Options.Tag, RegistryClient.Push(job.Repository), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SparkAzureException exception) when (exception.Id == nameof(ImageErrors.RegistryUnavailable))
        {
            // The daemon may reach what this process cannot (its own proxy, certificates, insecure-registries).
            @operator.Verbose($"What {plan.Registry.Host} holds now could not be read: {exception.Message}");
        }
        catch (SparkAzureException exception)
        {
            return (before, exception);
        }

        return (before, null);
    }

    private static async Task BuildAsync(
        PublishPlan plan, ImageJob job, List<TarItem> context, DockerClient docker, RegistryClient registry, IOperator @operator, CancellationToken cancellationToken)
    {
        var reference = plan.TagReference(job);
        var size = context.Sum(i => i.Length);
        @operator.Verbose($"Building {reference} at {docker.Endpoint}: {context.Count} files, {ByteProgress.Megabytes(size)}.");
        var clock = Stopwatch.StartNew();
        var log = new DockerBuildLog(@operator.Verbose);
        var parameters = new ImageBuildParameters(job.Recipe.Dockerfile, reference, job.BuildArguments, plan.Options.NoCache);
        var logins = await LoginsForBasesAsync(plan, job, registry, @operator, cancellationToken).ConfigureAwait(false);
        using var progress = new ByteProgress(@operator, $"Sending {job.Recipe.Name} to Docker") { Total = size };
        using var contents = new CountingStream(new TarStream(context), progress.Add);
        await docker.BuildImageFromDockerfileAsync(parameters, contents, logins, log, cancellationToken).ConfigureAwait(false);
        if (log.Error is not null)
        {
            throw ImageErrors.ImageBuildFailed(reference, log.Error, log.LastLines);
        }

        @operator.Verbose($"Built {reference} in {clock.Elapsed.TotalSeconds:0.0} s.");
    }

    private static async Task<Dictionary<string, AuthConfig>> LoginsForBasesAsync(
        PublishPlan plan, ImageJob job, RegistryClient registry, IOperator @operator, CancellationToken cancellationToken)
    {
        var logins = new Dictionary<string, AuthConfig>(StringComparer.Ordinal);
        foreach (var stage in job.Document.Stages(job.BuildArguments).Where(s => s.BaseStage is null && s.BaseImage.Length > 0 && s.BaseImage != "scratch"))
        {
            var source = ImageReference.Parse(stage.BaseImage).Registry;
            if (await LoginAsync(source, plan, registry, @operator, cancellationToken).ConfigureAwait(false) is { } login)
            {
                logins[ServerAddress(source)] = login;
            }
        }

        return logins;
    }

    private static string ServerAddress(RegistryAddress registry) => registry.Host == RegistryAddress.DockerHub ? DockerHubKey : registry.Host;

    private static async Task<AuthConfig?> LoginAsync(RegistryAddress source, PublishPlan plan, RegistryClient target, IOperator @operator, CancellationToken cancellationToken)
    {
        if (source.Host == plan.Registry.Host)
        {
            return AuthConfig.From(await target.DockerLoginAsync(cancellationToken).ConfigureAwait(false), ServerAddress(source));
        }

        using var other = await plan.Options.Access.OpenAsync(source, isTarget: false, @operator, cancellationToken).ConfigureAwait(false);
        return AuthConfig.From(await other.DockerLoginAsync(cancellationToken).ConfigureAwait(false), ServerAddress(source));
    }

    private static async Task<SparkImage> PushAsync(
        PublishPlan plan, ImageJob job, string? before, DockerClient docker, RegistryClient registry, IOperator @operator, CancellationToken cancellationToken)
    {
        var reference = plan.TagReference(job);
        var name = $"{plan.Registry.Host}/{job.Repository}";
        var built = await docker.InspectImageAsync(reference, cancellationToken).ConfigureAwait(false);
        if (before is not null && built?.RepoDigests?.Contains($"{name}@{before}") == true)
        {
            @operator.Verbose($"{reference} is already {before}.");
            return plan.Describe(job) with { Digest = before, BytesUploaded = 0 };
        }

        @operator.Verbose($"Pushing {reference}{(before is null ? "" : $", which was {before}")}.");
        var clock = Stopwatch.StartNew();
        var login = await LoginAsync(plan.Registry, plan, registry, @operator, cancellationToken).ConfigureAwait(false);
        using var log = new DockerPushLog(@operator, $"Publishing {job.Recipe.Name}");
        await docker.PushImageAsync(name, plan.Options.Tag, login, log, cancellationToken).ConfigureAwait(false);
        if (log.Error is not null)
        {
            throw DockerPushLog.IsLoginRefusal(log.Error)
                ? ImageErrors.RegistryLoginRefused(plan.Registry.Host, log.Error, plan.Login is null)
                : ImageErrors.ImagePushFailed(reference, log.Error);
        }

        var digest = log.Digest ?? throw ImageErrors.ImagePushFailed(reference, "Docker did not say under which digest.");
        var uploaded = await UploadedAsync(job, digest, log.PushedLayers, built, registry, @operator, cancellationToken).ConfigureAwait(false);
        @operator.Verbose($"{reference} is now {digest}; pushed in {clock.Elapsed.TotalSeconds:0.0} s.");
        return plan.Describe(job) with { Digest = digest, BytesUploaded = uploaded, Changed = digest != before };
    }

    // Docker reports progress in uncompressed bytes and by short diff ids; the manifest has the sizes as they were sent.
    private static async Task<long?> UploadedAsync(
        ImageJob job, string digest, IReadOnlySet<string> pushedLayers, ImageInspectResponse? built, RegistryClient registry, IOperator @operator, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await registry.GetManifestAsync(job.Repository, digest, cancellationToken).ConfigureAwait(false);
            if (manifest is null || built?.RootFs?.Layers is not { } diffIds)
            {
                return null;
            }

            using var document = JsonDocument.Parse(manifest.Content);
            var sizes = document.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("size").GetInt64());
            var layers = sizes.Zip(diffIds).Where(l => pushedLayers.Contains(l.Second.Replace("sha256:", "", StringComparison.Ordinal)[..12])).Sum(l => l.First);
            return layers + document.RootElement.GetProperty("config").GetProperty("size").GetInt64();
        }
        catch (Exception exception) when (exception is SparkAzureException or JsonException or KeyNotFoundException)
        {
            @operator.Debug($"How many bytes were sent cannot be told: {exception.Message}");
            return null;
        }
    }
}
