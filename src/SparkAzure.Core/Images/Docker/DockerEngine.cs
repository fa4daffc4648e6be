using System.Runtime.CompilerServices;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Images.Docker;

/// <summary>
/// Lets a Docker daemon build the Dockerfiles and push, as bin/docker-image-tool.sh does: spark first, then what stands
/// on it.
/// </summary>
internal sealed class DockerEngine : IImageEngine
{
    /// <summary>How long a daemon may take to answer when nobody asked for it by name.</summary>
    private static readonly TimeSpan DaemonTime = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public SparkImageEngine Name => SparkImageEngine.Docker;

    /// <inheritdoc />
    public string Needs => "a Docker daemon (or podman's socket)";

    /// <inheritdoc />
    public IReadOnlyList<RefusedOption> Refuses { get; } =
    [
        new(
            PublishOption.BaseImage,
            "it builds on the image that the Dockerfile names (give build arguments to change that)"),
        new(PublishOption.TimeoutSeconds, "it has no run in Azure that would need a limit"),
        new(PublishOption.AgentPool, "it has no run in Azure that an agent would carry out"),
    ];

    /// <inheritdoc />
    public SparkAzureException? Missing(PublishOptions options) => null;

    /// <inheritdoc />
    public async Task<string?> WhyNotHereAsync(
        PublishOptions options, RegistryAddress registry, ICaller caller, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DaemonTime);
        try
        {
            using var docker = await OpenAsync(options, caller, cancellationToken).ConfigureAwait(false);
            await docker.PingAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (SparkAzureException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no daemon answers within {DaemonTime.TotalSeconds:0} s.";
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<SparkImage> PublishAsync(
        PublishPlan plan, ICaller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var docker = await OpenAsync(plan.Options, caller, cancellationToken).ConfigureAwait(false);
        using var registry = new RegistryClient(plan.Registry, plan.Login, caller);
        var run = new DockerPublication(plan, docker, registry, caller);
        var obstacle = await run.LookAsync(cancellationToken).ConfigureAwait(false);

        var accepted = await plan.AskAsync(
            plan.Jobs.Where(j => j.IsWanted && !run.IsPublished(j)),
            job => run.IsBuilt(job)
                ? "Push the image that Docker has built already"
                : $"Build the image from {plan.Options.SparkHome} with Docker and push it",
            obstacle,
            caller,
            cancellationToken).ConfigureAwait(false);

        // All are built before the first is pushed: a build that fails leaves the registry as it was.
        await run.BuildAsync(accepted, cancellationToken).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pushes = run.Push(accepted, stop.Token);
        SparkAzureException? failure = null;
        try
        {
            foreach (var job in plan.Jobs.Where(j => j.IsWanted))
            {
                SparkImage? image = null;
                try
                {
                    var isPushed = pushes.TryGetValue(job, out var push);
                    image = isPushed ? await push!.ConfigureAwait(false) : Untouched(plan, run, job);
                }
                catch (SparkAzureException exception)
                {
                    // What stands beside it is not to be lost: it is returned first.
                    failure ??= exception;
                }

                if (image is not null)
                {
                    yield return image;
                }
            }
        }
        finally
        {
            // Nothing goes on behind the back of a reader who has had enough.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll((IEnumerable<Task>)pushes.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private static SparkImage Untouched(PublishPlan plan, DockerPublication run, ImageJob job)
    {
        var isPublished = run.IsPublished(job);
        if (isPublished)
        {
            return run.Published(job);
        }

        return plan.Describe(job) with { Planned = true };
    }

    private static async Task<DockerDaemon> OpenAsync(
        PublishOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var choice = new DockerChoice(options.DockerHost, options.DockerContext, options.Access.DockerConfigFolder);
        var endpoint = await DockerEndpoints.FindAsync(
            choice, Environment.GetEnvironmentVariable, caller, cancellationToken).ConfigureAwait(false);
        return new DockerDaemon(endpoint);
    }
}
