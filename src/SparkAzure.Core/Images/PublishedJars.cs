using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Images;

/// <summary>Looks before a publication whether Spark would start with the jars that the images get.</summary>
internal static class PublishedJars
{
    /// <summary>Refuses jars with which it would not; with -Force, warns.</summary>
    /// <remarks>
    /// Whatever the engine, and whether an image is made or brought up to date, it gets the jars of the Spark home.
    /// </remarks>
    /// <exception cref="SparkAzureException">SparkWouldNotStart, CannotRead.</exception>
    public static async Task RequireStartAsync(
        PublishPlan plan, ICaller caller, CancellationToken cancellationToken)
    {
        // A Dockerfile that does more with the jars than to copy them may bring what is missing: nobody knows.
        var isCertain = plan.Jobs.Any(j => j.IsWanted && ImageLabels.JarFolderOf(plan, j) is not null);
        var jars = $"the jars of '{plan.Home.Path}', which the images get";
        try
        {
            var request = new JarLinkageRequest(Directory.GetFiles(plan.Home.Jars, "*.jar"), plan.Home.SparkVersion)
            {
                IndexFolder = plan.Options.IndexFolder ?? UserCache.Folder("classes"),
            };
            var force = plan.Options.Force || !isCertain;
            await SparkStart.RequireAsync(request, jars, plan.Home.Path, force, caller, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(plan.Home.Jars, exception);
        }
    }
}
