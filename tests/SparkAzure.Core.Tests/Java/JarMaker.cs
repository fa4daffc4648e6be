using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SparkAzure.Core.Tests.Java;

/// <summary>Makes jars and class files byte by byte, for what no compiler makes.</summary>
internal static class JarMaker
{
    /// <summary>Writes a jar.</summary>
    public static string Write(string path, params (string Name, byte[] Content)[] entries)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
        {
            using var stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            stream.Write(content);
        }

        return path;
    }

    /// <summary>A text's bytes.</summary>
    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A class file without members, whose pool names itself, its superclass, interfaces and other classes.</summary>
    public static byte[] Class(string name, string super = "java/lang/Object", string[]? interfaces = null, string[]? others = null, int flags = 0x21)
    {
        var names = new List<string> { name, super };
        names.AddRange(interfaces ?? []);
        names.AddRange(others ?? []);
        using var stream = new MemoryStream();
        stream.Write([0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52]);
        Short(stream, (2 * names.Count) + 1);
        for (var i = 0; i < names.Count; i++)
        {
            stream.WriteByte(7);
            Short(stream, (2 * i) + 2);
            stream.WriteByte(1);
            var text = Text(names[i]);
            Short(stream, text.Length);
            stream.Write(text);
        }

        Short(stream, flags);
        Short(stream, 1);
        Short(stream, 3);
        var count = interfaces?.Length ?? 0;
        Short(stream, count);
        for (var i = 0; i < count; i++)
        {
            Short(stream, 5 + (2 * i));
        }

        stream.Write(new byte[6]);
        return stream.ToArray();
    }

    private static void Short(Stream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        stream.Write(bytes);
    }
}
