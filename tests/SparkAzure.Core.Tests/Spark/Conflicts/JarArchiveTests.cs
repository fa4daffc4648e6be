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
    public async Task Entries_are_those_that_the_framework_s_own_reader_finds()
    {
        var path = new SampleJar("org.apache.hadoop", "hadoop-common", "2.7.3", 100).WriteTo(_folder.Path);

        var entries = await EntriesAsync(path);

        using var zip = ZipFile.OpenRead(path);
        Assert.Equal(zip.Entries.Select(e => (e.FullName, e.Crc32, e.CompressedLength, e.Length)), entries);
    }

    [Theory]
    [InlineData(true, "", "")]
    [InlineData(false, "a comment with PK\u0005\u0006 in it", "")]
    [InlineData(false, "", "#!/bin/sh\nexec java -jar \"$0\"\n")]
    public async Task Zip64_a_comment_and_a_launcher_in_front_do_not_confuse_it(bool zip64, string comment, string before)
    {
        var path = TestJar.Of("g:a:1.0").Class("x/Y").WriteTo(_folder.Path, zip64, comment, before);

        using var archive = await JarArchive.OpenAsync(path, CancellationToken.None);

        var pom = archive.Entries.Single(e => archive.Name(e).EndsWith("pom.properties"u8));
        Assert.Contains("artifactId=a", Encoding.UTF8.GetString(await archive.ReadAsync(pom, 4096, CancellationToken.None)), StringComparison.Ordinal);
        Assert.Equal(2, archive.Entries.Count);
    }

    [Fact]
    public async Task A_central_directory_longer_than_the_tail_is_read_whole()
    {
        var jar = TestJar.Of("g:a:1.0");
        for (var i = 0; i < 2000; i++)
        {
            jar.Class($"a/package/whose/name/is/long/enough/to/make/it/large/Class{i}");
        }

        Assert.Equal(2001, (await EntriesAsync(jar.WriteTo(_folder.Path))).Count);
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
                using var archive = await JarArchive.OpenAsync(path, CancellationToken.None);
                _ = await JarIdentity.ReadAsync(archive, "bad.jar", SparkJarConflicts.Named("bad.jar"), CancellationToken.None);
            }
            catch (SparkAzureException exception)
            {
                Assert.Equal("JarUnreadable", exception.Id);
            }
        }
    }

    [Fact]
    public void Damaged_classes_name_nothing_or_something_but_never_fail()
    {
        var random = new Random(4712);
        var bytes = new byte[200];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            new byte[] { 0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52, 0, 40 }.CopyTo(bytes, 0);
            for (var at = 10; at < 100; at += random.Next(2, 6))
            {
                bytes[at] = (byte)random.Next(1, 21);
            }

            Assert.All(ClassFile.References(bytes.AsSpan(0, random.Next(bytes.Length))), Assert.NotEmpty);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a zip")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")]
    public async Task A_file_that_is_no_jar_is_named(string content)
    {
        var path = _folder.Write("guava-14.0.1.jar", content);

        var exception = await Assert.ThrowsAsync<SparkAzureException>(() => JarArchive.OpenAsync(path, CancellationToken.None));

        Assert.Equal("JarUnreadable", exception.Id);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pom_tells_the_group()
    {
        var identity = await IdentityAsync(TestJar.Of("com.google.guava:guava:14.0.1"));

        Assert.Equal(new JarIdentity("com.google.guava", "guava", "14.0.1", "", false), identity);
    }

    [Fact]
    public async Task A_pom_is_believed_against_a_file_name_that_lies()
    {
        var identity = await IdentityAsync(new TestJar("guava-14.0.1.jar").Pom("com.google.guava", "guava", "27.0-jre"));

        Assert.Equal("27.0-jre", identity.Version);
    }

    [Fact]
    public async Task Of_several_poms_the_one_that_agrees_with_the_name_counts()
    {
        var identity = await IdentityAsync(new TestJar("avro-1.8.2.jar")
            .Pom("com.google.guava", "guava", "11.0.2").Pom("org.apache.avro", "avro", "1.8.2").Pom("com.thoughtworks.paranamer", "paranamer", "2.7"));

        Assert.Equal(new JarIdentity("org.apache.avro", "avro", "1.8.2", "", true), identity);
    }

    [Fact]
    public async Task A_shaded_library_s_pom_is_not_taken_for_the_jar_s_own()
    {
        var identity = await IdentityAsync(new TestJar("htrace-core4-4.1.0-incubating.jar").Pom("commons-logging", "commons-logging", "1.1.1"));

        Assert.Equal(("htrace-core4", "4.1.0-incubating"), (identity.Artifact, identity.Version));
    }

    [Fact]
    public async Task Without_a_pom_the_manifest_tells_the_group_and_the_name_the_rest()
    {
        var identity = await IdentityAsync(new TestJar("snappy-java-1.1.7.5.jar").Manifest("Bundle-SymbolicName: org.xerial.snappy.snappy-java;singleton:=true\nBundle-Version: 1.1.7.5\n"));

        Assert.Equal(new JarIdentity("org.xerial.snappy", "snappy-java", "1.1.7.5", "", false), identity);
    }

    [Fact]
    public async Task A_name_without_a_version_takes_the_manifest_s()
    {
        var identity = await IdentityAsync(new TestJar("graphframes.jar").Manifest("Implementation-Title: graphframes\nImplementation-Version: 0.8.1\nImplementation-Vendor-Id: org.graphframes\n"));

        Assert.Equal(new JarIdentity("org.graphframes", "graphframes", "0.8.1", "", false), identity);
    }

    private async Task<JarIdentity> IdentityAsync(TestJar jar)
    {
        var path = jar.WriteTo(_folder.Path);
        using var archive = await JarArchive.OpenAsync(path, CancellationToken.None);
        var fileName = Path.GetFileName(path);
        return await JarIdentity.ReadAsync(archive, fileName, SparkJarConflicts.Named(fileName), CancellationToken.None);
    }

    private static async Task<List<(string Name, uint Crc, long Packed, long Length)>> EntriesAsync(string path)
    {
        using var archive = await JarArchive.OpenAsync(path, CancellationToken.None);
        return [.. archive.Entries.Select(e => (Encoding.UTF8.GetString(archive.Name(e)), e.Crc32, e.CompressedLength, e.Length))];
    }
}
