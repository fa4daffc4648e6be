using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images.AcrTask;
using SparkAzure.Core.Images.Docker;
using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Oci;


namespace SparkAzure.Core.Images;

/// <summary>The engines there are.</summary>
internal static class ImageEngines
{
    /// <summary>All of them, in the order in which -Engine Auto takes them.</summary>
    public static readonly IReadOnlyList<IImageEngine> All = [new DockerEngine(), new AcrTaskEngine(), new RegistryEngine()];

    /// <summary>Checks that the engine asked for by name has all it needs and can honour all that is given.</summary>
    /// <exception cref="SparkAzureException">
    /// OptionNotForEngine, and what the engine lacks, such as BaseImageRequired.
    /// </exception>
    public static void Check(PublishOptions options)
    {
        // Auto looks for an engine that honours them all.
        if (All.SingleOrDefault(e => e.Name == options.Engine) is not { } engine)
        {
            return;
        }

        if (engine.Missing(options) is { } missing)
        {
            throw missing;
        }

        if (Refused(engine, options) is { } refused)
        {
            var others = All.Where(e => !e.Refuses.Any(r => r.Option == refused.Option)).Select(e => e.Name);
            throw ImageErrors.OptionNotForEngine(refused.Option.Name, engine.Name, refused.Why, others);
        }
    }

    /// <summary>The engine of a name, or, for Auto, the first that this host and the options given allow.</summary>
    /// <exception cref="SparkAzureException">EngineNotAvailable.</exception>
    public static async Task<IImageEngine> FindAsync(
        PublishOptions options, RegistryAddress registry, ICaller caller, CancellationToken cancellationToken) =>
        All.SingleOrDefault(e => e.Name == options.Engine)
            ?? await FirstThatWorksAsync(options, registry, caller, cancellationToken).ConfigureAwait(false);

    private static RefusedOption? Refused(IImageEngine engine, PublishOptions options) =>
        engine.Refuses.FirstOrDefault(r => r.Option.IsGiven(options));

    private static async Task<IImageEngine> FirstThatWorksAsync(
        PublishOptions options, RegistryAddress registry, ICaller caller, CancellationToken cancellationToken)
    {
        var reasons = All
            .Select(engine => (engine.Name, Refused: Refused(engine, options)))
            .Where(e => e.Refused is not null)
            .Select(e => new EngineRefusal(e.Name, $"it cannot honour {e.Refused!.Option.Name}: {e.Refused.Why}."))
            .ToList();
        var able = All.Where(engine => reasons.TrueForAll(r => r.Engine != engine.Name)).ToList();

        // What the options leave no choice about needs no asking; the engine itself says what it lacks.
        if (able is [var only])
        {
            caller.Verbose($"Engine {only.Name}: the options given are for no other.");
            return only;
        }

        foreach (var engine in able)
        {
            var why = await engine.WhyNotHereAsync(options, registry, caller, cancellationToken)
                .ConfigureAwait(false);
            if (why is null)
            {
                caller.Verbose($"Engine {engine.Name}{Because(reasons)}");
                return engine;
            }

            reasons.Add(new EngineRefusal(engine.Name, why));
        }

        throw ImageErrors.EngineNotAvailable(reasons, All.Select(e => e.Needs));
    }

    private static string Because(List<EngineRefusal> reasons)
    {
        if (reasons.Count == 0)
        {
            return "";
        }

        return $", because {string.Join(" ", reasons)}";
    }
}
