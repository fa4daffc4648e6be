using System.Buffers.Binary;

namespace SparkAzure.Core.Java;

/// <summary>
/// Where the constants of a class file stand (JVMS 4.4). One object reads class after class; its arrays stay. Every
/// number that a
/// file holds is checked before it is used: what lies outside is an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class ConstantPool
{
    public const byte Utf8 = 1;
    public const byte Class = 7;
    public const byte Field = 9;
    public const byte InterfaceMethod = 11;
    public const byte NameAndType = 12;
    public const byte MethodHandle = 15;
    public const byte MethodType = 16;
    public const byte Dynamic = 17;
    public const byte InvokeDynamic = 18;

    // How many bytes stand behind each tag, from 0 to 20; Utf8 tells its own length; -1 is no tag.
    private static ReadOnlySpan<sbyte> Lengths =>
        [-1, -1, -1, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, -1, -1, 3, 2, 4, 4, 2, 2];

    private readonly int[] _at = new int[ushort.MaxValue + 1];

    /// <summary>How many places the pool has, the unused first one included.</summary>
    public int Count { get; private set; }

    /// <summary>Finds the constants of a class file.</summary>
    /// <returns>Where the pool ends.</returns>
    /// <exception cref="InvalidDataException">It is no class file, or ends too early.</exception>
    public int Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 10 || BinaryPrimitives.ReadUInt32BigEndian(file) != 0xCAFEBABE)
        {
            throw new InvalidDataException("no class file");
        }

        Count = BinaryPrimitives.ReadUInt16BigEndian(file[8..]);
        var at = 10;
        for (var i = 1; i < Count; i++)
        {
            // Three bytes are the least that a constant has.
            if (at + 3 > file.Length)
            {
                throw new InvalidDataException("its constants end too early");
            }

            var tag = file[at];
            _at[i] = at;
            if (tag == Utf8)
            {
                at += 3 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 1)..]);
                continue;
            }

            if (tag >= Lengths.Length || Lengths[tag] < 0)
            {
                throw new InvalidDataException("a constant of an unknown kind");
            }

            at += 1 + Lengths[tag];

            // Long and Double take two places.
            if (tag is 5 or 6)
            {
                i++;
                _at[i] = 0;
            }
        }

        if (at > file.Length)
        {
            throw new InvalidDataException("its constants end too early");
        }

        return at;
    }

    /// <summary>The tag of a constant; 0 where there is none.</summary>
    public byte Tag(ReadOnlySpan<byte> file, int index)
    {
        if ((uint)(index - 1) >= (uint)(Count - 1) || _at[index] == 0)
        {
            return 0;
        }

        return file[_at[index]];
    }

    /// <summary>A text.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> file, int index)
    {
        var at = At(file, index, Utf8);
        return file.Slice(at + 2, BinaryPrimitives.ReadUInt16BigEndian(file[at..]));
    }

    /// <summary>The first number of a constant of a given kind.</summary>
    public int First(ReadOnlySpan<byte> file, int index, byte tag) =>
        BinaryPrimitives.ReadUInt16BigEndian(file[At(file, index, tag)..]);

    /// <summary>The second number of a constant of a given kind.</summary>
    public int Second(ReadOnlySpan<byte> file, int index, byte tag) =>
        BinaryPrimitives.ReadUInt16BigEndian(file[(At(file, index, tag) + 2)..]);

    /// <summary>A method handle's kind and member.</summary>
    public (int Kind, int Reference) Handle(ReadOnlySpan<byte> file, int index)
    {
        var at = At(file, index, MethodHandle);
        return (file[at], BinaryPrimitives.ReadUInt16BigEndian(file[(at + 1)..]));
    }

    private int At(ReadOnlySpan<byte> file, int index, byte tag)
    {
        if (Tag(file, index) != tag)
        {
            throw new InvalidDataException("a constant is not what its user expects");
        }

        return _at[index] + 1;
    }
}
