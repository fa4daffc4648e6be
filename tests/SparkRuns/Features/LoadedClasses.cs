using System.Text.RegularExpressions;

namespace SparkAzure.Runs.Features;

/// <summary>What a JVM says of the classes that it loads.</summary>
internal static partial class LoadedClasses
{
    /// <summary>The options that have a JVM write them into a file; <c>%p</c> in its name is the process.</summary>
    public static string[] Options(int javaRelease, string file)
    {
        if (javaRelease > 8)
        {
            // Rotation, which is the default, would lose the first ones.
            return [$"-Xlog:class+load:file={file}::filecount=0"];
        }

        return
        [
            "-verbose:class", "-XX:+UnlockDiagnosticVMOptions", "-XX:+LogVMOutput", "-XX:-DisplayVMOutput", $"-XX:LogFile={file}",
        ];
    }

    /// <summary>
    /// Reads such files: the names, with slashes, of the classes that came from these jars. So neither the JDK's are among
    /// them nor what is made while the program runs: lambdas, proxies, Janino's and the shell's classes.
    /// </summary>
    /// <param name="files">What JVMs wrote.</param>
    /// <param name="jars">Names of jars, without their folder: a JVM tells where a link leads.</param>
    public static HashSet<string> Read(IEnumerable<string> files, IEnumerable<string> jars)
    {
        var known = jars.ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var line in File.ReadLines(file))
            {
                var match = Line().Match(line);
                if (match.Success && known.Contains(Path.GetFileName(match.Groups["jar"].Value)))
                {
                    names.Add(match.Groups["name"].Value.Replace('.', '/'));
                }
            }
        }

        return names;
    }

    // [0.162s][info][class,load] org.apache.spark.SparkContext source: file:/home/jars/spark-core_2.12-3.5.9.jar
    // [Loaded org.apache.spark.SparkContext from file:/home/jars/spark-core_2.11-2.4.8.jar]
    [GeneratedRegex(@"(?:\] |\[Loaded )(?<name>[^\s\[/]+) (?:source:|from) file:(?<jar>[^\]]+\.jar)\]?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
