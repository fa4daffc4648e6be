namespace SparkAzure.Core.Tests;

/// <summary>Makes a sample Spark home one of another release, as far as its own jars, RELEASE and spark-submit tell.</summary>
internal static class OtherRelease
{
    /// <summary>Renames what bears the old number.</summary>
    /// <param name="sparkHome">A home of Spark 2.4.0.</param>
    /// <param name="version">The release that it becomes.</param>
    /// <returns>The home.</returns>
    public static string Of(string sparkHome, string version)
    {
        foreach (var jar in Directory.GetFiles(Path.Combine(sparkHome, "jars"), "spark-*-2.4.0.jar"))
        {
            File.Move(jar, jar.Replace("-2.4.0.jar", $"-{version}.jar", StringComparison.Ordinal));
        }

        foreach (var file in new[] { Path.Combine(sparkHome, "RELEASE"), Path.Combine(sparkHome, "bin", "spark-submit") })
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace("2.4.0", version, StringComparison.Ordinal));
        }

        return sparkHome;
    }
}
