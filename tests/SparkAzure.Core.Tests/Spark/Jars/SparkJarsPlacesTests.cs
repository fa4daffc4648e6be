using System.Diagnostics;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Tests.Spark.Jars;

/// <summary>Folders of jars with something in them that cannot be exchanged: refused before anything moves.</summary>
public sealed class SparkJarsPlacesTests : IDisposable
{
    private readonly JarScene _scene = new();

    private string Jars => _scene.Spark.JarsFolder;

    public void Dispose() => _scene.Dispose();

    [SkippableFact]
    public async Task A_jars_folder_on_a_bind_mount()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can mount.");
        Skip.IfNot(Run("mount", "--bind", Jars, Jars), "This machine lets nobody make a bind mount.");
        try
        {
            await IsRefusedAsync("JarsOnOtherFileSystem", ErrorKind.NotSupported, "or mount than", "no bind mount");
        }
        finally
        {
            Run("umount", Jars);
        }
    }

    [SkippableTheory]
    [InlineData("jars")]
    [InlineData("libraries")]
    public async Task A_named_pipe(string where)
    {
        var folder = where == "jars" ? Jars : _scene.Libraries(3);
        Skip.IfNot(Run("mkfifo", Path.Combine(folder, "pipe-1.0.jar")), "This machine has no mkfifo.");

        await IsRefusedAsync("JarNotUsable", ErrorKind.InvalidData, "pipe-1.0.jar' is a named pipe", "as a file");
    }

    [SkippableFact]
    public async Task A_device()
    {
        Skip.IfNot(
            Environment.IsPrivilegedProcess && Run("mknod", Path.Combine(Jars, "null-1.0.jar"), "c", "1", "3"),
            "This machine lets nobody make a device.");

        await IsRefusedAsync("JarNotUsable", ErrorKind.InvalidData, "null-1.0.jar' is a device", "as a file");
    }

    [Fact]
    public async Task A_folder()
    {
        Directory.CreateDirectory(Path.Combine(Jars, "folder-1.0.jar"));

        await IsRefusedAsync("JarNotUsable", ErrorKind.InvalidData, "folder-1.0.jar' is a folder", "as a file");
    }

    [Fact]
    public async Task A_link_that_leads_nowhere()
    {
        File.CreateSymbolicLink(Path.Combine(Jars, "gone-1.0.jar"), "../lib/gone-1.0.jar");

        await IsRefusedAsync("JarNotUsable", ErrorKind.InvalidData, "gone-1.0.jar' is a symbolic link to what is not there", "as a file");
    }

    [Fact]
    public async Task A_link_that_has_to_leave_and_would_lead_elsewhere_from_the_store()
    {
        var jar = Path.Combine(Jars, "hadoop-common-2.7.3.jar");
        Directory.CreateDirectory(Path.Combine(_scene.Spark.Home, "lib"));
        File.Move(jar, Path.Combine(_scene.Spark.Home, "lib", "hadoop-common-2.7.3.jar"));
        File.CreateSymbolicLink(jar, "../lib/hadoop-common-2.7.3.jar");

        await IsRefusedAsync("JarNotUsable", ErrorKind.InvalidData, "has to leave, and is a symbolic link to '../lib/", "as a file");
    }

    [Fact]
    public async Task A_link_that_stays_is_left_as_it_is()
    {
        var jar = Path.Combine(Jars, "guava-14.0.1.jar");
        Directory.CreateDirectory(Path.Combine(_scene.Spark.Home, "lib"));
        File.Move(jar, Path.Combine(_scene.Spark.Home, "lib", "guava-14.0.1.jar"));
        File.CreateSymbolicLink(jar, "../lib/guava-14.0.1.jar");
        var before = _scene.Snapshot();

        Assert.True((await _scene.UpdateAsync(3)).Changed);
        Assert.True((await _scene.RestoreAsync()).Changed);

        Assert.Equal(before, _scene.Snapshot());
        Assert.Equal("../lib/guava-14.0.1.jar", new FileInfo(jar).LinkTarget);
    }

    [SkippableFact]
    public async Task A_name_that_is_not_UTF8()
    {
        Skip.IfNot(
            Run("sh", "-c", "cp \"$1/guava-14.0.1.jar\" \"$1/$(printf 'caf\\351')-1.0.jar\"", "sh", Jars),
            "This file system takes only names in UTF-8.");

        try
        {
            await IsRefusedAsync("JarNotUsable", ErrorKind.InvalidData, "has a name that is not UTF-8", "in UTF-8");
        }
        finally
        {
            // .NET cannot delete it.
            Run("sh", "-c", "rm \"$1\"/caf*", "sh", Jars);
        }
    }

    private async Task IsRefusedAsync(string id, ErrorKind kind, string says, string remedy)
    {
        var before = Listed();

        await Refusal.IsAsync(id, kind, says, remedy, () => _scene.UpdateAsync(3).WaitAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal(before, Listed());
    }

    private string[] Listed() =>
    [
        .. Directory.GetFileSystemEntries(_scene.Spark.Home, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(p => $"{p} {FileStatus.OfLink(p)?.Kind} {FileStatus.OfLink(p)?.ModifiedTicks}"),
    ];

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
