namespace SparkAzure.Core.Java;

/// <summary>Numbers of seven bits a byte, the lowest first; the eighth bit says that more follow.</summary>
internal static class VariableNumber
{
    /// <summary>The most bytes that a number takes.</summary>
    public const int Longest = 5;

    /// <summary>Writes a number and returns how many bytes it took.</summary>
    public static int Write(Span<byte> bytes, int value)
    {
        var rest = (uint)value;
        var length = 0;
        while (rest >= 0x80)
        {
            bytes[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        bytes[length++] = (byte)rest;
        return length;
    }

    /// <summary>Reads a number and moves on behind it.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        uint value = bytes[at++];
        if (value < 0x80)
        {
            return (int)value;
        }

        value &= 0x7F;
        for (var shift = 7; shift < 7 * Longest; shift += 7)
        {
            uint next = bytes[at++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                break;
            }
        }

        return (int)value;
    }
}
