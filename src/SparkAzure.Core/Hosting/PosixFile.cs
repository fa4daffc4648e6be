using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// The calls on files that Linux has and .NET has not: opening without waiting, owner and attributes of an open file,
/// advisory locks. A refusal becomes the exception that .NET has for it, its HResult the system's number.
/// </summary>
internal static class PosixFile
{
    private const int NotPermitted = 1;
    private const int WouldBlock = 11;
    private const int NoData = 61;
    private const int NotSupported = 95;

    // include/uapi/asm-generic/fcntl.h; these are the same on x86 and Arm.
    private const int ReadWrite = 0x2;
    private const int Create = 0x40;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;

    private const int LockExclusive = 2;
    private const int LockWithoutWaiting = 4;

    // O_NOFOLLOW is the one that differs: arch/arm64/include/uapi/asm/fcntl.h.
    private static int NoFollow => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Opens for reading whatever is at a path; a pipe without a writer is opened at once.</summary>
    public static SafeFileHandle OpenForReading(string path) => Open(path, NonBlocking | CloseOnExec);

    /// <summary>Opens a file for writing, or makes it for its owner alone; a link is not followed.</summary>
    public static SafeFileHandle OpenOrCreate(string path) =>
        Open(path, ReadWrite | Create | NonBlocking | CloseOnExec | NoFollow);

    /// <summary>Holds a folder, which is not read by that; a link is not followed.</summary>
    public static SafeFileHandle OpenFolder(string path) => Open(path, PathOnly | CloseOnExec | NoFollow);

    /// <summary>Has what was written under an open file's or folder's name on disk when it returns.</summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public static void Flush(SafeFileHandle handle, string path)
    {
        // Some file systems cannot have a folder flushed, and say so with EINVAL (fsync(2)).
        if (fsync(handle) != 0 && Marshal.GetLastPInvokeError() is not FileFailure.Invalid)
        {
            throw FileFailure.Last(path);
        }
    }

    /// <summary>Gives an open file to an account and a group.</summary>
    /// <exception cref="IOException">This account may not.</exception>
    public static void ChangeOwner(SafeFileHandle handle, uint user, uint group, string path)
    {
        if (fchown(handle, user, group) != 0)
        {
            var why = Marshal.GetLastPInvokeErrorMessage();
            throw new IOException($"Owner and group of '{path}' cannot be kept: {why}.");
        }
    }

    /// <summary>Whether this handle has the file's lock now, which ends with the handle, and so with the process.</summary>
    /// <exception cref="IOException">The file system has no locks.</exception>
    public static bool TryLock(SafeFileHandle handle, string path)
    {
        if (flock(handle, LockExclusive | LockWithoutWaiting) == 0)
        {
            return true;
        }

        if (Marshal.GetLastPInvokeError() == WouldBlock)
        {
            return false;
        }

        throw FileFailure.Last(path);
    }

    /// <summary>An extended attribute of a file; null where it has none of that name.</summary>
    public static byte[]? Attribute(string path, string name)
    {
        var value = new byte[1024];
        while (true)
        {
            var length = (int)getxattr(path, name, value, (nuint)value.Length);
            if (length >= 0)
            {
                return value[..length];
            }

            // ERANGE: the value is longer.
            if (Marshal.GetLastPInvokeError() != 34 || value.Length > 1 << 16)
            {
                return null;
            }

            value = new byte[value.Length * 4];
        }
    }

    /// <summary>Sets an extended attribute of an open file, or takes it away.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    public static void SetAttribute(SafeFileHandle handle, string name, byte[]? value, string path)
    {
        var result = value is null
            ? fremovexattr(handle, name)
            : fsetxattr(handle, name, value, (nuint)value.Length, 0);
        if (result == 0)
        {
            return;
        }

        var isAbsent = Marshal.GetLastPInvokeError() is NoData or NotSupported;
        if (value is not null || !isAbsent)
        {
            throw FileFailure.Last(path);
        }
    }

    /// <summary>Whether a process is there, whoever's it is.</summary>
    public static bool IsRunning(int process) => kill(process, 0) == 0 || Marshal.GetLastPInvokeError() == NotPermitted;

    private static SafeFileHandle Open(string path, int flags)
    {
        var descriptor = open(path, flags, 0b110_000_000);
        if (descriptor < 0)
        {
            throw FileFailure.Last(path);
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(SafeFileHandle handle);

    [DllImport("libc", SetLastError = true)]
    private static extern int fchown(SafeFileHandle handle, uint user, uint group);

    [DllImport("libc", SetLastError = true)]
    private static extern int flock(SafeFileHandle handle, int operation);

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint getxattr(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        byte[] value,
        nuint size);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int fsetxattr(
        SafeFileHandle handle, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, byte[] value, nuint size, int flags);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int fremovexattr(SafeFileHandle handle, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
