namespace SparkAzure.Core.Images;

/// <summary>Which options go with which engine, and with each other. An option that would have no effect is refused, not ignored.</summary>
internal static class PublishRules
{
    /// <summary>An option, the engines that honour it, and why the others cannot.</summary>
    private sealed record Rule(string Option, Func<PublishOptions, bool> IsGiven, SparkImageEngine[] Engines, string Why);

    private static readonly Rule[] Rules =
    [
        new("-BaseImage", o => o.BaseImage is not null, [SparkImageEngine.Registry], "it builds on the image that the Dockerfile names (give build arguments to change that)"),
        new("-NoCache", o => o.NoCache, [SparkImageEngine.Docker, SparkImageEngine.AcrTask], "it keeps no cache of builds"),
        new("-DockerHost", o => o.DockerHost is not null, [SparkImageEngine.Docker], "it uses no daemon"),
        new("-DockerContext", o => o.DockerContext is not null, [SparkImageEngine.Docker], "it uses no daemon"),
        new("-PythonRequirements", o => o.PythonRequirements is not null, [SparkImageEngine.Docker, SparkImageEngine.AcrTask], "installing packages means running pip, and it runs nothing"),
        new("-RPackage", o => o.RPackages.Count > 0, [SparkImageEngine.Docker, SparkImageEngine.AcrTask], "installing packages means running R, and it runs nothing"),
        new("-TimeoutSec", o => o.TimeoutSec != PublishOptions.DefaultTimeoutSec, [SparkImageEngine.AcrTask], "it has no run in Azure that would need a limit"),
        new("-AgentPool", o => o.AgentPool is not null, [SparkImageEngine.AcrTask], "it has no run in Azure that an agent would carry out"),
    ];

    /// <summary>Why an engine cannot honour the options; null when it can.</summary>
    public static string? WhyNot(PublishOptions options, SparkImageEngine engine) =>
        Array.Find(Rules, r => r.IsGiven(options) && !r.Engines.Contains(engine)) is { } broken ? $"it cannot honour {broken.Option}: {broken.Why}." : null;

    /// <summary>Checks what can be checked without reading a file.</summary>
    /// <exception cref="SparkAzureException">OptionNotForEngine, PlatformInvalid, OptionWithoutImage.</exception>
    public static void Check(PublishOptions options)
    {
        // Auto looks for an engine that honours them all.
        if (options.Engine != SparkImageEngine.Auto && Array.Find(Rules, r => r.IsGiven(options) && !r.Engines.Contains(options.Engine)) is { } broken)
        {
            throw ImageErrors.OptionNotForEngine(broken.Option, options.Engine, broken.Why, broken.Engines);
        }

        ImagePlatform.Of(options.Platform);

        foreach (var (option, image, isGiven) in new[]
                 {
                     ("-PythonRequirements", "spark-py", options.PythonRequirements is not null),
                     ("-PythonDockerfile", "spark-py", options.PythonDockerfile is not null),
                     ("-RPackage", "spark-r", options.RPackages.Count > 0),
                     ("-RDockerfile", "spark-r", options.RDockerfile is not null),
                 })
        {
            if (isGiven && !options.Images.Contains(image))
            {
                throw ImageErrors.OptionWithoutImage(option, image);
            }
        }
    }

    /// <summary>Checks what only the Dockerfiles can tell.</summary>
    /// <exception cref="SparkAzureException">BuildArgumentNotDeclared.</exception>
    public static void CheckArguments(PublishOptions options, IReadOnlyList<ImageJob> jobs)
    {
        var without = jobs.Where(j => j.IsWanted && !SparkImageRecipe.DeclaredArguments(j.Document).Contains(SparkImageRecipe.UserArgument)).ToList();
        if (options.SparkUid is not null && without.Count > 0)
        {
            throw ImageErrors.BuildArgumentNotDeclared("-SparkUid", SparkImageRecipe.UserArgument, without.Select(j => j.Document.Path));
        }
    }

    /// <summary>The Dockerfile that the caller gives for an image; null for the distribution's.</summary>
    public static string? DockerfileOf(PublishOptions options, SparkImageRecipe recipe) => recipe.Name switch
    {
        "spark" => options.Dockerfile,
        "spark-py" => options.PythonDockerfile,
        "spark-r" => options.RDockerfile,
        _ => null,
    };

    /// <summary>What is installed into an image; null for nothing.</summary>
    /// <exception cref="SparkAzureException">RequirementsUnusable, RPackageNameInvalid, CannotRead.</exception>
    public static async Task<ExecutorPackages?> PackagesAsync(PublishOptions options, SparkImageRecipe recipe, CancellationToken cancellationToken) => recipe.Name switch
    {
        "spark-py" when options.PythonRequirements is { } path => await ExecutorPackages.ForPythonAsync(path, cancellationToken).ConfigureAwait(false),
        "spark-r" when options.RPackages.Count > 0 => ExecutorPackages.ForR(options.RPackages),
        _ => null,
    };
}
