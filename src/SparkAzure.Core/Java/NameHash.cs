using System.Buffers.Binary;
using System.Text;

namespace SparkAzure.Core.Java;

/// <summary>
/// The 64-bit hash by which names (of classes with slashes, members, descriptors) are known. Two names of one hash
/// would be taken
/// for one: among ten million names the chance is below one in 300,000. The hash is part of the data that is kept of
/// runs and
/// of the index on disk, so it must not change without their format's number.
/// </summary>
internal static class NameHash
{
    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const ulong Factor = 0xD6E8FEB86659FD93;

    /// <summary>The hash of a name in UTF-8.</summary>
    public static ulong Of(ReadOnlySpan<byte> name)
    {
        var hash = Seed ^ (ulong)name.Length;
        while (name.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name));
            name = name[sizeof(ulong)..];
        }

        ulong rest = 0;
        for (var i = 0; i < name.Length; i++)
        {
            rest |= (ulong)name[i] << (8 * i);
        }

        return Fold(Fold(hash ^ rest) ^ Factor);
    }

    /// <summary>The hash of a name; of a class with slashes: <c>org/apache/spark/SparkContext</c>.</summary>
    public static ulong Of(string name) => Of(Encoding.UTF8.GetBytes(name));

    // Both halves of the 128-bit product: every bit of the input reaches every bit of the hash.
    private static ulong Fold(ulong value)
    {
        var high = Math.BigMul(value ^ Seed, Factor, out var low);
        return high ^ low ^ value;
    }
}
