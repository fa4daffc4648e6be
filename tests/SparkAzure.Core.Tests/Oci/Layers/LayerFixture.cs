using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Tests.Oci.Layers;

/// <summary>A real tar as a layer, entry by entry, that counts how often it is read.</summary>
internal sealed class LayerFixture
{
    private readonly List<TarEntry> _entries = [];

    public int Reads { get; private set; }

    /// <summary>Changes what the registry sends, after the digest was taken.</summary>
    public Func<byte[], byte[]> Damage { get; set; } = bytes => bytes;

    public LayerFixture File(string path, string content = "", int mode = 0x1A4, int user = 0, int group = 0) =>
        Add(TarEntryType.RegularFile, path, mode, user, group, entry => entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)));

    public LayerFixture Folder(string path, int mode = 0x1ED, int user = 0, int group = 0) => Add(TarEntryType.Directory, path + "/", mode, user, group);

    public LayerFixture Link(string path, string target) => Add(TarEntryType.SymbolicLink, path, 0x1FF, 0, 0, entry => entry.LinkName = target);

    public LayerFixture HardLink(string path, string target) => Add(TarEntryType.HardLink, path, 0x1A4, 0, 0, entry => entry.LinkName = target);

    public byte[] Tar()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            _entries.ForEach(writer.WriteEntry);
        }

        return tar.ToArray();
    }

    public ILayer Seal(bool gzip = false) => Seal(gzip ? Gzip(Tar()) : Tar());

    public ILayer Seal(byte[] blob)
    {
        var digest = DescriptorOf(blob).Digest;
        return Seal(blob, (_, _) =>
        {
            Reads++;
            return Task.FromResult<Stream>(new VerifyingStream(new MemoryStream(Damage(blob)), digest, blob.Length));
        });
    }

    public static ILayer Seal(byte[] blob, BlobSource source)
    {
        var descriptor = DescriptorOf(blob);
        return new RegistryLayer(new BlobOrigin("registry.example.com", "base/jre"), descriptor, descriptor.Digest, source);
    }

    public static Descriptor DescriptorOf(byte[] blob) => new(
        "application/vnd.oci.image.layer.v1.tar",
        "sha256:" + Convert.ToHexString(SHA256.HashData(blob)).ToLowerInvariant(),
        blob.LongLength);

    private static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return buffer.ToArray();
    }

    private LayerFixture Add(TarEntryType type, string path, int mode, int user, int group, Action<TarEntry>? more = null)
    {
        var entry = new PaxTarEntry(type, path) { Mode = (UnixFileMode)mode, Uid = user, Gid = group, ModificationTime = DateTimeOffset.UnixEpoch };
        more?.Invoke(entry);
        _entries.Add(entry);
        return this;
    }
}
