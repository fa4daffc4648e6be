using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Spark;


namespace SparkAzure.Core.Images;

/// <summary>Everything an engine needs, checked as far as it can be without asking anybody.</summary>
/// <param name="Options">What was asked for, with the engine that was found for it.</param>
/// <param name="Registry">Where the images go.</param>
/// <param name="Home">The Spark home, read once for all that follows.</param>
/// <param name="Files">Its files.</param>
/// <param name="Jobs">The images, spark first.</param>
/// <param name="Login">How to sign in to the registry; null for nothing known.</param>
internal sealed record PublishPlan(
    PublishOptions Options,
    RegistryAddress Registry,
    SparkHome Home,
    SparkHomeFiles Files,
    IReadOnlyList<ImageJob> Jobs,
    RegistryLogin? Login)
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
    /// <param name="caller">Who is asked.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="SparkAzureException">
    /// The obstacle, when something was accepted. A rehearsal is told of it.
    /// </exception>
    public async Task<HashSet<ImageJob>> AskAsync(
        IEnumerable<ImageJob> jobs,
        Func<ImageJob, string> action,
        SparkAzureException? obstacle,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var accepted = new HashSet<ImageJob>();
        foreach (var job in jobs)
        {
            if (await caller.ShouldProcessAsync(TagReference(job), action(job), cancellationToken)
                .ConfigureAwait(false))
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

        caller.Warning($"The real run would end here: {obstacle.Message} {obstacle.Remedy}");
        return accepted;
    }
}
