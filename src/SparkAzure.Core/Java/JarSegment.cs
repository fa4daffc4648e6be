using System.Runtime.InteropServices;
using System.Text;

namespace SparkAzure.Core.Java;

/// <summary>
/// What a jar's classes declare and refer to, as tables of numbers: the same in memory and in the index on disk, so that
/// reading it is copying. Numbers of names, references and classes are places in its tables; names are compared over jars
/// by their hashes. The tables are arrays because the linking looks into them millions of times.
/// </summary>
internal sealed class JarSegment
{
    // Raised with every change of the layout, of what is scanned, or of NameHash.
    private const ulong Magic = 0x04_4B4E4C_72614A53;
    private const int Sections = 9;
    private const int LengthsAt = 8 + 8;
    private const int HeaderLength = LengthsAt + (4 * Sections);

    private delegate void SectionAction(ReadOnlySpan<byte> content);

    /// <summary>The hashes of the names.</summary>
    public required ulong[] NameHashes { get; init; }

    /// <summary>Where each name ends in <see cref="Names"/>.</summary>
    public required int[] NameEnds { get; init; }

    /// <summary>The names in UTF-8, one behind the other.</summary>
    public required byte[] Names { get; init; }

    /// <summary>The fields and methods that the classes refer to.</summary>
    public required MemberReference[] References { get; init; }

    /// <summary>The classes.</summary>
    public required ClassRow[] Classes { get; init; }

    /// <summary>The service entries.</summary>
    public required ServiceProvider[] Services { get; init; }

    /// <summary>The hashes of the names of what is no class, in order.</summary>
    public required ulong[] Resources { get; init; }

    /// <summary>The details of the classes; read by ClassDetails.</summary>
    public required byte[] Details { get; init; }

    /// <summary>What the manifest and the scan say.</summary>
    public required SegmentTexts Texts { get; init; }

    /// <summary>Takes a file's content; null when it is damaged or of another layout.</summary>
    public static JarSegment? TryRead(ReadOnlySpan<byte> block)
    {
        if (block.Length < HeaderLength || BitConverter.ToUInt64(block) != Magic)
        {
            return null;
        }

        var lengths = MemoryMarshal.Cast<byte, int>(block[LengthsAt..HeaderLength]);
        var rest = block[HeaderLength..];
        if (BitConverter.ToUInt64(block[8..]) != NameHash.Of(block[LengthsAt..]))
        {
            return null;
        }

        return new JarSegment
        {
            NameHashes = Take<ulong>(ref rest, lengths[0]),
            NameEnds = Take<int>(ref rest, lengths[1]),
            Names = Take<byte>(ref rest, lengths[2]),
            References = Take<MemberReference>(ref rest, lengths[3]),
            Classes = Take<ClassRow>(ref rest, lengths[4]),
            Services = Take<ServiceProvider>(ref rest, lengths[5]),
            Resources = Take<ulong>(ref rest, lengths[6]),
            Details = Take<byte>(ref rest, lengths[7]),
            Texts = SegmentTexts.Parse(Encoding.UTF8.GetString(rest[..lengths[8]])),
        };
    }

    /// <summary>What is written to disk.</summary>
    public byte[] ToBlock()
    {
        var texts = Encoding.UTF8.GetBytes(Texts.ToString());
        var size = HeaderLength;
        EachSection(texts, s => size = checked(size + s.Length));
        var block = GC.AllocateUninitializedArray<byte>(size);
        BitConverter.TryWriteBytes(block, Magic);
        var number = 0;
        var at = HeaderLength;
        EachSection(texts, s =>
        {
            BitConverter.TryWriteBytes(block.AsSpan(LengthsAt + (4 * number++)), s.Length);
            s.CopyTo(block.AsSpan(at));
            at += s.Length;
        });
        BitConverter.TryWriteBytes(block.AsSpan(8), NameHash.Of(block.AsSpan(LengthsAt)));
        return block;
    }

    /// <summary>A name, in UTF-8.</summary>
    public ReadOnlySpan<byte> NameBytes(int name)
    {
        var from = 0;
        if (name > 0)
        {
            from = NameEnds[name - 1];
        }

        return new ReadOnlySpan<byte>(Names, from, NameEnds[name] - from);
    }

    /// <summary>A name as a text.</summary>
    public string Name(int name) => Encoding.UTF8.GetString(NameBytes(name));

    /// <summary>True when the jar has an entry of that name that is no class.</summary>
    public bool HasResource(ulong nameHash) => Array.BinarySearch(Resources, nameHash) >= 0;

    private static T[] Take<T>(ref ReadOnlySpan<byte> rest, int length)
        where T : struct
    {
        var taken = MemoryMarshal.Cast<byte, T>(rest[..length]).ToArray();
        rest = rest[length..];
        return taken;
    }

    private void EachSection(byte[] texts, SectionAction action)
    {
        action(MemoryMarshal.AsBytes<ulong>(NameHashes));
        action(MemoryMarshal.AsBytes<int>(NameEnds));
        action(Names);
        action(MemoryMarshal.AsBytes<MemberReference>(References));
        action(MemoryMarshal.AsBytes<ClassRow>(Classes));
        action(MemoryMarshal.AsBytes<ServiceProvider>(Services));
        action(MemoryMarshal.AsBytes<ulong>(Resources));
        action(Details);
        action(texts);
    }
}
