using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Tests.Oci.Layers;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Layers that are made to exhaust whoever reads them.</summary>
public sealed class HostileLayerTests
{
    [Theory]
    [InlineData('L', 1L << 30)]
    [InlineData('K', 1L << 30)]
    [InlineData('x', 1L << 30)]
    [InlineData('g', 1L << 30)]
    [InlineData('x', (1L << 33) - 1)]
    public async Task A_header_of_a_gigabyte_is_refused_before_it_is_read(char type, long size)
    {
        var tar = new LayerFixture().File("etc/passwd", "root:x:0:0::/root:/bin/sh\n").File("odd", "7 bytes").Tar();
        byte[] blob = [.. tar[..^1024], .. Header(type, size), .. new byte[4 << 20]];

        var error = await Attack.FailsAsync("BaseImageNotSupported", () => ReadAsync(new LayerFixture().Seal(blob)));

        Assert.Contains("names and attributes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_before_headers_without_end_are_refused()
    {
        var header = Header('x', 512).Concat(new byte[512]).ToArray();
        byte[] blob = [.. Enumerable.Repeat(header, 5_000).SelectMany(h => h)];

        await Attack.FailsAsync("BaseImageNotSupported", () => ReadAsync(new LayerFixture().Seal(blob)));
    }

    [Fact]
    public async Task A_bomb_is_told_by_what_it_grows_to()
    {
        using var blob = new MemoryStream();
        await using (var gzip = new GZipStream(blob, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Header('0', (1L << 33) - 1));
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 1100; i++)
            {
                gzip.Write(zeros);
            }
        }

        var error = await Attack.FailsAsync("BaseImageNotSupported", () => ReadAsync(new LayerFixture().Seal(blob.ToArray())));

        Assert.Contains("unpack to more than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_too_large_to_look_into_is_not_taken_into_memory()
    {
        byte[] blob = [.. Header('0', (1L << 33) - 1, "opt/entrypoint.sh"), .. new byte[1 << 20]];
        var layer = new LayerFixture().Seal(blob);

        var error = await Attack.FailsAsync("BaseImageNotSupported", () => LayerReader.ReadContentsAsync(
            layer, new HashSet<string> { "opt/entrypoint.sh" }, default));

        Assert.Contains("too many to be looked into", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Long_names_and_odd_lengths_are_read_as_ever(bool gzip)
    {
        var fixture = new LayerFixture();
        for (var i = 0; i < 60; i++)
        {
            fixture.File($"{new string('d', 90)}/{new string('f', i * 4)}{i}", new string('c', i * 37));
            fixture.Link($"link{i}", new string('t', i * 5) + "x");
        }

        var index = await ReadAsync(fixture.Seal(gzip));

        Assert.Equal(120, index.Entries.Count());
    }

    private static Task<LayerIndex> ReadAsync(ILayer layer) => LayerReader.ReadAsync(layer, _ => { }, null, default);

    private static byte[] Header(char type, long size, string name = "any")
    {
        var block = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(block, 0);
        Encoding.ASCII.GetBytes("0000644\0").CopyTo(block, 100);
        Encoding.ASCII.GetBytes("0000000\0").CopyTo(block, 108);
        Encoding.ASCII.GetBytes("0000000\0").CopyTo(block, 116);
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0') + "\0").CopyTo(block, 124);
        Encoding.ASCII.GetBytes("00000000000\0").CopyTo(block, 136);
        block[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar\000").CopyTo(block, 257);
        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = block.Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block, 148);
        return block;
    }
}
