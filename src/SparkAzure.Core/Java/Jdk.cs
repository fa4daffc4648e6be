using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Java;

/// <summary>The classes of a JDK or JRE on disk: the image of Java 9 and later, or the jars of Java 8.</summary>
internal static class Jdk
{
    /// <summary>Reads the JDK that the options name; nothing when there is none, or it is of another release.</summary>
    public static IReadOnlyList<JarOnPath> Read(
        JavaClassPathOptions options, SegmentStore? store, JarReading reading, CancellationToken cancellationToken)
    {
        if (options.JavaHome is null)
        {
            return [];
        }

        try
        {
            if (ReleaseOf(options.JavaHome) != options.JavaRelease)
            {
                return [];
            }

            var image = Path.Combine(options.JavaHome, "lib", "modules");
            if (File.Exists(image))
            {
                return [new JarOnPath(image, JdkImage.Read(image, store, cancellationToken), IsJdk: true)];
            }

            return ReadJars(options.JavaHome, reading, cancellationToken);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or InvalidDataException
                or SparkAzureException)
        {
            // The table of packages stands for it.
            return [];
        }
    }

    /// <summary>The release of a Java on disk, from its file <c>release</c>: 8, 11, 17; 0 when nothing tells.</summary>
    public static int ReleaseOf(string javaHome)
    {
        var file = Path.Combine(javaHome, "release");
        if (!File.Exists(file))
        {
            // Debian's Java 8 has none.
            if (RuntimeJar(javaHome) is null)
            {
                return 0;
            }

            return 8;
        }

        var line = RegularFile.ReadAllText(file).Split('\n').FirstOrDefault(l => l.StartsWith("JAVA_VERSION=", StringComparison.Ordinal))
            ?? "";
        var version = line["JAVA_VERSION=".Length..].Trim('"').Split('.', '-', '_', '+');
        var major = version[0];
        if (major == "1" && version.Length > 1)
        {
            major = version[1];
        }

        if (int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var release))
        {
            return release;
        }

        return 0;
    }

    private static string? RuntimeJar(string javaHome) =>
        new[]
        {
            Path.Combine(javaHome, "jre", "lib", "rt.jar"),
            Path.Combine(javaHome, "lib", "rt.jar")
        }.FirstOrDefault(File.Exists);

    private static List<JarOnPath> ReadJars(string javaHome, JarReading reading, CancellationToken cancellationToken)
    {
        if (RuntimeJar(javaHome) is not { } runtime)
        {
            return [];
        }

        var folder = Path.GetDirectoryName(runtime)!;
        var paths = Directory.GetFiles(folder, "*.jar").ToList();
        var extensions = Path.Combine(folder, "ext");
        if (Directory.Exists(extensions))
        {
            paths.AddRange(Directory.GetFiles(extensions, "*.jar"));
        }

        var jars = new JarOnPath[paths.Count];
        Parallel.For(0, paths.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            using var archive = JarArchive.Open(paths[i]);
            var segment = reading.Read(archive, paths[i], withCode: false, cancellationToken);
            jars[i] = new JarOnPath(paths[i], segment, IsJdk: true);
        });
        return [.. jars];
    }
}
