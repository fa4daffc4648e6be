using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Images;

/// <summary>One image to be made, checked and ready.</summary>
/// <param name="Recipe">Which one.</param>
/// <param name="Document">Its Dockerfile.</param>
/// <param name="BuildArguments">The values for its ARG instructions.</param>
/// <param name="Repository">The repository, prefix included.</param>
/// <param name="IsWanted">False for spark when only an image on top of it was asked for: it is made but not pushed.</param>
/// <param name="Packages">What is installed on top of what the Dockerfile makes; null for nothing.</param>
internal sealed record ImageJob(
    SparkImageRecipe Recipe,
    DockerfileDocument Document,
    IReadOnlyDictionary<string, string> BuildArguments,
    string Repository,
    bool IsWanted,
    ExecutorPackages? Packages = null);

/// <summary>Everything an engine needs, checked as far as it can be without asking anybody.</summary>
internal sealed record PublishPlan(PublishOptions Options, RegistryAddress Registry, SparkHomeFiles Files, IReadOnlyList<ImageJob> Jobs, RegistryLogin? Login)
{
    public string TagReference(ImageJob job) => $"{Registry.Host}/{job.Repository}:{Options.Tag}";

    /// <summary>The answer for an image; a rehearsal unless more is filled in.</summary>
    public SparkImage Describe(ImageJob job) => new()
    {
        Name = job.Recipe.Name,
        Registry = Registry.Host,
        Repository = job.Repository,
        Tag = Options.Tag,
        Engine = Options.Engine,
        SparkHome = Options.SparkHome,
    };

    /// <summary>Asks for each image whether it shall be made.</summary>
    /// <param name="jobs">The images to ask for.</param>
    /// <param name="action">What would be done.</param>
    /// <param name="obstacle">What stands in the way of doing it; null for nothing.</param>
    /// <param name="operator">Who is asked.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="SparkAzureException">The obstacle, when something was accepted. A rehearsal is told of it.</exception>
    public async Task<HashSet<ImageJob>> AskAsync(
        IEnumerable<ImageJob> jobs, Func<ImageJob, string> action, SparkAzureException? obstacle, IOperator @operator, CancellationToken cancellationToken)
    {
        var accepted = new HashSet<ImageJob>();
        foreach (var job in jobs)
        {
            if (await @operator.ShouldProcessAsync(TagReference(job), action(job), cancellationToken).ConfigureAwait(false))
            {
                accepted.Add(job);
            }
        }

        if (obstacle is null)
        {
            return accepted;
        }

        if (accepted.Count > 0)
        {
            throw obstacle;
        }

        @operator.Warning($"The real run would end here: {obstacle.Message} {obstacle.Remedy}");
        return accepted;
    }
}

/// <summary>A way to make images and bring them into a registry.</summary>
internal interface IImageEngine
{
    /// <summary>Makes and pushes the images of a plan, each as soon as it is there.</summary>
    IAsyncEnumerable<SparkImage> PublishAsync(PublishPlan plan, IOperator @operator, CancellationToken cancellationToken);
}
