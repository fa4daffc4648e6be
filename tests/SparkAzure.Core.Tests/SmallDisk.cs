using System.Diagnostics;

namespace SparkAzure.Core.Tests;

/// <summary>A file system of a few megabytes for tests of a full or read-only disk; needs root, which CI has.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    public static SmallDisk Mount(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        Skip.IfNot(Environment.IsPrivilegedProcess, "A small disk can be mounted by root only.");
        Skip.IfNot(Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path), "This machine lets nobody mount a tmpfs.");
        return new SmallDisk(path);
    }

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", Path));

    public void Dispose() => Run("umount", Path);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
