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
        var at = 0;
        for (; at <= name.Length - sizeof(ulong); at += sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name[at..]));
        }

        return Fold(Fold(hash ^ Rest(name, name.Length - at)) ^ Factor);
    }

    /// <summary>The hash of a name; of a class with slashes: <c>org/apache/spark/SparkContext</c>.</summary>
    public static ulong Of(string name) => Of(name.AsSpan());

    /// <summary>The hash of a name.</summary>
    public static ulong Of(ReadOnlySpan<char> name)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (Encoding.UTF8.TryGetBytes(name, bytes, out var length))
        {
            return Of(bytes[..length]);
        }

        return Of(Encoding.UTF8.GetBytes(name.ToString()));
    }

    // The last bytes, fewer than eight, the lowest first.
    private static ulong Rest(ReadOnlySpan<byte> name, int count)
    {
        if (count > 0 && name.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]) >> (8 * (sizeof(ulong) - count));
        }

        ulong rest = 0;
        for (var i = 0; i < count; i++)
        {
            rest |= (ulong)name[i] << (8 * i);
        }

        return rest;
    }

    // Both halves of the 128-bit product: every bit of the input reaches every bit of the hash.
    private static ulong Fold(ulong value)
    {
        var high = Math.BigMul(value ^ Seed, Factor, out var low);
        return high ^ low ^ value;
    }
}
