using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Images;

/// <summary>One image to be made, checked and ready.</summary>
/// <param name="Recipe">Which one.</param>
/// <param name="Document">Its Dockerfile.</param>
/// <param name="BuildArguments">The values for its ARG instructions.</param>
/// <param name="Repository">The repository, prefix included.</param>
/// <param name="IsWanted">
/// False for spark when only an image on top of it was asked for: it is made but not pushed.
/// </param>
/// <param name="Packages">What is installed on top of what the Dockerfile makes; null for nothing.</param>
internal sealed record ImageJob(
    SparkImageRecipe Recipe,
    DockerfileDocument Document,
    IReadOnlyDictionary<string, string> BuildArguments,
    string Repository,
    bool IsWanted,
    ExecutorPackages? Packages = null);
