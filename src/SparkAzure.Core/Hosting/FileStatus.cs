using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Hosting;

/// <summary>What may stand under a name of a file system (inode(7)).</summary>
internal enum FileKind
{
    /// <summary>A file with content.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A named pipe: who opens it for reading waits for a writer.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A device.</summary>
    Device,
}

/// <summary>What the system says of a file, without a byte of it being read. Where the system is not Linux its owner is not told.</summary>
/// <param name="UserId">The id of the account that owns it.</param>
/// <param name="GroupId">The id of the group that owns it.</param>
/// <param name="Mode">Who may do what, without the bits that change whom a program runs as.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Device">The file system it is on.</param>
/// <param name="Inode">Its number there.</param>
internal sealed record FileStatus(
    uint UserId, uint GroupId, UnixFileMode Mode, FileKind Kind, ulong Device, ulong Inode)
{
    /// <summary>Whether everybody may put something into it, as into /tmp.</summary>
    public bool IsOpenToAll => Kind == FileKind.Folder && (Mode & UnixFileMode.OtherWrite) != 0;

    // statx is used because the layout of its answer, unlike stat's, is the same on every architecture (statx(2)).
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int OfHandle = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int UserIdOffset = 20;
    private const int GroupIdOffset = 24;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private const int LengthOffset = 40;
    private const int SecondsOffset = 112;
    private const int NanosecondsOffset = 120;
    private const int MountOffset = 144;
    private const uint MountId = 0x1000;
    private const int PermissionBits = 0x1ff;

    /// <summary>Its size in bytes.</summary>
    public long Length { get; private init; }

    /// <summary>Its modification time, UTC, in ticks of 100 ns.</summary>
    public long ModifiedTicks { get; private init; }

    /// <summary>Which of the kernel's mounts it is on; null where the kernel does not tell (before Linux 5.8).</summary>
    public ulong? Mount { get; private init; }

    /// <summary>Of what a path leads to; null where nothing is there or the system does not tell.</summary>
    public static FileStatus? Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return Ask(CurrentDirectory, path, 0);
        }

        return OfEntry(path, follow: true);
    }

    /// <summary>Of what stands at a path itself, a symbolic link included; null as for the other.</summary>
    public static FileStatus? OfLink(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return Ask(CurrentDirectory, path, NoFollow);
        }

        return OfEntry(path, follow: false);
    }

    /// <summary>Of an open file; null where the system does not tell.</summary>
    public static FileStatus? Of(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            return Ask((int)handle.DangerousGetHandle(), "", OfHandle);
        }

        return null;
    }

    /// <summary>The two numbers of the device, which statx gives one behind the other.</summary>
    public (uint Major, uint Minor) DeviceNumbers => ((uint)Device, (uint)(Device >> 32));

    /// <summary>What stands there, as the end of a sentence.</summary>
    public static string InWords(FileKind kind) => kind switch
    {
        FileKind.Regular => "a file",
        FileKind.Folder => "a folder",
        FileKind.Link => "a symbolic link",
        FileKind.Pipe => "a named pipe (FIFO)",
        FileKind.Socket => "a socket",
        _ => "a device",
    };

    /// <summary>Whether two looks were at one and the same file.</summary>
    public bool IsSameFile(FileStatus? other) => other is not null && (Device, Inode) == (other.Device, other.Inode);

    private static FileStatus? Ask(int directory, string path, int flags)
    {
        var answer = new byte[256];
        if (statx(directory, path, flags, BasicStats | MountId, answer) != 0)
        {
            return null;
        }

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(ModeOffset));
        return new FileStatus(
            BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserIdOffset)),
            BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(GroupIdOffset)),
            (UnixFileMode)(mode & PermissionBits),
            KindOf(mode),
            BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(DeviceOffset)),
            BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(InodeOffset)))
        {
            Length = BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(LengthOffset)),
            ModifiedTicks = TicksIn(answer),
            Mount = MountIn(answer),
        };
    }

    private static long TicksIn(byte[] answer)
    {
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(SecondsOffset));
        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(NanosecondsOffset));
        return DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    private static ulong? MountIn(byte[] answer)
    {
        if ((BinaryPrimitives.ReadUInt32LittleEndian(answer) & MountId) == 0)
        {
            return null;
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(MountOffset));
    }

    private static FileStatus? OfEntry(string path, bool follow)
    {
        FileSystemInfo entry = new FileInfo(path);
        if (!entry.Exists)
        {
            entry = new DirectoryInfo(path);
        }

        if (follow && entry.LinkTarget is not null)
        {
            entry = entry.ResolveLinkTarget(returnFinalTarget: true)!;
        }

        return entry switch
        {
            { Exists: false } => null,
            { LinkTarget: not null } => Named(FileKind.Link, 0, entry),
            FileInfo file => Named(FileKind.Regular, file.Length, entry),
            _ => Named(FileKind.Folder, 0, entry),
        };
    }

    private static FileStatus Named(FileKind kind, long length, FileSystemInfo entry) =>
        new(0, 0, default, kind, 0, 0) { Length = length, ModifiedTicks = entry.LastWriteTimeUtc.Ticks };

    // S_IFMT and its values (inode(7)).
    private static FileKind KindOf(int mode) => (mode & 0xf000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Folder,
        0xa000 => FileKind.Link,
        0x1000 => FileKind.Pipe,
        0xc000 => FileKind.Socket,
        _ => FileKind.Device,
    };

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int statx(
        int directory,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags,
        uint mask,
        byte[] answer);
}
