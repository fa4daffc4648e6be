using System.Runtime.CompilerServices;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Images.AcrTask;

/// <summary>
/// Lets Azure Container Registry build and push: the context goes up, one run makes all images, its log comes back.
/// </summary>
internal sealed class AcrTaskEngine : IImageEngine
{
    /// <inheritdoc />
    public SparkImageEngine Name => SparkImageEngine.AcrTask;

    /// <inheritdoc />
    public string Needs => "an Azure Container Registry with an account that may run tasks in it";

    /// <inheritdoc />
    public IReadOnlyList<RefusedOption> Refuses { get; } =
    [
        new(
            PublishOption.BaseImage,
            "it builds on the image that the Dockerfile names (give build arguments to change that)"),
        new(PublishOption.DockerHost, "it uses no daemon"),
        new(PublishOption.DockerContext, "it uses no daemon"),
    ];

    /// <inheritdoc />
    public SparkAzureException? Missing(PublishOptions options) => null;

    /// <inheritdoc />
    public async Task<string?> WhyNotHereAsync(
        PublishOptions options, RegistryAddress registry, ICaller caller, CancellationToken cancellationToken)
    {
        if (!AcrRegistry.IsAzure(options, registry))
        {
            return $"{registry.Host} is no Azure Container Registry by its name.";
        }

        try
        {
            var acr = await AcrRegistry.FindAsync(options, registry, caller, cancellationToken)
                .ConfigureAwait(false);
            var isClosed = acr.KeepsAgentsOut && options.AgentPool is null;
            if (isClosed)
            {
                return $"the network rules of {registry.Host} keep the agents of ACR Tasks out.";
            }

            return null;
        }
        catch (SparkAzureException exception)
        {
            return exception.Message;
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<SparkImage> PublishAsync(
        PublishPlan plan, ICaller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var registry = new RegistryClient(plan.Registry, plan.Login, caller);
        var run = new AcrTaskPublication(plan, registry, caller);
        var obstacle = await run.LookAsync(cancellationToken).ConfigureAwait(false);
        var open = plan.Jobs.Where(j => j.IsWanted && !run.IsPublished(j));
        var accepted = await plan
            .AskAsync(
                open,
                _ => $"Build the image from {plan.Options.SparkHome} in Azure and push it",
                obstacle,
                caller,
                cancellationToken)
            .ConfigureAwait(false);
        var made = accepted.Count > 0 ? await run.MakeAsync(accepted, cancellationToken).ConfigureAwait(false) : [];
        foreach (var job in plan.Jobs.Where(j => j.IsWanted))
        {
            yield return made.GetValueOrDefault(job) ?? Untouched(plan, run, job);
        }
    }

    private static SparkImage Untouched(PublishPlan plan, AcrTaskPublication run, ImageJob job)
    {
        var isPublished = run.IsPublished(job);
        if (isPublished)
        {
            return run.Published(job);
        }

        return plan.Describe(job) with { Planned = true };
    }
}
