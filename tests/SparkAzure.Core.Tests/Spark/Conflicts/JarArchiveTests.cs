using System.IO.Compression;
using System.Text;
using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

public sealed class JarArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_are_those_that_the_framework_s_own_reader_finds()
    {
        var path = new SampleJar("org.apache.hadoop", "hadoop-common", "2.7.3", 100).WriteTo(_folder.Path);

        var entries = Entries(path);

        using var zip = ZipFile.OpenRead(path);
        Assert.Equal(zip.Entries.Select(e => (e.FullName, e.Crc32, e.CompressedLength, e.Length)), entries);
    }

    [Theory]
    [InlineData(true, "", "")]
    [InlineData(false, "a comment with PK\u0005\u0006 in it", "")]
    [InlineData(false, "", "#!/bin/sh\nexec java -jar \"$0\"\n")]
    public void Zip64_a_comment_and_a_launcher_in_front_do_not_confuse_it(bool zip64, string comment, string before)
    {
        var path = TestJar.Of("g:a:1.0").Class("x/Y").WriteTo(_folder.Path, zip64, comment, before);

        using var archive = JarArchive.Open(path);

        var pom = archive.Entries.Single(e => archive.Name(e).EndsWith("pom.properties"u8));
        Assert.Contains("artifactId=a", Encoding.UTF8.GetString(archive.Read(pom, 4096)), StringComparison.Ordinal);
        Assert.Equal(2, archive.Entries.Count);
    }

    [Fact]
    public void A_central_directory_longer_than_the_tail_is_read_whole()
    {
        var jar = TestJar.Of("g:a:1.0");
        for (var i = 0; i < 2000; i++)
        {
            jar.Class($"a/package/whose/name/is/long/enough/to/make/it/large/Class{i}");
        }

        Assert.Equal(2001, Entries(jar.WriteTo(_folder.Path)).Count);
    }

    [Fact]
    public async Task Whatever_is_no_zip_gets_the_one_error_and_never_another()
    {
        var good = await File.ReadAllBytesAsync(TestJar.Of("g:a:1.0").Class("x/Y").Class("x/Z").WriteTo(_folder.Path));
        var path = _folder["bad.jar"];
        var random = new Random(4711);
        for (var i = 0; i < 3000; i++)
        {
            var bad = good[..(i % 3 == 0 ? random.Next(good.Length) : good.Length)];
            for (var n = random.Next(1, 8); n > 0 && bad.Length > 0; n--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            await File.WriteAllBytesAsync(path, bad);
            try
            {
                using var archive = JarArchive.Open(path);
                _ = JarIdentity.Read(archive, "bad.jar", SparkJarConflicts.Named("bad.jar"));
            }
            catch (SparkAzureException exception)
            {
                Assert.Equal("JarUnreadable", exception.Id);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a zip")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")]
    public void A_file_that_is_no_jar_is_named(string content)
    {
        var path = _folder.Write("guava-14.0.1.jar", content);

        var exception = Assert.Throws<SparkAzureException>(() => JarArchive.Open(path));

        Assert.Equal("JarUnreadable", exception.Id);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pom_tells_the_group()
    {
        var identity = Identity(TestJar.Of("com.google.guava:guava:14.0.1"));

        Assert.Equal(new JarIdentity("com.google.guava", "guava", "14.0.1", "", false), identity);
    }

    [Fact]
    public void A_pom_is_believed_against_a_file_name_that_lies()
    {
        var identity = Identity(new TestJar("guava-14.0.1.jar").Pom("com.google.guava", "guava", "27.0-jre"));

        Assert.Equal("27.0-jre", identity.Version);
    }

    [Fact]
    public void Of_several_poms_the_one_that_agrees_with_the_name_counts()
    {
        var identity = Identity(new TestJar("avro-1.8.2.jar")
            .Pom("com.google.guava", "guava", "11.0.2").Pom("org.apache.avro", "avro", "1.8.2").Pom("com.thoughtworks.paranamer", "paranamer", "2.7"));

        Assert.Equal(new JarIdentity("org.apache.avro", "avro", "1.8.2", "", true), identity);
    }

    [Fact]
    public void A_shaded_library_s_pom_is_not_taken_for_the_jar_s_own()
    {
        var identity = Identity(new TestJar("htrace-core4-4.1.0-incubating.jar").Pom("commons-logging", "commons-logging", "1.1.1"));

        Assert.Equal(("htrace-core4", "4.1.0-incubating"), (identity.Artifact, identity.Version));
    }

    [Fact]
    public void Without_a_pom_the_manifest_tells_the_group_and_the_name_the_rest()
    {
        var identity = Identity(new TestJar("snappy-java-1.1.7.5.jar").Manifest("Bundle-SymbolicName: org.xerial.snappy.snappy-java;singleton:=true\nBundle-Version: 1.1.7.5\n"));

        Assert.Equal(new JarIdentity("org.xerial.snappy", "snappy-java", "1.1.7.5", "", false), identity);
    }

    [Fact]
    public void A_name_without_a_version_takes_the_manifest_s()
    {
        var identity = Identity(new TestJar("graphframes.jar").Manifest("Implementation-Title: graphframes\nImplementation-Version: 0.8.1\nImplementation-Vendor-Id: org.graphframes\n"));

        Assert.Equal(new JarIdentity("org.graphframes", "graphframes", "0.8.1", "", false), identity);
    }

    private JarIdentity Identity(TestJar jar)
    {
        var path = jar.WriteTo(_folder.Path);
        using var archive = JarArchive.Open(path);
        var fileName = Path.GetFileName(path);
        return JarIdentity.Read(archive, fileName, SparkJarConflicts.Named(fileName));
    }

    private static List<(string Name, uint Crc, long Packed, long Length)> Entries(string path)
    {
        using var archive = JarArchive.Open(path);
        return [.. archive.Entries.Select(e => (Encoding.UTF8.GetString(archive.Name(e)), e.Crc32, e.CompressedLength, e.Length))];
    }
}
