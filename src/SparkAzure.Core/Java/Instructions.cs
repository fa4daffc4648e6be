using System.Buffers.Binary;

namespace SparkAzure.Core.Java;

/// <summary>How long each instruction is, so that code can be walked (JVMS 6.5).</summary>
internal static class Instructions
{
    public const byte LoadConstant = 18;
    public const byte LoadConstantWide = 19;
    public const byte LoadConstantWide2 = 20;
    public const byte GetStatic = 178;
    public const byte InvokeInterface = 185;
    public const byte InvokeDynamic = 186;
    public const byte New = 187;
    public const byte NewArray = 189;
    public const byte CheckCast = 192;
    public const byte InstanceOf = 193;
    public const byte NewArrays = 197;

    private const byte TableSwitch = 170;
    private const byte LookupSwitch = 171;
    private const byte Wide = 196;
    private const byte Increment = 132;

    // Per instruction its length in bytes, itself included; 0 has a length of its own, or is none.
    private static ReadOnlySpan<byte> Lengths =>
    [
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 0 nop .. 15 dconst_1
        2, 3, 2, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, // 16 bipush .. 31 iload_1..
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 32
        1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, // 48, stores from 54
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 64
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 80
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 96
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 112
        1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 128, iinc 132
        1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3, // 144, ifeq 153
        3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 0, 0, 1, 1, 1, 1, // 160, ret 169, switches 170, 171
        1, 1, 3, 3, 3, 3, 3, 3, 3, 5, 5, 3, 2, 3, 1, 1, // 176, fields and calls 178..186, new 187
        3, 3, 1, 1, 0, 4, 3, 3, 5, 5, // 192 checkcast .. 201 jsr_w
    ];

    /// <summary>The length of the instruction at a place.</summary>
    /// <exception cref="InvalidDataException">There is no such instruction, or it does not end within the
    /// code.</exception>
    public static int Length(ReadOnlySpan<byte> code, int at)
    {
        var instruction = code[at];
        var length = 0L;
        if (instruction < Lengths.Length)
        {
            length = Lengths[instruction];
        }

        if (length == 0)
        {
            length = LengthOfOwn(code, at);
        }

        if (length > code.Length - at)
        {
            throw new InvalidDataException("its code ends too early");
        }

        return (int)length;
    }

    private static long LengthOfOwn(ReadOnlySpan<byte> code, int at)
    {
        // A switch's numbers begin at the next multiple of four.
        var numbers = (at + 4) & ~3;
        switch (code[at])
        {
            case TableSwitch:
                var span = (long)Number(code, numbers + 8) - Number(code, numbers + 4) + 1;
                if (span < 0)
                {
                    return long.MaxValue;
                }

                return numbers - at + 12 + (4 * span);
            case LookupSwitch:
                var pairs = Number(code, numbers + 4);
                if (pairs < 0)
                {
                    return long.MaxValue;
                }

                return numbers - at + 8 + (8L * pairs);
            case Wide:
                if (at + 1 < code.Length && code[at + 1] == Increment)
                {
                    return 6;
                }

                return 4;
            default:
                throw new InvalidDataException("its code has an unknown instruction");
        }
    }

    private static int Number(ReadOnlySpan<byte> code, int at)
    {
        if (at + 4 > code.Length)
        {
            throw new InvalidDataException("its code ends too early");
        }

        return BinaryPrimitives.ReadInt32BigEndian(code[at..]);
    }
}
