using System.Diagnostics;
using SparkAzure.Core.Tests.Spark.Conflicts;
using SparkAzure.Runs.Java;

namespace SparkAzure.Core.Tests.Java;

/// <summary>Real Sparks for a test; where there are none, the test is skipped and says so.</summary>
internal static class RealSpark
{
    /// <summary>Lays a Spark home that runs: a copy, as unpacking one takes ten times as long.</summary>
    /// <param name="version">2.4.8 or 3.5.9.</param>
    /// <param name="folder">Where to; gets the home's own files.</param>
    public static void Lay(string version, string folder)
    {
        SkipWithout();
        TestTime.SkipWhenShort();
        JavaTools.Run(["cp", "-a", $"{SparkScenes.Stock.Home(version)}/.", folder]);
    }

    /// <summary>Takes the jars of an artifact out of a Spark home, and says which they were.</summary>
    public static string TakeOut(string home, string prefix)
    {
        var jar = Assert.Single(Directory.GetFiles(Path.Combine(home, "jars"), prefix + "*.jar"));
        File.Delete(jar);
        return Path.GetFileName(jar);
    }

    /// <summary>Runs spark-submit's own class with a home's jars and no input, and gives what it wrote on its error stream.</summary>
    public static string Submit(JavaMachine machine, string home, params string[] arguments)
    {
        var start = new ProcessStartInfo(machine.Command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] java = ["-cp", Path.Combine(home, "jars", "*"), "org.apache.spark.deploy.SparkSubmit"];
        foreach (var argument in machine.Command[1..].Concat(java).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return errors.Result;
    }

    private static void SkipWithout() =>
        Skip.If(JavaTools.SparkFolder is null, "there is no ../shared/spark (or SPARKAZURE_TEST_SPARK).");
}
