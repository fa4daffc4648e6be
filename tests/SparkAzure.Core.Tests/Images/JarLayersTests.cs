using System.Formats.Tar;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Tests.Spark.Jars;

namespace SparkAzure.Core.Tests.Images;

public sealed class JarLayersTests : IDisposable
{
    private readonly JarScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_swap_of_the_procedure_changes_one_layer_and_the_rest_stay_byte_for_byte(int line)
    {
        var before = Layers();
        await _scene.UpdateAsync(line);
        var after = Layers();

        // What the procedure brings has its layer; none of the other jars moved.
        var changed = after.Except(before).ToList();
        Assert.True(before.Count >= 8, $"{before.Count} layers");
        Assert.Contains("hadoop-common-", Assert.Single(changed), StringComparison.Ordinal);
        Assert.Single(before.Except(after));
        Assert.True(changed[0].Split('\n').Length < after.Sum(l => l.Split('\n').Length) / 1.3, "the layer of the swap is most of the image");
    }

    [Fact]
    public void Another_name_of_a_jar_stands_behind_it_in_the_same_layer()
    {
        var jar = new TarItem { Name = "jars/hadoop-common-3.3.4.jar", Type = TarEntryType.RegularFile, Length = 20 << 20 };

        var layer = Assert.Single(JarLayers.Divide([TarItem.Folder("jars", TarItem.Executable, DateTime.UnixEpoch), jar, TarItem.HardLink(jar with { Name = "jars/other.jar" }, jar.Name)]), l => l.Contains(jar));

        Assert.Equal([jar.Name, "jars/other.jar"], layer.Select(i => i.Name));
    }

    // Sample jars are small: their lengths are taken for those of real ones, so that they are divided.
    private List<string> Layers() =>
    [
        .. JarLayers.Divide([.. new SparkHomeFiles(_scene.Spark.Home).Tree("jars").Select(i => i with { Length = i.Length * 1000 })])
            .Select(layer => string.Join('\n', layer.Select(i => $"{i.Name} {i.Length}"))),
    ];
}
