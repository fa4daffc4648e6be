using SparkAzure.Core.Java;


namespace SparkAzure.Core.Tests.Java;

/// <summary>What of several jars a JVM sees: releases, orders, services, resources; and the index that keeps what was read.</summary>
public sealed class ClassPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8, "a/Old")]
    [InlineData(9, "a/Nine")]
    [InlineData(17, "a/Eleven")]
    public async Task A_multi_release_jar_gives_the_class_for_its_java(int release, string missing)
    {
        var jar = JarMaker.Write(
            _folder["m.jar"],
            ("META-INF/MANIFEST.MF", JarMaker.Text("Manifest-Version: 1.0\nMulti-Release: true\n")),
            ("a/M.class", JarMaker.Class("a/M", others: ["a/Old"])),
            ("META-INF/versions/9/a/M.class", JarMaker.Class("a/M", others: ["a/Nine"])),
            ("META-INF/versions/11/a/M.class", JarMaker.Class("a/M", others: ["a/Eleven"])));
        Assert.Equal([$"java.lang.NoClassDefFoundError: {missing}"], await FaultsAsync(release, jar));
    }

    [Fact]
    public async Task Without_the_manifests_word_no_release_counts()
    {
        var jar = JarMaker.Write(
            _folder["n.jar"],
            ("a/M.class", JarMaker.Class("a/M")),
            ("META-INF/versions/9/a/M.class", JarMaker.Class("a/M", others: ["a/Nine"])),
            ("module-info.class", JarMaker.Class("module-info", others: ["a/Nothing"])));
        Assert.Empty(await FaultsAsync(17, jar));
    }

    [Fact]
    public async Task What_depends_on_the_order_says_so()
    {
        var user = JarMaker.Write(_folder["u.jar"], ("a/U.class", JarMaker.Class("a/U", "b/B")));
        var good = JarMaker.Write(_folder["g.jar"], ("b/B.class", JarMaker.Class("b/B")));
        var bad = JarMaker.Write(_folder["h.jar"], ("b/B.class", JarMaker.Class("b/B", "b/Gone")));
        var path = await JavaClassPath.ReadAsync([user, good, bad], new JavaClassPathOptions(8), default);
        var faults = await ClassPathLinks.AllAsync(path, default);
        var fault = Assert.Single(faults, f => f.Class == "a.U");
        Assert.True(fault.DependsOnOrder);
        Assert.Equal("h.jar", fault.FaultyJar?.FileName);
    }

    // Both jars have both classes: whoever comes first gives both.
    [Fact]
    public async Task Two_copies_of_one_library_are_no_mixture()
    {
        var first = JarMaker.Write(_folder["1.jar"], ("a/A.class", JarMaker.Class("a/A", others: ["a/B"])), ("a/B.class", JarMaker.Class("a/B")));
        var second = JarMaker.Write(_folder["2.jar"], ("a/A.class", JarMaker.Class("a/A")), ("a/B.class", JarMaker.Class("a/B", flags: 0x20)));
        Assert.Empty(await FaultsAsync(8, first, second));
    }

    [Fact]
    public async Task The_manifests_class_path_is_followed_but_not_out_of_its_folder()
    {
        Directory.CreateDirectory(_folder["lib"]);
        JarMaker.Write(_folder["lib", "near.jar"], ("n/Near.class", JarMaker.Class("n/Near")));
        JarMaker.Write(_folder["far.jar"], ("f/Far.class", JarMaker.Class("f/Far")));
        var main = JarMaker.Write(_folder["lib", "main.jar"], ("META-INF/MANIFEST.MF", JarMaker.Text("Class-Path: near.jar ../far.jar absent.jar\n")));
        var path = await JavaClassPath.ReadAsync([main], new JavaClassPathOptions(8), default);
        Assert.True(path.Find("n/Near") >= 0);
        Assert.True(path.Find("f/Far") < 0);
    }

    [Fact]
    public async Task A_resource_is_read_by_its_name()
    {
        var jar = JarMaker.Write(_folder["r.jar"], ("core-default.xml", JarMaker.Text("<configuration/>")));
        var path = await JavaClassPath.ReadAsync([jar], new JavaClassPathOptions(8), default);
        var (from, content) = Assert.Single(path.ReadResource("core-default.xml", 1 << 20, default));
        Assert.Equal(jar, from.Path);
        Assert.Equal("<configuration/>"u8.ToArray(), content);
        Assert.Empty(path.ReadResource("hdfs-default.xml", 1 << 20, default));
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(int release, params string[] jars)
    {
        var path = await JavaClassPath.ReadAsync(jars, new JavaClassPathOptions(release), default);
        return [.. (await ClassPathLinks.AllAsync(path, default)).Select(f => f.Problem.ToString())];
    }
}
