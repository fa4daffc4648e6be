using System.Diagnostics;
using System.Text;
using SparkAzure.Core.Azure.ContainerRegistry;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Images.AcrTask;

/// <summary>
/// One run of the engine AcrTask: what the registry has, and the run in Azure that makes up for what it lacks.
/// </summary>
internal sealed class AcrTaskPublication(PublishPlan plan, RegistryClient registry, ICaller caller)
{
    /// <summary>How long a registry may take to say what a base image is now.</summary>
    private static readonly TimeSpan BaseTime = TimeSpan.FromSeconds(15);

    /// <summary>How long stopping may wait for the answer to the request that starts the run.</summary>
    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(400);

    private readonly List<ImageBuild> _builds = [.. plan.Jobs.Select(j => ImageBuild.Of(plan, j))];
    private readonly Dictionary<ImageJob, SortedDictionary<string, string>> _labels = [];
    private readonly Dictionary<ImageJob, string?> _before = [];
    private readonly HashSet<ImageJob> _published = [];
    private AcrRegistry? _acr;
    private bool _isVerifiable = true;

    /// <summary>True when the registry's tag names what the run would make.</summary>
    public bool IsPublished(ImageJob job) => _published.Contains(job);

    public SparkImage Published(ImageJob job) => plan.Describe(job) with { Digest = _before[job], BytesUploaded = 0 };

