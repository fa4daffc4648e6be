using System.Formats.Tar;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Tests.Oci.Layers;

namespace SparkAzure.Core.Tests.Oci.Files;

public sealed class ImageFileSystemTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Layers_are_put_on_top_of_each_other_and_whiteouts_take_away(bool gzip)
    {
        var below = new LayerFixture().Folder("etc", 0x1C0, user: 7).File("etc/gone", "x").File("etc/stays", "1").File("full/a").File("full/deep/b").File("file-then-folder").File("./dotted/name", "d");
        var above = new LayerFixture().File("full/.wh..wh..opq").File("full/new", "n").File("etc/.wh.gone").File("etc/stays", "22", 0x1ED, 5, 6).File("file-then-folder/inside").File("full/.wh.new");

        var files = await ReadAsync(below.Seal(gzip), above.Seal(gzip));

        Assert.Equal(
            ["dotted", "dotted/name", "etc", "etc/stays", "file-then-folder", "file-then-folder/inside", "full", "full/new"],
            files.Walk().Select(f => f.Path));
        Assert.Equal((2L, 5, 6, (UnixFileMode)0x1ED), files.Find("/etc/stays") is { } f ? (f.Size, f.UserId, f.GroupId, f.Mode) : default);
        Assert.Equal(((UnixFileMode)0x1C0, 7), files.Find("etc") is { } e ? (e.Mode, e.UserId) : default);
        Assert.Equal(((UnixFileMode)0x1ED, TarEntryType.Directory), files.Find("dotted") is { } d ? (d.Mode, d.Type) : default);
        Assert.Equal("22", await TextAsync(files, "etc/stays"));
    }

    [Fact]
    public async Task A_layer_in_zstd_is_read_whatever_it_calls_itself()
    {
        using var packed = new MemoryStream();
        using (var zstd = new ZstdSharp.CompressionStream(packed))
        {
            zstd.Write(new LayerFixture().File("a", new string('a', 300_000)).Tar());
        }

        var files = await ReadAsync(new LayerFixture().Seal(packed.ToArray()));

        Assert.Equal(300_000, (await TextAsync(files, "a")).Length);
    }

    [Fact]
    public async Task Links_are_followed_as_a_container_would_follow_them()
    {
        var files = await ReadAsync(new LayerFixture()
            .Link("bin", "usr/bin").File("usr/bin/bash", "b").Link("usr/bin/sh", "bash").Link("usr/lib/up", "../bin").Link("a", "b").Link("b", "/a").Link("out", "../../../etc").File("etc/x").Seal());

        Assert.Equal("usr/bin/bash", files.Find("/bin/sh")!.Path);
        Assert.Equal("usr/bin/sh", files.Find("/bin/sh", followLast: false)!.Path);
        Assert.Equal("usr/bin/new/file", files.Resolve("/usr/lib/up/new/file"));
        Assert.Equal("etc/x", files.Resolve("out/x"));
        Assert.Null(files.Resolve("a/x"));
    }

    [Fact]
    public async Task Hard_links_are_the_file_that_they_name_and_files_have_their_hash()
    {
        var jar = Convert.ToHexString(SHA256.HashData("jar"u8)).ToLowerInvariant();
        var files = await ReadAsync(
            new LayerFixture().File("opt/spark/jars/a.jar", "jar").File("bin/perl", "perl", 0x1ED).HardLink("bin/perl5", "bin/perl").Seal(),
            new LayerFixture().HardLink("bin/again", "bin/perl").Seal());

        Assert.Equal(jar, files.Find("opt/spark/jars/a.jar")!.Sha256);
        foreach (var name in new[] { "bin/perl5", "bin/again" })
        {
            Assert.Equal((TarEntryType.RegularFile, 4L, (UnixFileMode)0x1ED), files.Find(name) is { } f ? (f.Type, f.Size, f.Mode) : default);
            Assert.Equal("perl", await TextAsync(files, name));
        }
    }

    [Fact]
    public async Task A_layer_is_read_once_and_then_known()
    {
        var passwd = "root:x:0:0:root:/root:/bin/bash\n";
        var layer = new LayerFixture().Folder("etc", 0x1C0, 3, 4).File("etc/passwd", passwd).Link("l", "etc/passwd").File("a.jar", "jar").HardLink("hard", "etc/passwd").File("other", "not kept");
        var image = layer.Seal(gzip: true);

        var first = await ReadAsync(image);
        var second = await ReadAsync(image);

        Assert.Equal(1, layer.Reads);
        Assert.Equal(first.Walk(), second.Walk());
        Assert.Equal(passwd, await TextAsync(second, "hard"));
        Assert.Equal(1, layer.Reads);
        Assert.Equal("not kept", await TextAsync(second, "other"));
        Assert.Equal(2, layer.Reads);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("unwritable")]
    public async Task A_cache_that_cannot_be_used_costs_only_time(string what)
    {
        var layer = new LayerFixture().File("etc/passwd", "root").File("b", new string('b', 5000));
        var image = layer.Seal();
        var first = await ReadAsync(image);
        var path = Assert.Single(Directory.GetFiles(_folder["cache"]));
        var content = File.ReadAllBytes(path);
        switch (what)
        {
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "cut":
                File.WriteAllBytes(path, content[..^12]);
                break;
            case "changed":
                content[content.Length / 2] ^= 0x10;
                File.WriteAllBytes(path, content);
                break;
            default:
                Directory.Delete(_folder["cache"], recursive: true);
                File.WriteAllText(_folder["cache"], "a file stands in the way");
                break;
        }

        Assert.Equal(first.Walk(), (await ReadAsync(image)).Walk());
        Assert.Equal(2, layer.Reads);
    }

    [Fact]
    public async Task What_cannot_be_read_says_why()
    {
        var zstd = await RefusedAsync(new LayerFixture().Seal([0x28, 0xB5, 0x2F, 0xFD, 0, 0]));
        Assert.Equal("BaseImageNotSupported", zstd.Id);
        Assert.Contains("cannot be read as a tar", zstd.Message, StringComparison.Ordinal);
        Assert.Equal("BaseImageNotSupported", (await RefusedAsync(new LayerFixture().Seal(new byte[2000].Select(_ => (byte)'x').ToArray()))).Id);
        Assert.Equal("BaseImageNotSupported", (await RefusedAsync(new NondistributableLayer(LayerFixture.DescriptorOf([]), ""))).Id);

        var damaged = new LayerFixture { Damage = bytes => [.. bytes[..^1], 1] }.File("etc/passwd", "root");
        Assert.Equal("ImageContentCorrupt", (await RefusedAsync(damaged.Seal())).Id);
        Assert.False(Directory.Exists(_folder["cache"]), "what was damaged is not remembered");
    }

    [Fact]
    public async Task A_link_that_breaks_is_the_registrys_fault_and_not_the_layers()
    {
        var tar = new LayerFixture().File("etc/passwd", new string('x', 100_000)).Tar();
        var layer = LayerFixture.Seal(tar, (_, _) => Task.FromResult<Stream>(new BreakingStream(tar[..50_000])));

        var refused = await RefusedAsync(layer);

        Assert.Equal("RegistryUnavailable", refused.Id);
        Assert.Contains("registry.example.com", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_that_is_stopped_ends()
    {
        using var stop = new CancellationTokenSource();
        var endless = LayerFixture.Seal([], async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return Stream.Null;
        });
        var reading = ImageFileSystem.ReadAsync([endless], new LayerIndexCache(null), new RecordingCaller(), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task What_is_made_here_lies_on_top_and_a_copy_goes_its_own_way()
    {
        var files = await ReadAsync(new LayerFixture().File("a", "a").File("b", "b").Seal());
        var copy = files.Copy();

        copy.Apply([new TarItem { Name = ".wh.a", Type = TarEntryType.RegularFile }, new TarItem { Name = "c/d", Type = TarEntryType.RegularFile, Content = "new"u8.ToArray(), Length = 3 }]);

        Assert.Equal(["a", "b"], files.Walk().Select(f => f.Path));
        Assert.Equal(["b", "c", "c/d"], copy.Walk().Select(f => f.Path));
        Assert.Equal("new", await TextAsync(copy, "c/d"));
    }

    [Fact]
    public async Task Folders_looked_into_one_by_one_are_what_applying_every_entry_in_turn_gives()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var expected = new SortedDictionary<string, (TarEntryType Type, UnixFileMode Mode)>(StringComparer.Ordinal);
            var layers = new List<ILayer>();
            for (var count = random.Next(1, 6); layers.Count < count;)
            {
                var layer = new LayerFixture();
                var named = new List<(string Path, bool IsFolder)>();
                for (var left = random.Next(1, 12); left > 0; left--)
                {
                    // As in a real layer, no path stands there twice, and nothing below what is no folder.
                    var path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abc"[random.Next(3)]));
                    var kind = random.Next(6);
                    var isFolder = kind is 1 or 2;
                    if (named.Exists(n => n.Path == path
                        || (!isFolder && n.Path.StartsWith(path + "/", StringComparison.Ordinal))
                        || (!n.IsFolder && path.StartsWith(n.Path + "/", StringComparison.Ordinal))))
                    {
                        continue;
                    }

                    named.Add((path, isFolder));
                    switch (kind)
                    {
                        case 0:
                            layer.File(path[..^1] + (random.Next(3) == 0 ? ".wh..wh..opq" : ".wh." + path[^1]));
                            break;
                        case 1 or 2:
                            layer.Folder(path, 0x1C0 + random.Next(8));
                            break;
                        case 3:
                            layer.Link(path, "a");
                            break;
                        default:
                            layer.File(path, "x", 0x180 + random.Next(8));
                            break;
                    }
                }

                layers.Add(layer.Seal());
                Apply(layer.Tar(), expected);
            }

            var files = await ImageFileSystem.ReadAsync(layers, new LayerIndexCache(null), new RecordingCaller(), CancellationToken.None);

            Assert.Equal(expected.Select(e => $"{e.Key} {e.Value}").Order(StringComparer.Ordinal), files.Walk().Select(f => $"{f.Path} {(f.Type, f.Mode)}").Order(StringComparer.Ordinal));
        }
    }

    // The plain way: a layer's whiteouts, then its entries, one after the other.
    private static void Apply(byte[] tar, SortedDictionary<string, (TarEntryType Type, UnixFileMode Mode)> files)
    {
        var entries = new List<(string Path, TarEntryType Type, UnixFileMode Mode)>();
        using var reader = new TarReader(new MemoryStream(tar));
        while (reader.GetNextEntry() is { } entry)
        {
            entries.Add((entry.Name.TrimEnd('/'), entry.EntryType, entry.Mode));
        }

        foreach (var (path, _, _) in entries.Where(e => IsWhiteout(e.Path)))
        {
            var name = ImagePath.Name(path);
            RemoveIn(name == ".wh..wh..opq" ? ImagePath.Parent(path) : ImagePath.Join(ImagePath.Parent(path), name[4..]), itself: name != ".wh..wh..opq");
        }

        foreach (var (path, type, mode) in entries.Where(e => !IsWhiteout(e.Path)))
        {
            for (var folder = ImagePath.Parent(path); folder.Length > 0; folder = ImagePath.Parent(folder))
            {
                if (!files.TryGetValue(folder, out var standing) || standing.Type != TarEntryType.Directory)
                {
                    files[folder] = (TarEntryType.Directory, (UnixFileMode)0x1ED);
                }
            }

            if (type != TarEntryType.Directory)
            {
                RemoveIn(path, itself: true);
            }

            files[path] = (type, mode);
        }

        void RemoveIn(string path, bool itself)
        {
            foreach (var gone in files.Keys.Where(f => (itself && f == path) || path.Length == 0 || f.StartsWith(path + "/", StringComparison.Ordinal)).ToList())
            {
                files.Remove(gone);
            }
        }

        static bool IsWhiteout(string path) => ImagePath.Name(path).StartsWith(".wh.", StringComparison.Ordinal);
    }

    // As a socket does it whose other side resets the connection.
    private sealed class BreakingStream(byte[] before) : MemoryStream(before)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Position < Length
            ? base.ReadAsync(buffer, cancellationToken)
            : throw new IOException("Unable to read data from the transport connection.", new SocketException((int)SocketError.ConnectionReset));
    }

    private static async Task<string> TextAsync(ImageFileSystem files, string path) =>
        Encoding.UTF8.GetString((await files.ReadAsync([files.Find(path)!], CancellationToken.None))[path]);

    private Task<ImageFileSystem> ReadAsync(params ILayer[] layers) =>
        ImageFileSystem.ReadAsync(layers, new LayerIndexCache(_folder["cache"]), new RecordingCaller(), CancellationToken.None);

    private Task<SparkAzureException> RefusedAsync(ILayer layer) => Assert.ThrowsAsync<SparkAzureException>(() => ReadAsync(layer));
}
