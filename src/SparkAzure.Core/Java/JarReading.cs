using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace SparkAzure.Core.Java;

/// <summary>A jar's segment: from the index when it has one for these contents, else read from the jar.</summary>
/// <param name="store">The index; null for none.</param>
internal sealed class JarReading(SegmentStore? store)
{
    private readonly ConcurrentBag<ScanBuffers> _buffers = [];

    /// <summary>Reads a jar. For several threads at once.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public JarSegment Read(JarArchive archive, string path, bool withCode, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return Scan(archive, path, withCode, cancellationToken);
        }

        var key = KeyOf(archive, withCode);
        if (store.TryRead(key) is { } known)
        {
            return known;
        }

        var segment = Scan(archive, path, withCode, cancellationToken);
        store.Write(key, segment);
        return segment;
    }

    private JarSegment Scan(JarArchive archive, string path, bool withCode, CancellationToken cancellationToken)
    {
        if (!_buffers.TryTake(out var buffers))
        {
            buffers = new ScanBuffers();
        }

        var segment = JarScanner.Scan(archive, path, buffers, withCode, cancellationToken);
        _buffers.Add(buffers);
        return segment;
    }

    /// <summary>
    /// What stands for a jar's content: what its directory says of every entry, its name, its CRC-32, its sizes and
    /// where it is. Reads no entry.
    /// </summary>
    /// <param name="archive">The jar.</param>
    /// <param name="withCode">False for one of which only the declarations are read.</param>
    public static string KeyOf(JarArchive archive, bool withCode = true)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, archive.Length);
        var at = sizeof(long);
        foreach (var entry in archive.Entries)
        {
            var name = archive.Name(entry);
            if (at + name.Length + 32 > buffer.Length)
            {
                hash.AppendData(buffer, 0, at);
                at = 0;
            }

            if (name.Length + 32 > buffer.Length)
            {
                hash.AppendData(name);
                name = [];
            }

            name.CopyTo(buffer.AsSpan(at));
            at += name.Length;
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(at), entry.Crc32);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(at + 4), entry.CompressedLength);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(at + 12), entry.Length);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(at + 20), entry.HeaderAt);
            at += 28;
        }

        hash.AppendData(buffer, 0, at);
        var key = Convert.ToHexString(hash.GetHashAndReset());
        if (withCode)
        {
            return key;
        }

        return "declared-" + key;
    }
}
