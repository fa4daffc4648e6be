using System.IO.Compression;
using System.Text.RegularExpressions;

namespace SparkAzure.Runs.Features;

/// <summary>What a JVM says of the classes that it loads.</summary>
internal static partial class LoadedClasses
{
    private const string Extension = ".class";

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
    /// Reads such files: the names, with slashes, of the classes that these jars have. So neither the JDK's are among them nor what is
    /// made while the program runs: lambdas, proxies, the shell's classes, and Janino's, of which a JVM says that they come from a jar.
    /// </summary>
    /// <param name="files">What JVMs wrote.</param>
    /// <param name="jars">The jars of the home.</param>
    public static HashSet<string> Read(IEnumerable<string> files, IReadOnlyList<string> jars)
    {
        var classes = jars.SelectMany(ClassesOf).ToHashSet(StringComparer.Ordinal);
        var known = jars.Select(j => Path.GetFileName(j)).ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var match in files.SelectMany(File.ReadLines).Select(line => Line().Match(line)).Where(m => m.Success))
        {
            // A JVM tells where a link leads, so the folder may be another one.
            var name = match.Groups["name"].Value.Replace('.', '/');
            if (known.Contains(Path.GetFileName(match.Groups["jar"].Value)) && classes.Contains(name))
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static IReadOnlyList<string> ClassesOf(string jar)
    {
        try
        {
            using var zip = ZipFile.OpenRead(jar);
            return ClassesOf(zip);
        }
        catch (InvalidDataException)
        {
            // A JVM loads nothing from a broken jar either.
            return [];
        }
    }

    private static IReadOnlyList<string> ClassesOf(ZipArchive zip) =>
        [
            .. zip.Entries.Select(e => e.FullName)
                .Where(n => n.EndsWith(Extension, StringComparison.Ordinal))
                .Select(n => Version().Replace(n, ""))
                .Select(n => n[..^Extension.Length]),
        ];

    // What a jar has for later releases of Java.
    [GeneratedRegex("^META-INF/versions/[0-9]+/")]
    private static partial Regex Version();

    // [0.162s][info][class,load] org.apache.spark.SparkContext source: file:/home/jars/spark-core_2.12-3.5.9.jar
    // [Loaded org.apache.spark.SparkContext from file:/home/jars/spark-core_2.11-2.4.8.jar]
    [GeneratedRegex(@"(?:\] |\[Loaded )(?<name>[^\s\[/]+) (?:source:|from) file:(?<jar>[^\]]+\.jar)\]?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
