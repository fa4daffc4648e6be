using SparkAzure.Core.Images.AcrTask;
using SparkAzure.Core.Images.Docker;

namespace SparkAzure.Core.Images;

/// <summary>Chooses for -Engine Auto: the first engine that this host and the options given allow. Asks with reads only.</summary>
internal static class EngineChoice
{
    /// <summary>How long a daemon may take to answer when nobody asked for it by name.</summary>
    private static readonly TimeSpan DaemonTime = TimeSpan.FromSeconds(10);

    /// <summary>The engines in the order in which they are taken, and what tells why one cannot be; null for nothing.</summary>
    private static readonly (SparkImageEngine Engine, Func<PublishOptions, RegistryAddress, IOperator, CancellationToken, Task<string?>> WhyNot)[] Candidates =
    [
        (SparkImageEngine.Docker, WhyNoDockerAsync),
        (SparkImageEngine.AcrTask, WhyNoTasksAsync),
        (SparkImageEngine.Registry, (options, _, _, _) => Task.FromResult(string.IsNullOrWhiteSpace(options.BaseImage) ? "it runs no RUN instruction and so needs -BaseImage." : null)),
    ];

    /// <exception cref="SparkAzureException">EngineNotAvailable.</exception>
    public static async Task<SparkImageEngine> ChooseAsync(PublishOptions options, RegistryAddress registry, IOperator @operator, CancellationToken cancellationToken)
    {
        var reasons = new List<(SparkImageEngine Engine, string Why)>();
        var able = new List<SparkImageEngine>();
        foreach (var (engine, _) in Candidates)
        {
            if (PublishRules.WhyNot(options, engine) is { } why)
            {
                reasons.Add((engine, why));
            }
            else
            {
                able.Add(engine);
            }
        }

        // What the options leave no choice about needs no asking; the engine itself says what it lacks.
        if (able is [var only])
        {
            @operator.Verbose($"Engine {only}: the options given are for no other.");
            return only;
        }

        foreach (var (engine, whyNot) in Candidates.Where(c => able.Contains(c.Engine)))
        {
            if (await whyNot(options, registry, @operator, cancellationToken).ConfigureAwait(false) is not { } why)
            {
                @operator.Verbose($"Engine {engine}{(reasons.Count == 0 ? "" : $", because {string.Join(" ", reasons.Select(r => $"{r.Engine}: {r.Why}"))}")}");
                return engine;
            }

            reasons.Add((engine, why));
        }

        throw ImageErrors.EngineNotAvailable(reasons);
    }

    private static async Task<string?> WhyNoDockerAsync(PublishOptions options, RegistryAddress registry, IOperator @operator, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DaemonTime);
        try
        {
            using var docker = new DockerClient(await DockerEndpoints.FindAsync(options, Environment.GetEnvironmentVariable, @operator, cancellationToken).ConfigureAwait(false));
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

    private static async Task<string?> WhyNoTasksAsync(PublishOptions options, RegistryAddress registry, IOperator @operator, CancellationToken cancellationToken)
    {
        if (!AcrRegistry.IsAzure(options, registry))
        {
            return $"{registry.Host} is no Azure Container Registry by its name.";
        }

        try
        {
            var acr = await AcrRegistry.FindAsync(options, registry, @operator, cancellationToken).ConfigureAwait(false);
            return acr.KeepsAgentsOut && options.AgentPool is null ? $"the network rules of {registry.Host} keep the agents of ACR Tasks out." : null;
        }
        catch (SparkAzureException exception)
        {
            return exception.Message;
        }
    }
}
