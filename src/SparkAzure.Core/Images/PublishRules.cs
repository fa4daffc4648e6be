using SparkAzure.Core.Oci;


namespace SparkAzure.Core.Images;

/// <summary>Which options go with each other; which engine takes which, the engines say.</summary>
internal static class PublishRules
{
    /// <summary>Checks the names that are given.</summary>
    /// <exception cref="SparkAzureException">ImageTagInvalid, ImageNameUnknown.</exception>
    public static void CheckNames(PublishOptions options)
    {
        if (!ImageReference.IsTag(options.Tag))
        {
            throw ImageErrors.ImageTagInvalid(options.Tag);
        }

        if (options.Images.FirstOrDefault(
            name => !Array.Exists(SparkImageRecipe.All, r => r.Name == name)) is { } unknown)
        {
            throw ImageErrors.ImageNameUnknown(unknown);
        }
    }

    /// <summary>Checks what can be checked without reading a file.</summary>
    /// <exception cref="SparkAzureException">PlatformInvalid, OptionWithoutImage.</exception>
    public static void Check(PublishOptions options)
    {
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
        var without = jobs
            .Where(j => j.IsWanted
                && !SparkImageRecipe.DeclaredArguments(j.Document).Contains(SparkImageRecipe.UserArgument))
            .ToList();
        if (options.SparkUid is not null && without.Count > 0)
        {
            throw ImageErrors.BuildArgumentNotDeclared(
                "-SparkUid", SparkImageRecipe.UserArgument, without.Select(j => j.Document.Path));
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
    public static async Task<ExecutorPackages?> PackagesAsync(
        PublishOptions options, SparkImageRecipe recipe, CancellationToken cancellationToken) => recipe.Name switch
    {
        "spark-py" when options.PythonRequirements is { } path =>
            await ExecutorPackages.ForPythonAsync(path, cancellationToken).ConfigureAwait(false),
        "spark-r" when options.RPackages.Count > 0 => ExecutorPackages.ForR(options.RPackages),
        _ => null,
    };
}
