using System.ComponentModel;
using System.Diagnostics;

namespace SparkAzure.Core.Tests;

/// <summary>A file system in a file, mounted through a loop device; needs root and the programs of the file system.</summary>
internal sealed class LoopDisk : IDisposable
{
    private const long Bytes = 320L << 20;

    private readonly string _image;

    private LoopDisk(string image, string path)
    {
        _image = image;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Makes one.</summary>
    public static LoopDisk Make(TemporaryFolder folder, string fileSystem)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can mount.");
        var image = folder[$"{fileSystem}.img"];
        using (var file = File.Create(image))
        {
            file.SetLength(Bytes);
        }

        Skip.IfNot(Run($"mkfs.{fileSystem}", image), $"This machine has no mkfs.{fileSystem}.");
        var path = Directory.CreateDirectory(folder[$"mount-{fileSystem}"]).FullName;
        Skip.IfNot(Run("mount", "-o", "loop", image, path), $"This machine mounts no {fileSystem} through a loop device.");
        return new LoopDisk(image, path);
    }

    /// <summary>Mounts what a copy of one holds, as a machine does that starts again.</summary>
    public static LoopDisk MountCopy(TemporaryFolder folder, string fileSystem, string copy)
    {
        var path = Directory.CreateDirectory(folder[$"mount-{System.IO.Path.GetFileName(copy)}"]).FullName;

        // XFS and Btrfs refuse a second file system of one UUID.
        var options = fileSystem == "xfs" ? "loop,nouuid" : "loop";
        var isOther = fileSystem != "btrfs" || Run("btrfstune", "-f", "-m", copy);
        Assert.True(isOther && Run("mount", "-o", options, copy, path), $"{copy} is no {fileSystem} any more.");
        return new LoopDisk(copy, path);
    }

    /// <summary>Has everything on disk that was written until now.</summary>
    public static void Flush() => Run("sync");

    /// <summary>Copies what the device holds at this moment, and nothing that the system has not yet sent to it.</summary>
    public string CopyAsItIs(string name)
    {
        var copy = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(_image)!, $"{name}.img");
        Assert.True(Run("cp", "--sparse=always", _image, copy), "cp");
        return copy;
    }

    public void Dispose() => Run("umount", Path);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
            Array.ForEach(arguments, start.ArgumentList.Add);
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
