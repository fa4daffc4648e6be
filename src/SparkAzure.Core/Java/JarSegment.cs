using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace SparkAzure.Core.Java;

/// <summary>
/// What a jar's classes declare and refer to, in one block of bytes: the same in memory and in the index on disk, so
/// that reading it
/// is one read. Numbers of names, references and classes are places in its tables; names are compared over jars by
/// their hashes.
/// </summary>
internal sealed class JarSegment
{
    // Raised with every change of the layout, of what is scanned, or of NameHash.
    private const ulong Magic = 0x03_4B4E4C_72614A53;
    private const int Sections = 8;
    private const int HeaderLength = 8 + 8 + (4 * Sections);

    private readonly byte[] _block;
    private readonly int[] _starts;
    private readonly int[] _lengths;

    private JarSegment(byte[] block)
    {
        _block = block;
        _lengths = MemoryMarshal.Cast<byte, int>(block.AsSpan(16, 4 * Sections)).ToArray();
        _starts = new int[Sections];
        var at = HeaderLength;
        for (var i = 0; i < Sections; i++)
        {
            _starts[i] = at;
            at = checked(at + Padded(_lengths[i]));
        }
    }

    /// <summary>The hashes of the names.</summary>
    public ReadOnlySpan<ulong> NameHashes => Section<ulong>(0);

    /// <summary>The fields and methods that the classes refer to.</summary>
    public ReadOnlySpan<MemberReference> References => Section<MemberReference>(2);

    /// <summary>The classes.</summary>
    public ReadOnlySpan<ClassRow> Classes => Section<ClassRow>(3);

    /// <summary>The service entries.</summary>
    public ReadOnlySpan<ServiceProvider> Services => Section<ServiceProvider>(4);

    /// <summary>The details of the classes; read by ClassDetails.</summary>
    public ReadOnlySpan<byte> Details => Section<byte>(6);

    /// <summary>What the manifest and the scan say.</summary>
    public SegmentTexts Texts => ReadTexts();

    /// <summary>The whole block, as it is written to disk.</summary>
    public ReadOnlyMemory<byte> Block => _block;

    private ReadOnlySpan<ulong> Resources => Section<ulong>(5);

    /// <summary>Packs the tables into one block.</summary>
    public static JarSegment Pack(
        NameTable names,
        ReadOnlySpan<MemberReference> references,
        ReadOnlySpan<ClassRow> classes,
        ReadOnlySpan<ServiceProvider> services,
        ReadOnlySpan<ulong> resources,
        ReadOnlySpan<byte> details,
        SegmentTexts texts)
    {
        var words = Encoding.UTF8.GetBytes($"{(texts.IsMultiRelease ? 1 : 0)}\n{texts.ClassPath}\n{texts.Note}");
        ReadOnlySpan<int> lengths =
        [
            sizeof(ulong) * names.Count,
            (sizeof(int) * names.Count) + names.Bytes.Length,
            Unsafe.SizeOf<MemberReference>() * references.Length,
            Unsafe.SizeOf<ClassRow>() * classes.Length,
            Unsafe.SizeOf<ServiceProvider>() * services.Length,
            sizeof(ulong) * resources.Length,
            details.Length,
            words.Length,
        ];
        var size = HeaderLength;
        foreach (var length in lengths)
        {
            size = checked(size + Padded(length));
        }

        var block = new byte[size];
        BitConverter.TryWriteBytes(block, Magic);
        MemoryMarshal.AsBytes(lengths).CopyTo(block.AsSpan(16));
        var segment = new JarSegment(block);
        segment.Fill(0, MemoryMarshal.AsBytes(names.Hashes));
        segment.Fill(1, MemoryMarshal.AsBytes(names.Ends));
        names.Bytes.CopyTo(block.AsSpan(segment._starts[1] + (sizeof(int) * names.Count)));
        segment.Fill(2, MemoryMarshal.AsBytes(references));
        segment.Fill(3, MemoryMarshal.AsBytes(classes));
        segment.Fill(4, MemoryMarshal.AsBytes(services));
        segment.Fill(5, MemoryMarshal.AsBytes(resources));
        segment.Fill(6, details);
        segment.Fill(7, words);
        BitConverter.TryWriteBytes(block.AsSpan(8), NameHash.Of(block.AsSpan(16)));
        return segment;
    }

    /// <summary>Takes a block from disk; null when it is damaged or of another layout.</summary>
    public static JarSegment? TryRead(byte[] block)
    {
        if (block.Length < HeaderLength
            || BitConverter.ToUInt64(block) != Magic
            || BitConverter.ToUInt64(block, 8) != NameHash.Of(block.AsSpan(16)))
        {
            return null;
        }

        return new JarSegment(block);
    }

    /// <summary>A name, in UTF-8.</summary>
    public ReadOnlySpan<byte> NameBytes(int name)
    {
        var section = Section<byte>(1);
        var count = NameHashes.Length;
        var ends = MemoryMarshal.Cast<byte, int>(section[..(sizeof(int) * count)]);
        var from = 0;
        if (name > 0)
        {
            from = ends[name - 1];
        }

        return section[(sizeof(int) * count)..][from..ends[name]];
    }

    /// <summary>A name as a text.</summary>
    public string Name(int name) => Encoding.UTF8.GetString(NameBytes(name));

    /// <summary>True when the jar has an entry of that name that is no class.</summary>
    public bool HasResource(ulong nameHash) => Resources.BinarySearch(nameHash) >= 0;

    private static int Padded(int length) => checked(length + 7) & ~7;

    private ReadOnlySpan<T> Section<T>(int number)
        where T : struct => MemoryMarshal.Cast<byte, T>(_block.AsSpan(_starts[number], _lengths[number]));

    private void Fill(int number, ReadOnlySpan<byte> content) => content.CopyTo(_block.AsSpan(_starts[number]));

    private SegmentTexts ReadTexts()
    {
        var words = Encoding.UTF8.GetString(Section<byte>(7)).Split('\n', 3);
        return new SegmentTexts(words[0] == "1", words[1], words[2]);
    }
}