    /// <summary>Finds out what is there, with nothing but reads.</summary>
    /// <returns>
    /// What stands in the way: known before anybody is asked, and to be raised only when there is something to do.
    /// </returns>
    /// <exception cref="SparkAzureException">What is wrong with the files.</exception>
    public async Task<SparkAzureException?> LookAsync(CancellationToken cancellationToken)
    {
        var labels = await ImageLabels.ReadAsync(plan, caller, cancellationToken).ConfigureAwait(false);
        var hashes = await ImageBuild.HashAsync(_builds, labels, plan.Options.SparkHome, cancellationToken)
            .ConfigureAwait(false);
        foreach (var build in _builds)
        {
            var name = build.Bases.Count > 0 && build.Bases[^1] != plan.TagReference(plan.Jobs[0])
                ? ImageReference.Parse(build.Bases[^1]).ToString()
                : null;
            _labels[build.Job] = build.Labels(
                labels.Of(build.Job, name, null),
                await BasesAsync(build, cancellationToken).ConfigureAwait(false),
                hashes,
                plan.Options.Platform);
        }

        try
        {
            foreach (var build in _builds.Where(b => b.Job.IsWanted))
            {
                await FindAsync(build, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SparkAzureException exception) when (exception.Id == nameof(OciErrors.RegistryUnavailable))
        {
            // Azure reaches the registry, this host need not.
            _isVerifiable = false;
            caller.Verbose($"What {plan.Registry.Host} holds now could not be read: {exception.Message}");
        }
        catch (SparkAzureException exception)
        {
            return exception;
        }

        try
        {
            // Nothing of Azure is needed where nothing is to be done.
            _acr = plan.Jobs.Any(j => j.IsWanted && !IsPublished(j))
                ? await AcrRegistry.FindAsync(plan.Options, plan.Registry, caller, cancellationToken)
                    .ConfigureAwait(false)
                : null;
            return null;
        }
        catch (SparkAzureException exception)
        {
            return exception;
        }
    }

    /// <summary>Has the accepted images made and pushed.</summary>
    /// <exception cref="SparkAzureException">An id of AcrTaskErrors; BuildSourceChanged.</exception>
    public async Task<Dictionary<ImageJob, SparkImage>> MakeAsync(
        IReadOnlyCollection<ImageJob> accepted, CancellationToken cancellationToken)
    {
        var acr = _acr!;
        var builds = _builds.Where(b => accepted.Contains(b.Job) || IsBaseOf(accepted, b)).ToList();
        var clock = Stopwatch.StartNew();
        try
        {
            var (location, sent) = await UploadAsync(acr, builds, cancellationToken).ConfigureAwait(false);
            var content = await ContentAsync(acr, builds, accepted, location, cancellationToken).ConfigureAwait(false);
            var scheduled = await ScheduleAsync(acr, content, cancellationToken).ConfigureAwait(false);
            var runId = scheduled.Properties?.RunId
                ?? scheduled.Name
                ?? throw AcrTaskErrors.AcrRunNotStarted(plan.Registry.Host, "its id");
            var run = await FinishAsync(acr, runId, builds, cancellationToken).ConfigureAwait(false);
            caller.Verbose($"Run {runId} succeeded, {clock.Elapsed.TotalSeconds:0.0} s after the beginning.");
            return await ResultsAsync(accepted, runId, run, sent, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException refusal)
        {
            throw AcrTaskErrors.FromRefusal(plan.Registry.Host, refusal);
        }
    }

    // spark has to be made when one that stands on it is, unless the registry has it as it would become.
    private bool IsBaseOf(IReadOnlyCollection<ImageJob> accepted, ImageBuild build)
    {
        if (build.Job.Recipe.OnSpark || IsPublished(build.Job))
        {
            return false;
        }

        var spark = plan.TagReference(plan.Jobs[0]);
        return _builds.Exists(b => accepted.Contains(b.Job) && b.Job.Recipe.OnSpark && b.Bases.Contains(spark));
    }

    private async Task<ContainerRegistryEncodedTaskRunContent> ContentAsync(
        AcrRegistry acr,
        List<ImageBuild> builds,
        IReadOnlyCollection<ImageJob> accepted,
        string location,
        CancellationToken cancellationToken)
    {
        var script = TaskScript.Of(plan, builds, accepted, plan.Options.TimeoutSeconds);
        var logins = await LoginsAsync(builds, cancellationToken).ConfigureAwait(false);
        return new ContainerRegistryEncodedTaskRunContent
        {
            EncodedTaskContent = Convert.ToBase64String(Encoding.UTF8.GetBytes(script)),
            SourceLocation = location,
            Timeout = plan.Options.TimeoutSeconds,
            Credentials = new(acr.IsAbac ? new(null, "[caller]") : new("Default", null), logins),
            AgentPoolName = plan.Options.AgentPool,
        };
    }

    private async Task<ContainerRegistryRunProperties> FinishAsync(
        AcrRegistry acr, string runId, List<ImageBuild> builds, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", builds.Select(b => b.Job.Recipe.Name));
        caller.Verbose($"Run {runId} in {plan.Registry.Host} builds {names}.");
        var (run, lastLines) = await new TaskRun(acr, runId, caller)
            .WaitAsync($"Building {names} in {plan.Registry.Host}", cancellationToken)
            .ConfigureAwait(false);
        if (run.Status == "Succeeded")
        {
            return run;
        }

        if (run.Status == "Failed" && acr.KeepsAgentsOut && plan.Options.AgentPool is null && lastLines.Any(IsRefusal))
        {
            throw AcrTaskErrors.AcrTaskNetworkRefused(plan.Registry.Host, run.Status, lastLines);
        }

        throw AcrTaskErrors.AcrRunFailed(plan.Registry.Host, runId, run.Status!, run.RunErrorMessage, lastLines);
    }

    private static bool IsRefusal(string line) =>
        line.Contains("denied", StringComparison.OrdinalIgnoreCase)
        || line.Contains("forbidden", StringComparison.OrdinalIgnoreCase);

    private async Task<Dictionary<ImageJob, SparkImage>> ResultsAsync(
        IReadOnlyCollection<ImageJob> accepted,
        string runId,
        ContainerRegistryRunProperties run,
        long sent,
        CancellationToken cancellationToken)
    {
        var images = new Dictionary<ImageJob, SparkImage>();
        foreach (var job in plan.Jobs.Where(accepted.Contains))
        {
            var digest = await DigestAsync(job, runId, run, cancellationToken).ConfigureAwait(false);
            var before = _before.GetValueOrDefault(job);
            caller.Verbose($"{plan.TagReference(job)} is now {digest}{(before is null ? "" : $", was {before}")}.");

            // All images come from one upload: the first is charged with it.
            images[job] = plan.Describe(job) with
            {
                Digest = digest,
                BytesUploaded = images.Count == 0 ? sent : 0,
                Changed = digest != before,
            };
        }

        return images;
    }

    // What this account may pull a base image with, the run may too. What is there for everybody needs no login, and
    // none is handed out for it.
    private async Task<Dictionary<string, CustomRegistryCredentials>?> LoginsAsync(
        List<ImageBuild> builds, CancellationToken cancellationToken)
    {
        var logins = new Dictionary<string, CustomRegistryCredentials>(StringComparer.Ordinal);
        foreach (var source in builds
            .SelectMany(b => b.Bases)
            .Select(b => ImageReference.Parse(b).Registry)
            .Where(r => r.Host != plan.Registry.Host)
            .DistinctBy(r => r.Host))
        {
            try
            {
                using var client = await plan.Options.Access
                    .OpenAsync(source, isTarget: false, caller, cancellationToken)
                    .ConfigureAwait(false);
                if (CredentialsOf(await client.DockerLoginAsync(cancellationToken).ConfigureAwait(false)) is { } login)
                {
                    caller.Verbose($"The run signs in to {source.Host} with this account's login for it.");
                    logins[source.Host] = login;
                }
            }
            catch (SparkAzureException exception)
            {
                // Azure reaches it, this host need not.
                caller.Verbose($"The run gets no login for {source.Host}: {exception.Message}");
            }
        }

        if (logins.Count > 0)
        {
            return logins;
        }

        return null;
    }

    private static CustomRegistryCredentials? CredentialsOf(RegistryLogin? login) => login switch
    {
        PasswordLogin known => new(new(known.UserName), new(known.Password)),
        RefreshTokenLogin token => new(new(RegistryLogin.TokenUser), new(token.Token)),
        _ => null,
    };

    // Who stops just when the run is being started waits a moment longer: only with its id can it be cancelled.
    private static async Task<ContainerRegistryRunData> ScheduleAsync(
        AcrRegistry acr, ContainerRegistryEncodedTaskRunContent content, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource();
        using var stopped = cancellationToken.Register(() => late.CancelAfter(StartTime));
        return await acr.Client.ScheduleRunAsync(acr.Data, content, late.Token).ConfigureAwait(false);
    }

    private async Task<(string Location, long Bytes)> UploadAsync(
        AcrRegistry acr, List<ImageBuild> builds, CancellationToken cancellationToken)
    {
        var definition = await acr.Client.GetBuildSourceUploadUrlAsync(acr.Data, cancellationToken)
            .ConfigureAwait(false);
        if (definition is not { UploadUrl: { } address, RelativePath: { Length: > 0 } location })
        {
            throw AcrTaskErrors.AcrRunNotStarted(plan.Registry.Host, "a place for the build context");
        }

        // One context for all: their files are of one Spark home, and only the Dockerfiles differ.
        var items = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var item in builds.SelectMany(b =>
            b.Context.Items(b.Context.Dockerfile(_labels[b.Job]), TaskScript.DockerfileOf(b.Job))))
        {
            items[item.Name] = item;
        }

        var tar = new TarStream(items.Values);
        caller.Verbose(
            $"Sending the build context to {address.Host}: {items.Count} files, {ByteProgress.Megabytes(tar.Length)}.");
        using var progress = new ByteProgress(
            caller, $"Sending the build context to {plan.Registry.Host}") { Total = tar.Length };
        using var counted = new CountingStream(tar, progress.Add);
        using var blob = new SasBlob(address, acr.Access.Handler, caller);
        var sent = await ContextUpload.SendAsync(blob, counted, cancellationToken).ConfigureAwait(false);
        builds.ForEach(b => b.Verify());
        return (location, sent);
    }

    private async Task<string> DigestAsync(
        ImageJob job, string runId, ContainerRegistryRunProperties run, CancellationToken cancellationToken)
    {
        var told = run.OutputImages?.FirstOrDefault(i =>
            i.Repository == job.Repository && i.Tag == plan.Options.Tag)?.Digest;
        if (!_isVerifiable)
        {
            return told
                ?? throw AcrTaskErrors.AcrRunResultDiffers(plan.TagReference(job), runId, "nothing", "nothing that this host can read");
        }

        var found = await registry
            .ResolveAsync(job.Repository, plan.Options.Tag, RegistryClient.Pull(job.Repository), cancellationToken)
            .ConfigureAwait(false);
        if (found is not null && (told ?? found) == found)
        {
            return found;
        }

        throw AcrTaskErrors.AcrRunResultDiffers(plan.TagReference(job), runId, told ?? "nothing", found ?? "nothing");
    }

    // The registry's image is up to date when its last step wrote the label with the digest of what would go into it
    // now.
    private async Task FindAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var job = build.Job;
        _before[job] = await registry
            .ResolveAsync(job.Repository, plan.Options.Tag, RegistryClient.Pull(job.Repository), cancellationToken)
            .ConfigureAwait(false);
        if (_before[job] is not { } digest || plan.Options.NoCache || build.Context.Fetches)
        {
            return;
        }

        try
        {
            var image = await RegistryImage.OpenAsync(
                registry,
                ImageReference.Parse($"{plan.Registry.Host}/{job.Repository}@{digest}"),
                ImagePlatform.Of(plan.Options.Platform),
                cancellationToken).ConfigureAwait(false);
            var inputs = _labels[job][ImageBuild.InputsLabel];
            if ((string?)image.Config["Labels"]?[ImageBuild.InputsLabel] == inputs
                && image.History is [.., var last]
                && last.CreatedBy.Contains(inputs, StringComparison.Ordinal))
            {
                caller.Verbose(
                    $"{plan.TagReference(job)} is already made from the same files, Dockerfile and base image: " +
                    $"{digest}.");
                _published.Add(job);
            }
        }
        catch (SparkAzureException exception) when (exception.Id is nameof(OciErrors.BaseImageNotSupported)
            or nameof(OciErrors.BaseImageNotFound))
        {
            // Whatever the tag names, it is none of ours.
            caller.Debug(exception.Message);
        }
    }

    // What a base image is now; its name has to do where its registry cannot be asked from here.
    private async Task<Dictionary<string, string>> BasesAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var bases = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in build.Bases)
        {
            bases[name] = name == plan.TagReference(plan.Jobs[0])
                ? _labels[plan.Jobs[0]][ImageBuild.InputsLabel]
                : await DigestOfAsync(ImageReference.Parse(name), cancellationToken).ConfigureAwait(false);
        }

        return bases;
    }

    private async Task<string> DigestOfAsync(ImageReference image, CancellationToken cancellationToken)
    {
        if (image.Digest is not null)
        {
            return image.Digest;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(BaseTime);
        try
        {
            using var other = image.Registry.Host == plan.Registry.Host
                ? null
                : await plan.Options.Access.OpenAsync(image.Registry, isTarget: false, caller, limit.Token)
                    .ConfigureAwait(false);
            return await (other ?? registry)
                .ResolveAsync(image.Repository, image.Manifest, RegistryClient.Pull(image.Repository), limit.Token)
                .ConfigureAwait(false)
                ?? "";
        }
        catch (Exception exception) when (exception is SparkAzureException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            caller.Verbose(
                $"What the base image {image} is now cannot be told from here; a newer one of that name counts as " +
                $"the same: {exception.Message}");
            return "";
        }
    }
}
