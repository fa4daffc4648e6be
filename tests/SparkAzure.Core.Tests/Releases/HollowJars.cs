using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using SparkAzure.Core.Spark;

namespace SparkAzure.Core.Tests.Releases;

/// <summary>A jar by its name, and the classes in it.</summary>
internal sealed record HollowJar(string Folder, string FileName, IReadOnlyList<string> Classes);

/// <summary>Hollow jars, which have the entries of real ones, read from their archives without unpacking them.</summary>
internal static class HollowJars
{
    /// <summary>Whether this machine can read the archives.</summary>
    public static bool CanBeRead { get; } = new[] { "/usr/bin/xz", "/bin/xz", "/usr/local/bin/xz" }.Any(File.Exists);

    /// <summary>The jars of an archive.</summary>
    public static IReadOnlyList<HollowJar> Read(string archive)
    {
        var start = new ProcessStartInfo("xz") { ArgumentList = { "-dc", archive }, RedirectStandardOutput = true };
        using var xz = Process.Start(start)!;
        using var tar = new TarReader(xz.StandardOutput.BaseStream);
        var jars = new List<HollowJar>();
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.EndsWith(".jar", StringComparison.Ordinal))
            {
                var folder = Path.GetFileName(Path.GetDirectoryName(entry.Name))!;
                jars.Add(new HollowJar(folder, Path.GetFileName(entry.Name), ClassesIn(entry.DataStream!)));
            }
        }

        return jars;
    }

    private static string[] ClassesIn(Stream jar)
    {
        using var memory = new MemoryStream();
        jar.CopyTo(memory);
        using var zip = new ZipArchive(memory);
        return [.. zip.Entries
            .Select(e => e.FullName)
            .Where(n => n.EndsWith(".class", StringComparison.Ordinal) && n.Contains('/') && !n.StartsWith("META-INF/", StringComparison.Ordinal))
            .Select(n => n[..^6])];
    }
}
