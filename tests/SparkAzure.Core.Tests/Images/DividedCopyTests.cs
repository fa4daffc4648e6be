using System.Formats.Tar;
using System.Text;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Tests.Images;

public sealed class DividedCopyTests
{
    // Their lengths are those of a distribution; nothing reads them.
    private static readonly string[] Jars = ["hadoop-common-2.7.3.jar", "spark-core_2.11-2.4.0.jar", "guava-14.0.1.jar", "jackson-core-2.6.7.jar", "netty-all-4.1.17.jar", "ivy-2.4.0.jar", "xz-1.5.jar"];

    [Theory]
    [InlineData("COPY jars /opt/spark/jars", "COPY {0} /opt/spark/jars")]
    [InlineData("COPY ${spark_jars} ${SPARK_HOME}/jars/", "COPY {0} ${SPARK_HOME}/jars/")]
    [InlineData("copy --chown=185:0 \\\n  # why\n  ./jars \\\n  /opt/spark/jars", "COPY --chown=185:0 {0} /opt/spark/jars")]
    public void The_COPY_of_the_jars_becomes_one_per_group_with_the_exchanged_ones_last(string instruction, string expected)
    {
        var divided = Divide($"FROM x\nARG spark_jars=jars\n{instruction}\nCOPY bin /opt/spark/bin\n")!;

        var lines = Encoding.UTF8.GetString(divided.Document.ToBytes()).Split('\n');
        var folders = divided.Jars.Where(j => j.Type == TarEntryType.Directory).Select(j => j.Name).Order(StringComparer.Ordinal).ToList();
        Assert.InRange(folders.Count, 3, 5);
        Assert.Equal(["FROM x", "ARG spark_jars=jars", .. folders.Select(f => expected.Replace("{0}", f, StringComparison.Ordinal)), "COPY bin /opt/spark/bin", ""], lines);
        Assert.Equal(Jars.Order(StringComparer.Ordinal), divided.Jars.Where(j => j.Type == TarEntryType.RegularFile).Select(j => j.Name.Split('/')[^1]).Order(StringComparer.Ordinal));
        Assert.Equal(["hadoop-common-2.7.3.jar", "guava-14.0.1.jar"], divided.Jars.Where(j => j.Name.StartsWith(folders[^1] + "/", StringComparison.Ordinal)).Select(j => j.Name.Split('/')[^1]));
    }

    [Theory]
    [InlineData("ADD jars /opt/spark/jars")]
    [InlineData("COPY [\"jars\", \"/opt/spark/jars\"]")]
    [InlineData("COPY \"jars\" /opt/spark/jars")]
    [InlineData("COPY jars bin /opt/spark/")]
    [InlineData("COPY . /opt/spark")]
    [InlineData("COPY jars/*.jar /opt/spark/jars/")]
    [InlineData("COPY jars /opt/spark/jars\nCOPY jars/xz-1.5.jar /opt/spark/extra/")]
    [InlineData("COPY jars /opt/spark/jars\nCOPY jars /opt/spark/more")]
    public void A_Dockerfile_that_does_anything_else_with_the_jars_stays_as_it_is(string instructions) => Assert.Null(Divide($"FROM x\n{instructions}\n"));

    [Fact]
    public void A_folder_with_links_or_folders_in_it_stays_as_it_is()
    {
        const string Text = "FROM x\nCOPY jars /opt/spark/jars\n";

        Assert.NotNull(Divide(Text));
        Assert.Null(Divide(Text, TarItem.Link("jars/link.jar", "guava-14.0.1.jar")));
        Assert.Null(Divide(Text, TarItem.Folder("jars/more", TarItem.Executable, DateTime.UnixEpoch)));
        Assert.Null(Divide(Text, Jar("jars/more/deep.jar")));
    }

    private static DividedCopy? Divide(string text, params TarItem[] more)
    {
        var document = DockerfileDocument.Parse("Dockerfile", Encoding.UTF8.GetBytes(text));
        IReadOnlyList<TarItem> jars = [TarItem.Folder("jars", TarItem.Executable, DateTime.UnixEpoch), .. Jars.Select(j => Jar("jars/" + j)), .. more];
        IReadOnlyList<TarItem> others = [TarItem.Folder("bin", TarItem.Executable, DateTime.UnixEpoch), Jar("bin/spark-submit")];
        return DividedCopy.Of(document, [.. CopyInstruction.All(document, new Dictionary<string, string>()).Select(c => (c, Brought(c)))]);

        IReadOnlyList<TarItem> Brought(CopyInstruction copy) =>
        [
            .. copy.Sources.SelectMany(source => source switch
            {
                "." => jars.Concat(others),
                "jars/*.jar" => jars.Skip(1),
                "jars" or "./jars" => jars,
                "bin" => others,
                _ => jars.Where(j => j.Name == source),
            }),
        ];
    }

    private static TarItem Jar(string name) => TarItem.File(name, "/nowhere", 5 << 20, TarItem.Plain, DateTime.UnixEpoch);
}
