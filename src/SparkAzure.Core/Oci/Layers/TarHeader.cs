using System.Buffers.Binary;
using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// The header blocks of a tar's entries, in GNU's form: old enough for every reader, no names of this machine's
/// accounts, and nothing that differs from one runtime to the next, because a layer's digest stands on these bytes.
/// (System.Formats.Tar, which reads them, chooses forms by itself, and writes the process id into pax headers.)
/// </summary>
internal static class TarHeader
{
    /// <summary>Everything in a tar stands at a multiple of this many bytes.</summary>
    public const int BlockSize = 512;

    private const int NameLength = 100;

    /// <summary>
    /// The bytes before an entry's content: one block, with blocks before it where a name or a link is long.
    /// </summary>
    public static byte[] Of(TarItem item)
    {
        var name = Encoding.UTF8.GetBytes(item.Type == TarEntryType.Directory ? item.Name + "/" : item.Name);
        var link = Encoding.UTF8.GetBytes(item.LinkTarget ?? "");
        using var blocks = new MemoryStream();
        WriteLong(blocks, TarEntryType.LongLink, link);
        WriteLong(blocks, TarEntryType.LongPath, name);
        var length = item.Type == TarEntryType.RegularFile ? item.Length : 0;
        blocks.Write(
            Block(
                name,
                link,
                item.Type,
                length,
                (int)item.Mode,
                item.UserId,
                item.GroupId,
                item.Modified.ToUnixTimeSeconds()));
        return blocks.ToArray();
    }

    /// <summary>How many zeros follow a content of this length.</summary>
    public static int Padding(long length) => (int)((BlockSize - (length % BlockSize)) % BlockSize);

    // A name that does not fit goes before the entry as the content of an entry of its own.
    private static void WriteLong(MemoryStream blocks, TarEntryType type, byte[] text)
    {
        if (text.Length <= NameLength)
        {
            return;
        }

        var length = text.Length + 1;
        blocks.Write(Block("././@LongLink"u8, default, type, length, 0, 0, 0, 0));
        blocks.Write(text);
        blocks.Write(new byte[1 + Padding(length)]);
    }

    private static byte[] Block(
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> link,
        TarEntryType type,
        long length,
        int mode,
        int userId,
        int groupId,
        long modified)
    {
        var block = new byte[BlockSize];
        name[..Math.Min(name.Length, NameLength)].CopyTo(block);
        Octal(block.AsSpan(100, 8), mode);
        Octal(block.AsSpan(108, 8), userId);
        Octal(block.AsSpan(116, 8), groupId);
        Octal(block.AsSpan(124, 12), length);
        Octal(block.AsSpan(136, 12), Math.Max(0, modified));
        block[156] = (byte)type;
        link[..Math.Min(link.Length, NameLength)].CopyTo(block.AsSpan(157));
        "ustar  \0"u8.CopyTo(block.AsSpan(257));

        // The checksum is that of the block with blanks in its own place.
        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
        {
            sum += value;
        }

        Octal(block.AsSpan(148, 7), sum);
        return block;
    }

    private static void Octal(Span<byte> field, long value)
    {
        var digits = field.Length - 1;
        var text = Convert.ToString(value, 8);
        if (text.Length <= digits)
        {
            Encoding.ASCII.GetBytes(text.PadLeft(digits, '0'), field);
            return;
        }

        // GNU's base 256: files of 8 GiB and more, and large account numbers.
        field.Clear();
        BinaryPrimitives.WriteInt64BigEndian(field[^8..], value);
        field[0] |= 0x80;
    }
}
