using System.Diagnostics;
using System.Text.Json;
using Docker.DotNet.Models;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Images.Docker;

/// <summary>
/// One run of the engine Docker: what the daemon and the registry have, and the builds and pushes that make up for what
/// they lack.
/// </summary>
internal sealed class DockerPublication(
    PublishPlan plan,
    DockerDaemon docker,
    RegistryClient registry,
    ICaller caller)
{
    // The key under which Docker looks up the login of its own hub.
    private const string DockerHubKey = "https://index.docker.io/v1/";

    // Docker tells of layers by so many digits.
    private const int ShortLength = 12;

    private readonly List<ImageBuild> _builds = [.. plan.Jobs.Select(j => ImageBuild.Of(plan, j))];
    private readonly Dictionary<ImageJob, string?> _before = [];
    private readonly Dictionary<ImageJob, string?> _configurations = [];
    private readonly Dictionary<ImageJob, ImageInspectResponse> _built = [];
    private ImageLabels? _labels;
    private Dictionary<string, string> _hashes = [];

    /// <summary>True when the daemon's image is what the build would make.</summary>
    public bool IsBuilt(ImageJob job) => _built.ContainsKey(job);

    /// <summary>True when the registry's tag names that image, too.</summary>
    public bool IsPublished(ImageJob job) => _built.TryGetValue(job, out var image) && IsInRegistry(job, image);

    public SparkImage Published(ImageJob job) => plan.Describe(job) with { Digest = _before[job], BytesUploaded = 0 };

    /// <summary>Finds out what is there. Changes nothing, and asks for nothing but reads.</summary>
    /// <returns>
    /// What stands in the way (no daemon, a refused login): known before anybody is asked, and to be raised only when
    /// there is something to do.
    /// </returns>
    /// <exception cref="SparkAzureException">What is wrong with the files.</exception>
    public async Task<SparkAzureException?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await docker.PingAsync(cancellationToken).ConfigureAwait(false);
            foreach (var job in plan.Jobs.Where(j => j.IsWanted))
            {
                _before[job] = await registry
                    .ResolveAsync(
                        job.Repository, plan.Options.Tag, RegistryClient.Push(job.Repository), cancellationToken)
                    .ConfigureAwait(false);
                _configurations[job] = await ConfigurationAsync(job, _before[job], cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (SparkAzureException exception) when (exception.Id == nameof(OciErrors.RegistryUnavailable))
        {
            // The daemon may reach what this process cannot (its own proxy, certificates, insecure-registries).
            caller.Verbose($"What {plan.Registry.Host} holds now could not be read: {exception.Message}");
        }
        catch (SparkAzureException exception)
        {
            return exception;
        }

        _labels = await ImageLabels.ReadAsync(plan, caller, cancellationToken).ConfigureAwait(false);
        _hashes = await ImageBuild.HashAsync(_builds, _labels, plan.Options.SparkHome, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            foreach (var build in _builds)
            {
                await FindAsync(build, cancellationToken).ConfigureAwait(false);
            }

            return await SyntaxObstacleAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception)
        {
            return exception;
        }
    }

    // What the builder would refuse when it has been sent everything.
    private async Task<SparkAzureException?> SyntaxObstacleAsync(CancellationToken cancellationToken)
    {
        foreach (var job in _builds.Select(b => b.Job).Where(j => !IsBuilt(j)))
        {
            if (ClassicBuilder.FirstRefused(job.Document) is var (instruction, what)
                && !await docker.IsPodmanAsync(cancellationToken).ConfigureAwait(false))
            {
                return ImageErrors.InstructionNeedsBuildKit(job.Document, instruction, what);
            }
        }

        return null;
    }

    /// <summary>Builds what is accepted and not built yet: spark, and then what stands on it side by side.</summary>
    public async Task BuildAsync(IReadOnlySet<ImageJob> accepted, CancellationToken cancellationToken)
    {
        var wanted = _builds.Where(b => accepted.Contains(b.Job) && !IsBuilt(b.Job)).ToList();
        foreach (var spark in _builds.Where(b => !b.Job.Recipe.OnSpark && wanted.Count > 0 && !IsBuilt(b.Job)))
        {
            await BuildAsync(spark, caller.Verbose, cancellationToken).ConfigureAwait(false);
        }

        // One that fails takes the others with it: nothing will be pushed.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        SparkAzureException? failure = null;
        await Task.WhenAll(wanted.Where(b => b.Job.Recipe.OnSpark).Select(BindingAsync)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (failure is not null)
        {
            throw failure;
        }

        async Task BindingAsync(ImageBuild build)
        {
            try
            {
                await BuildAsync(build, line => caller.Verbose($"{build.Job.Recipe.Name}: {line}"), stop.Token)
                    .ConfigureAwait(false);
            }
            catch (SparkAzureException exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
                await stop.CancelAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The other one's failure, or the caller's wish: both are seen to above.
            }
        }
    }

    /// <summary>
    /// Begins the pushes: the first image alone, as its layers are those of the others too and are then taken over; the
    /// others side by side.
    /// </summary>
    public Dictionary<ImageJob, Task<SparkImage>> Push(
        IReadOnlySet<ImageJob> accepted, CancellationToken cancellationToken)
    {
        var pushes = new Dictionary<ImageJob, Task<SparkImage>>();
        Task<SparkImage>? first = null;
        foreach (var job in plan.Jobs.Where(accepted.Contains))
        {
            pushes[job] = first is null ? PushAsync(job, cancellationToken) : AfterAsync(first, job);
            first ??= pushes[job];
        }

        return pushes;

        async Task<SparkImage> AfterAsync(Task<SparkImage> earlier, ImageJob job)
        {
            await earlier.ConfigureAwait(false);
            return await PushAsync(job, cancellationToken).ConfigureAwait(false);
        }
    }

    // Docker remembers under which digest it pushed an image; podman does not, but for both the id is the digest of the
    // configuration.
    private bool IsInRegistry(ImageJob job, ImageInspectResponse image) =>
        _before.GetValueOrDefault(job) is { } digest
        && (image.RepoDigests?.Contains($"{NameOf(job)}@{digest}") == true || _configurations.GetValueOrDefault(job) == image.ID);

    private async Task<string?> ConfigurationAsync(ImageJob job, string? digest, CancellationToken cancellationToken)
    {
        if (digest is null || await registry.GetManifestAsync(job.Repository, digest, cancellationToken)
            .ConfigureAwait(false) is not { } manifest)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(manifest.Content);
            return document.RootElement.GetProperty("config").GetProperty("digest").GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            // The tag names an index or something else that no daemon pushed from one image.
            return null;
        }
    }

    private string NameOf(ImageJob job) => $"{plan.Registry.Host}/{job.Repository}";

    // The daemon's image is up to date when its last step wrote the label with the digest of what would go into it now.
    // A base image that was pulled again has another id, and with that the digest is another one.
    private async Task FindAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var reference = plan.TagReference(build.Job);
        if (plan.Options.NoCache
            || build.Context.Fetches
            || (build.Job.Recipe.OnSpark && !IsBuilt(plan.Jobs[0]) && build.Bases.Contains(plan.TagReference(plan.Jobs[0])))
            || await docker.FindImageAsync(reference, cancellationToken).ConfigureAwait(false) is not { } image
            || await BasesAsync(build, cancellationToken).ConfigureAwait(false) is not { } bases)
        {
            return;
        }

        var inputs = LabelsOf(build, bases)[ImageBuild.InputsLabel];
        if (LabelIn(image, ImageBuild.InputsLabel) != inputs)
        {
            caller.Debug($"{reference} was built from something else.");
            return;
        }

        // An image that somebody made from this one has inherited the label; the last step tells.
        var history = await docker.GetHistoryAsync(image.ID, cancellationToken).ConfigureAwait(false);
        if (history is [{ CreatedBy: { } last }, ..] && last.Contains(inputs, StringComparison.Ordinal))
        {
            caller.Verbose($"{reference} is built already from the same files, Dockerfile and base image.");
            _built[build.Job] = image;
        }
    }

    private static string? LabelIn(ImageInspectResponse image, string name)
    {
        string? value = null;
        image.Config?.Labels?.TryGetValue(name, out value);
        return value;
    }

    private async Task<Dictionary<string, ImageInspectResponse>?> BasesAsync(
        ImageBuild build, CancellationToken cancellationToken)
    {
        var bases = new Dictionary<string, ImageInspectResponse>(StringComparer.Ordinal);
        foreach (var name in build.Bases)
        {
            if (await docker.FindImageAsync(name, cancellationToken).ConfigureAwait(false) is not { } image)
            {
                return null;
            }

            bases[name] = image;
        }

        return bases;
    }

    private SortedDictionary<string, string> LabelsOf(ImageBuild build, Dictionary<string, ImageInspectResponse> bases)
    {
        // An image on top of spark inherits what is said there of the base image.
        var name = build.Bases.Count > 0 && build.Bases[^1] != plan.TagReference(plan.Jobs[0]) ? build.Bases[^1] : null;
        var reference = name is null ? null : ImageReference.Parse(name);
        var digest = reference is null ? null : bases[name!].RepoDigests?
            .Select(ImageReference.TryParse)
            .FirstOrDefault(d => d?.Registry == reference.Registry && d.Repository == reference.Repository)?.Digest;
        return build.Labels(
            _labels!.Of(build.Job, reference?.ToString(), digest),
            bases.ToDictionary(b => b.Key, b => b.Value.ID, StringComparer.Ordinal),
            _hashes,
            plan.Options.Platform);
    }

    private async Task BuildAsync(ImageBuild build, Action<string> tell, CancellationToken cancellationToken)
    {
        var job = build.Job;
        var reference = plan.TagReference(job);
        var logins = await LoginsAsync(build, cancellationToken).ConfigureAwait(false);
        await PullAsync(build, logins, cancellationToken).ConfigureAwait(false);
        var bases = await BasesAsync(build, cancellationToken).ConfigureAwait(false)
            ?? throw ImageErrors.BaseImagePullFailed(build.Bases[^1], "it is not there after the pull.");
        var items = build.Context.Items(build.Context.Dockerfile(LabelsOf(build, bases)));
        var size = items.Sum(i => i.Length);
        caller.Verbose(
            $"Building {reference} at {docker.Endpoint}: {items.Count} files, {ByteProgress.Megabytes(size)}.");
        var clock = Stopwatch.StartNew();
        using var steps = new BuildProgress(caller, job.Recipe.Name);
        var log = new DockerBuildLog(line =>
        {
            steps.Read(line);
            tell(line);
        });
        var parameters = new ImageBuildParameters
        {
            Tags = [reference],
            Dockerfile = BuildContext.DockerfileName,
            BuildArgs = new Dictionary<string, string>(job.BuildArguments),
            NoCache = plan.Options.NoCache,
            Platform = plan.Options.Platform,
        };
        using var progress = new ByteProgress(caller, $"Sending {job.Recipe.Name} to Docker") { Total = size };
        using var contents = new CountingStream(new TarStream(items), progress.Add);
        await docker.BuildAsync(
            parameters, contents, logins.ToDictionary(
                l => l.Value.ServerAddress!, l => l.Value), log, cancellationToken)
                .ConfigureAwait(false);
        if (log.Error is not null)
        {
            throw ImageErrors.ImageBuildFailed(reference, log.Error, log.LastLines);
        }

        build.Verify();
        caller.Verbose($"Built {reference} in {clock.Elapsed.TotalSeconds:0.0} s.");
    }

    // A base image that the daemon lacks is pulled before the build, so that the image can say which one it was built
    // on.
    private async Task PullAsync(
        ImageBuild build, Dictionary<string, AuthConfig> logins, CancellationToken cancellationToken)
    {
        foreach (var name in build.Bases.Where(b => b != plan.TagReference(plan.Jobs[0])))
        {
            if (await docker.FindImageAsync(name, cancellationToken).ConfigureAwait(false) is not null)
            {
                continue;
            }

            caller.Verbose($"Pulling {name} at {docker.Endpoint}.");
            var clock = Stopwatch.StartNew();
            var reference = ImageReference.Parse(name);
            using var log = new DockerPushLog(caller, $"Pulling {name}");
            try
            {
                var parameters = new ImagesCreateParameters
                {
                    FromImage = $"{reference.Registry.Host}/{reference.Repository}",
                    Tag = reference.Manifest,
                    Platform = plan.Options.Platform,
                };
                var login = logins.GetValueOrDefault(reference.Registry.Host);
                await docker.PullAsync(parameters, login, log, cancellationToken).ConfigureAwait(false);
            }
            catch (SparkAzureException exception) when (exception.Id == nameof(DockerErrors.DockerRefused))
            {
                throw ImageErrors.BaseImagePullFailed(name, exception.Message);
            }

            if (log.Error is not null)
            {
                throw ImageErrors.BaseImagePullFailed(name, log.Error);
            }

            caller.Verbose($"Pulled {name} in {clock.Elapsed.TotalSeconds:0.0} s.");
        }
    }

    private async Task<Dictionary<string, AuthConfig>> LoginsAsync(
        ImageBuild build, CancellationToken cancellationToken)
    {
        var logins = new Dictionary<string, AuthConfig>(StringComparer.Ordinal);
        foreach (var source in build.Bases.Select(b => ImageReference.Parse(b).Registry).Distinct())
        {
            if (await LoginAsync(source, cancellationToken).ConfigureAwait(false) is { } login)
            {
                logins[source.Host] = login;
            }
        }

        return logins;
    }

    private async Task<AuthConfig?> LoginAsync(RegistryAddress source, CancellationToken cancellationToken)
    {
        var address = source.Host == RegistryAddress.DockerHub ? DockerHubKey : source.Host;
        if (source.Host == plan.Registry.Host)
        {
            return DockerLogins.Of(await registry.DockerLoginAsync(cancellationToken).ConfigureAwait(false), address);
        }

        using var other = await plan.Options.Access.OpenAsync(source, isTarget: false, caller, cancellationToken)
            .ConfigureAwait(false);
        return DockerLogins.Of(await other.DockerLoginAsync(cancellationToken).ConfigureAwait(false), address);
    }

    private async Task<SparkImage> PushAsync(ImageJob job, CancellationToken cancellationToken)
    {
        var reference = plan.TagReference(job);
        var before = _before.GetValueOrDefault(job);
        var built = await docker.FindImageAsync(reference, cancellationToken).ConfigureAwait(false);
        if (built is not null && IsInRegistry(job, built))
        {
            caller.Verbose($"{reference} is already {before}.");
            return Published(job);
        }

        caller.Verbose($"Pushing {reference}{(before is null ? "" : $", which was {before}")}.");
        var clock = Stopwatch.StartNew();
        var login = await LoginAsync(plan.Registry, cancellationToken).ConfigureAwait(false);
        using var log = new DockerPushLog(caller, $"Publishing {job.Recipe.Name}");
        await docker.PushAsync(NameOf(job), plan.Options.Tag, login, log, cancellationToken).ConfigureAwait(false);
        if (log.Error is not null)
        {
            throw DockerPushLog.IsLoginRefusal(log.Error)
                ? OciErrors.RegistryLoginRefused(plan.Registry.Host, log.Error, plan.Login is null)
                : ImageErrors.ImagePushFailed(reference, log.Error);
        }

        var digest = log.Digest
            ?? throw ImageErrors.ImagePushFailed(reference, "Docker did not say under which digest.");
        var manifest = await ReadBackAsync(job, digest, cancellationToken).ConfigureAwait(false);
        var uploaded = Uploaded(manifest, log, built);
        caller.Verbose($"{reference} is now {digest}; pushed in {clock.Elapsed.TotalSeconds:0.0} s.");
        return plan.Describe(job) with { Digest = digest, BytesUploaded = uploaded, Changed = digest != before };
    }

    // A daemon says what it pushed, and a registry what it has; the second counts. Where this process cannot ask the
    // registry, the daemon's word has to do.
    private async Task<RegistryManifest?> ReadBackAsync(
        ImageJob job, string digest, CancellationToken cancellationToken)
    {
        var reference = plan.TagReference(job);
        try
        {
            var manifest = await registry.GetManifestAsync(job.Repository, digest, cancellationToken)
                .ConfigureAwait(false);
            var told = $"Docker says that it pushed {digest}";
            return manifest
                ?? throw ImageErrors.ImagePushFailed(reference, $"{told}, but the registry has no such manifest.");
        }
        catch (SparkAzureException exception) when (exception.Kind is ErrorKind.Unavailable
            or ErrorKind.AuthenticationFailed or ErrorKind.PermissionDenied)
        {
            caller.Verbose($"What {reference} is now could not be read back: {exception.Message}");
            return null;
        }
    }

    // Docker reports progress in uncompressed bytes and by short diff ids; the manifest has the sizes as they were
    // sent. Null where it cannot be told.
    private static long? Uploaded(RegistryManifest? manifest, DockerPushLog log, ImageInspectResponse? built)
    {
        if (manifest is null || !log.TellsLayers || built?.RootFS?.Layers is not { } diffIds)
        {
            return null;
        }

        using var document = ForeignJson.Document(manifest.Content);
        if (document is null
            || document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("config", out var config))
        {
            return null;
        }

        var layers = ForeignJson.Items(document.RootElement, "layers")
            .Select(l => (Size: ForeignJson.Count(l, "size"), Digest: ForeignJson.Text(l, "digest")))
            .Zip(diffIds)
            .Where(l => log.PushedLayers.Contains(Short(l.Second)) || log.PushedLayers.Contains(Short(l.First.Digest)))
            .Select(l => l.First.Size);
        return layers.Aggregate(ForeignJson.Count(config, "size"), (sum, size) => sum + size);
    }

    private static string Short(string? digest)
    {
        if (digest is not null && ContentDigest.IsOne(digest))
        {
            return digest[ContentDigest.Prefix.Length..][..ShortLength];
        }

        return "";
    }
}
