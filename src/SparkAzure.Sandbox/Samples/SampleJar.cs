using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SparkAzure.Sandbox.Samples;

/// <summary>
/// A jar that looks like the published artifact to everything but a class loader: a real zip with a manifest, Maven's
/// pom.properties, class entries of plausible names and incompressible content. The bytes depend on the coordinates
/// alone.
/// </summary>
/// <param name="GroupId">Maven's group id.</param>
/// <param name="ArtifactId">Maven's artifact id.</param>
/// <param name="Version">The version.</param>
/// <param name="Kilobytes">How much incompressible content it holds.</param>
public sealed record SampleJar(string GroupId, string ArtifactId, string Version, int Kilobytes = 16)
{
    private static readonly DateTimeOffset Built = new(2018, 10, 29, 6, 0, 0, TimeSpan.Zero);

    /// <summary>The file name: artifact and version.</summary>
    public string FileName => $"{ArtifactId}-{Version}.jar";

    /// <summary>Reads <c>group:artifact:version[:kilobytes]</c>.</summary>
    public static SampleJar Parse(string coordinates)
    {
        var parts = coordinates.Split(':');
        if (parts.Length == 4)
        {
            return new SampleJar(parts[0], parts[1], parts[2], int.Parse(parts[3], CultureInfo.InvariantCulture));
        }

        return new SampleJar(parts[0], parts[1], parts[2]);
    }

    /// <summary>The jar's bytes.</summary>
    public byte[] ToBytes()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(
                zip,
                "META-INF/MANIFEST.MF",
                $"Manifest-Version: 1.0\r\nImplementation-Title: {ArtifactId}\r\nImplementation-Version: " +
                $"{Version}\r\nImplementation-Vendor-Id: {GroupId}\r\n\r\n");
            Add(
                zip,
                $"META-INF/maven/{GroupId}/{ArtifactId}/pom.properties",
                $"version={Version}\ngroupId={GroupId}\nartifactId={ArtifactId}\n");

            // Class names depend on group and artifact, not on the version: two versions of one artifact overlap as
            // real ones do.
            var package = $"{GroupId.Replace('.', '/')}/{ArtifactId.Replace('-', '/').Replace('.', '/')}";
            var seed =
                BinaryPrimitives.ReadUInt64LittleEndian(
                    SHA256.HashData(Encoding.UTF8.GetBytes($"{GroupId}:{FileName}")));
            foreach (var (name, share) in new[] { ("Main", 2), ("Main$1", 8), ("Support", 4), ("Version", 2) })
            {
                var bytes = new byte[Math.Max(64, Kilobytes * 1024 * share / 16)];
                Fill(bytes, ref seed);
                new byte[] { 0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52 }.CopyTo(bytes, 0);
                Add(zip, $"{package}/{name}.class", bytes);
            }
        }

        return memory.ToArray();
    }

    /// <summary>Writes the jar into a folder and returns its path.</summary>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    // SplitMix64: the same bytes everywhere, and many times faster than a seeded Random.
    private static void Fill(byte[] bytes, ref ulong state)
    {
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan()))
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            word = mixed ^ (mixed >> 31);
        }
    }

    private static void Add(ZipArchive zip, string name, string text) => Add(zip, name, Encoding.UTF8.GetBytes(text));

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = Built;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
