using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Releases;

/// <summary>
/// Whether a Spark runs on Kubernetes with its driver outside the cluster. DSS runs the driver on its own host, so
/// without that nothing else of the procedure is of use.
/// </summary>
internal static class SparkClientMode
{
    /// <summary>What a Spark lacks, as a clause to follow its number; null when it lacks nothing or is unknown.</summary>
    /// <param name="spark">The release; null where nobody can say.</param>
    public static string? Lack(ReleaseNumber? spark)
    {
        if (spark is null || SparkFacts.ClientMode.IsTrueOf(spark))
        {
            return null;
        }

        return $"has no client mode on Kubernetes, which came with {SparkFacts.ClientMode.Since}: DSS runs the driver on "
            + "its own host, and spark-submit refuses that (\"Client mode is currently not supported for "
            + "Kubernetes.\")";
    }

    /// <summary>Refuses a Spark home that has none; where it is meant all the same, warns.</summary>
    /// <param name="home">The Spark home.</param>
    /// <param name="version">Its Spark version; null where nobody can say.</param>
    /// <param name="force">What -Force says.</param>
    /// <param name="caller">Is warned.</param>
    /// <exception cref="SparkAzureException">SparkClientModeMissing.</exception>
    public static void Require(string home, string? version, bool force, ICaller caller)
    {
        if (Lack(ReleaseNumber.TryParse(version)) is not { } lack)
        {
            return;
        }

        var found = $"The Spark {version} at '{home}' {lack}.";
        if (!force)
        {
            throw ReleaseErrors.SparkClientModeMissing(found, "-Force goes on with this one all the same.", home);
        }

        caller.Warning(found);
    }
}
