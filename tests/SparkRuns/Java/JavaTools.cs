using System.Diagnostics;

namespace SparkAzure.Runs.Java;

/// <summary>The Java of this machine: a compiler, and JVMs of several releases.</summary>
internal static class JavaTools
{
    private static readonly string[] Roots = ["/usr/lib/jvm", "/usr/local/lib/jvm", "/opt/java"];

    /// <summary>A JDK with a compiler and an image, of release 17 or later; null when there is none.</summary>
    public static string? CompilerHome { get; } = Homes().FirstOrDefault(h => File.Exists(Path.Combine(h, "bin", "javac")));

    /// <summary>Why a test is skipped that needs real Sparks.</summary>
    public const string NoSparkFolder = "there is no ../shared/spark (or SPARKAZURE_TEST_SPARK).";

    /// <summary>The folder with real Sparks and JVMs, beside the project or where SPARKAZURE_TEST_SPARK says; null when there is none.</summary>
    public static string? SparkFolder { get; } = FindSparkFolder();

    /// <summary>How to run a JVM of a release; null when there is none here.</summary>
    public static JavaMachine? Machine(int release)
    {
        if (release == 8)
        {
            return Java8();
        }

        var home = Homes().FirstOrDefault(h => SparkAzure.Core.Java.Jdk.ReleaseOf(h) == release && File.Exists(Path.Combine(h, "bin", "java")));
        return home is null ? null : new JavaMachine(release, home, [Path.Combine(home, "bin", "java")]);
    }

    /// <summary>Runs a program and gives what it wrote to its output; fails when it fails.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static string Run(IEnumerable<string> command) => Run([.. command], both: false);

    /// <summary>Runs a program and gives what it wrote, errors before output; fails when it fails.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static string RunAll(IEnumerable<string> command) => Run([.. command], both: true);

    private static string Run(string[] command, bool both)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command.Take(6))}: {errors.Result}{output}");
        }

        return both ? errors.Result + output : output;
    }

    private static IEnumerable<string> Homes() =>
        Roots.Where(Directory.Exists).SelectMany(Directory.GetDirectories).Order(StringComparer.Ordinal);

    private static string? FindSparkFolder()
    {
        var named = Environment.GetEnvironmentVariable("SPARKAZURE_TEST_SPARK");
        if (named is not null)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var shared = Path.Combine(folder.FullName, "shared", "spark");
            if (File.Exists(Path.Combine(shared, "spark")))
            {
                return shared;
            }
        }

        return null;
    }

    // The root file system is made once, by `spark java 8`; a test does not make it, which takes minutes.
    private static JavaMachine? Java8()
    {
        var cache = Environment.GetEnvironmentVariable("SPARKAZURE_CACHE") ?? "/var/cache/sparkazure-test";
        var home = Path.Combine(cache, "java8", "usr/lib/jvm/java-8-openjdk-amd64");
        if (SparkFolder is null || !Environment.IsPrivilegedProcess || !File.Exists(Path.Combine(cache, "java8", ".complete")))
        {
            return null;
        }

        return new JavaMachine(8, home, [Path.Combine(SparkFolder, "spark"), "java", "8", "/usr/lib/jvm/java-8-openjdk-amd64/bin/java"]);
    }
}
