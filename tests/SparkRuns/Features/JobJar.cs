using System.IO.Compression;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;

namespace SparkAzure.Runs.Features;

/// <summary>The jobs, compiled by the Scala compiler that every Spark has for its shell: once for each Spark, against its own jars.</summary>
internal static class JobJar
{
    // Where Spark looks for masters that it does not know.
    private const string Service = "META-INF/services/org.apache.spark.scheduler.ExternalClusterManager";

    private static readonly object Compiling = new();

    /// <summary>The jar with the jobs for a Spark.</summary>
    /// <param name="stock">The Sparks.</param>
    /// <param name="version">Which one.</param>
    /// <param name="machine">A JVM that it runs on.</param>
    /// <param name="folder">Where the jar is kept.</param>
    public static string Of(SparkStock stock, string version, JavaMachine machine, string folder)
    {
        var jar = Path.Combine(folder, $"jobs-{version}.jar");
        lock (Compiling)
        {
            if (!File.Exists(jar))
            {
                var part = Path.Combine(folder, $"part-{version}.jar");
                var classPath = Path.Combine(stock.Home(version), "jars", "*");
                JavaTools.Run(
                [
                    .. machine.Command, "-Xmx1g", "-cp", classPath, "scala.tools.nsc.Main", "-usejavacp", "-nowarn", "-d", part,
                    .. Write(folder, ".scala"),
                ]);
                using (var zip = ZipFile.Open(part, ZipArchiveMode.Update))
                using (var writer = new StreamWriter(zip.CreateEntry(Service).Open()))
                {
                    writer.Write("org.apache.spark.scheduler.sparkruns.OneHost\n");
                }

                File.Move(part, jar);
            }
        }

        return jar;
    }

    /// <summary>Writes the sources of an extension into a folder, and gives their paths.</summary>
    public static IReadOnlyList<string> Write(string folder, string extension)
    {
        var assembly = typeof(JobJar).Assembly;
        var paths = new List<string>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("Jobs/", StringComparison.Ordinal) && n.EndsWith(extension, StringComparison.Ordinal)))
        {
            var path = Path.Combine(folder, Path.GetFileName(name));
            using var source = assembly.GetManifestResourceStream(name)!;
            using var target = File.Create(path);
            source.CopyTo(target);
            paths.Add(path);
        }

        return paths;
    }
}
