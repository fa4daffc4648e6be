using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>A DSS that runs with the Spark whose files are about to change.</summary>
internal static class SparkInUse
{
    /// <summary>Says so, where it is known which DSS uses the Spark, and that one runs.</summary>
    /// <param name="dataDirectory">The data directory of that DSS; null where nobody says.</param>
    /// <param name="home">The Spark home.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Stops the looking.</param>
    /// <exception cref="SparkAzureException">NotADataDirectory, DssFileUnreadable, CannotRead.</exception>
    public static async Task TellAsync(
        string? dataDirectory, SparkHome home, ICaller caller, CancellationToken cancellationToken)
    {
        if (dataDirectory is null)
        {
            return;
        }

        var dss = await DssDataDirectory.Open(dataDirectory).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (dss.SparkHome != home.Path
            || !await DssControl.AnswersAsync(dss, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        caller.Warning(
            $"DSS at '{dss.DataDirectory}' is running with the Spark at '{home.Path}': jobs that run go on with the " +
            "jars that they have loaded, and may miss a class in one that leaves. Stop DSS first (Stop-Dss), or " +
            "restart it afterwards (Restart-Dss).");
    }
}
