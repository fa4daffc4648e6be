using SparkAzure.Core.Java;


namespace SparkAzure.Core.Tests.Java;

/// <summary>The index on disk: found again, never believed when it is damaged or could be somebody else's.</summary>
public sealed class SegmentStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_read_is_found_again_and_a_changed_jar_is_read_anew()
    {
        var jar = JarMaker.Write(_folder["a.jar"], ("a/A.class", JarMaker.Class("a/A", others: ["a/Gone"])));
        var first = await ReadAsync(jar);
        var file = Assert.Single(Directory.GetFiles(_folder["index"]));
        var written = File.GetLastWriteTimeUtc(file);
        var second = await ReadAsync(jar);
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));
        Assert.Equal(first.Jars[0].Segment.ToBlock(), second.Jars[0].Segment.ToBlock());

        JarMaker.Write(_folder["a.jar"], ("a/A.class", JarMaker.Class("a/A", others: ["a/Away"])));
        var third = await ReadAsync(jar);
        Assert.Equal("a/Away", Assert.Single(await ClassPathLinks.AllAsync(third, default)).Problem.Message);
        Assert.Equal(2, Directory.GetFiles(_folder["index"]).Length);
    }

    [Fact]
    public async Task Any_damage_only_means_that_the_jar_is_read_again()
    {
        var jar = JarMaker.Write(_folder["a.jar"], ("a/A.class", JarMaker.Class("a/A", others: ["a/Gone"])));
        await ReadAsync(jar);
        var file = Assert.Single(Directory.GetFiles(_folder["index"]));
        var whole = await File.ReadAllBytesAsync(file);
        for (var at = 0; at < whole.Length; at += 7)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(file, damaged);
            Assert.Equal("a/Gone", Assert.Single(await ClassPathLinks.AllAsync(await ReadAsync(jar), default)).Problem.Message);
            await File.WriteAllBytesAsync(file, whole[..at]);
            Assert.Equal("a/Gone", Assert.Single(await ClassPathLinks.AllAsync(await ReadAsync(jar), default)).Problem.Message);
        }
    }

    [SkippableFact]
    public async Task Only_the_owner_can_read_or_write_it()
    {
        Skip.If(OperatingSystem.IsWindows(), "modes are UNIX's");
        await ReadAsync(JarMaker.Write(_folder["a.jar"], ("a/A.class", JarMaker.Class("a/A"))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["index"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(_folder["index"])[0]));
    }

    [SkippableFact]
    public void A_folder_that_others_can_write_to_or_that_is_a_link_is_not_used()
    {
        Skip.If(OperatingSystem.IsWindows(), "modes are UNIX's");
        Directory.CreateDirectory(_folder["open"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.NotNull(SegmentStore.Open(_folder["open"]));
        File.SetUnixFileMode(_folder["open"], (UnixFileMode)0x1FF);
        Assert.Null(SegmentStore.Open(_folder["open"]));
        Directory.CreateDirectory(_folder["real"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);
        Assert.Null(SegmentStore.Open(_folder["link"]));
        Assert.Null(SegmentStore.Open("/proc/none/index"));
    }

    [SkippableFact]
    public async Task A_file_of_somebody_else_or_open_to_others_is_not_believed()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can give a file away");
        var jar = JarMaker.Write(_folder["a.jar"], ("a/A.class", JarMaker.Class("a/A")));
        await ReadAsync(jar);
        var store = SegmentStore.Open(_folder["index"])!;
        var file = Directory.GetFiles(_folder["index"])[0];
        var key = Path.GetFileNameWithoutExtension(file);
        Assert.NotNull(store.TryRead(key));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.Null(store.TryRead(key));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        JavaTools.Run(["chown", "65534", file]);
        Assert.Null(store.TryRead(key));
        JavaTools.Run(["chown", "65534", _folder["index"]]);
        Assert.Null(SegmentStore.Open(_folder["index"]));
    }

    [Fact]
    public async Task What_a_kill_left_half_written_goes_with_the_next_run_that_writes()
    {
        var jar = JarMaker.Write(_folder["a.jar"], ("a/A.class", JarMaker.Class("a/A")));
        var killed = _folder.Write("index/0123.classes.4711-0.tmp", "half");
        var other = _folder.Write("index/4567.classes.4712-0.tmp", "half");
        File.SetLastWriteTimeUtc(killed, DateTime.UtcNow.AddHours(-1));

        await ReadAsync(jar);

        Assert.False(File.Exists(killed));
        Assert.True(File.Exists(other), "it may be another run's that writes now");
    }

    private Task<JavaClassPath> ReadAsync(string jar) =>
        JavaClassPath.ReadAsync([jar], new JavaClassPathOptions(8) { IndexFolder = _folder["index"] }, default);
}
