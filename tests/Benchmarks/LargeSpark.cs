using System.IO.Compression;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Benchmarks;

/// <summary>A distribution of a real one's size: 260 jars, 225 MB, some 150,000 classes; and libraries of 35 MB for the swap.</summary>
internal static class LargeSpark
{
    private const int Jars = 260;
    private const int ClassesPerJar = 580;
    private const int ClassBytes = 1400;

    /// <summary>Makes the distribution of the sample and enlarges it.</summary>
    public static string Create(string folder)
    {
        var spark = SampleSpark.Create(folder);
        var there = Directory.GetFiles(spark.JarsFolder);
        Parallel.ForEach(there, Enlarge);
        Parallel.For(there.Length, Jars, i => Write(Path.Combine(spark.JarsFolder, $"filler{i}-1.0.{i}.jar"), i, "x/filler"));
        return spark.Home;
    }

    /// <summary>Gives every jar of a folder a real one's size.</summary>
    public static void Enlarge(string jar)
    {
        using var zip = ZipFile.Open(jar, ZipArchiveMode.Update);
        Fill(zip, Path.GetFileName(jar).GetHashCode(StringComparison.Ordinal), Path.GetFileNameWithoutExtension(jar));
    }

    private static void Write(string path, int seed, string package)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        Fill(zip, seed, $"{package}{seed}");
    }

    private static void Fill(ZipArchive zip, int seed, string package)
    {
        var random = new Random(seed);
        var bytes = new byte[ClassBytes];
        for (var i = 0; i < ClassesPerJar; i++)
        {
            random.NextBytes(bytes);
            using var stream = zip.CreateEntry($"{package}/Class{i}.class", CompressionLevel.NoCompression).Open();
            stream.Write(bytes);
        }
    }
}
