using System.Buffers.Binary;
using System.Text;

namespace SparkAzure.Core.Java;

/// <summary>
/// Reads from a compiled class which other classes it names: the constants of the kind Class in its constant pool.
/// Format: The Java Virtual Machine Specification, chapter 4.4.
/// </summary>
internal static class ClassFile
{
    // How many bytes stand behind each tag; 1 (Utf8) tells its own length.
    private static readonly Dictionary<byte, int> Lengths = new()
    {
        [3] = 4, [4] = 4, [5] = 8, [6] = 8, [7] = 2, [8] = 2, [9] = 4, [10] = 4, [11] = 4, [12] = 4, [15] = 3, [16] = 2, [17] = 4, [18] = 4, [19] = 2, [20] = 2,
    };

    /// <summary>The classes named, with slashes; arrays are left out. What is no class file names none.</summary>
    public static IReadOnlyList<string> References(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 10 || BinaryPrimitives.ReadUInt32BigEndian(bytes) != 0xCAFEBABE)
        {
            return [];
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
        var texts = new (int At, int Length)[count];
        var names = new List<int>();
        var at = 10;
        for (var i = 1; i < count && at + 3 <= bytes.Length; i++)
        {
            var tag = bytes[at++];
            if (tag == 1)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
                texts[i] = (at + 2, length);
                at += 2 + length;
                continue;
            }

            if (!Lengths.TryGetValue(tag, out var size))
            {
                return [];
            }

            if (tag == 7)
            {
                names.Add(BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]));
            }

            // Long and Double take two places.
            i += tag is 5 or 6 ? 1 : 0;
            at += size;
        }

        var references = new List<string>(names.Count);
        foreach (var (from, length) in names.Where(n => n < count).Select(n => texts[n]))
        {
            if (length > 0 && from + length <= bytes.Length && bytes[from] != '[')
            {
                references.Add(Encoding.UTF8.GetString(bytes.Slice(from, length)));
            }
        }

        return references;
    }
}
