using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SparkAzure.Core.Hosting;

/// <summary>The UNIX account and group that own a file.</summary>
/// <param name="UserId">The numeric user id.</param>
/// <param name="GroupId">The numeric group id.</param>
/// <param name="UserName">The account's name, or the number where /etc/passwd has none.</param>
internal sealed record FileOwner(uint UserId, uint GroupId, string UserName)
{
    // statx is used because the layout of its answer, unlike stat's, is the same on every architecture (statx(2)).
    private const int CurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;
    private const int UserIdOffset = 20;
    private const int GroupIdOffset = 24;
    private const int DeviceOffset = 136;

    internal static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The user id this process acts as. Not on Windows.</summary>
    internal static uint CurrentUserId => geteuid();

    /// <summary>The account's home folder; null where /etc/passwd has none.</summary>
    internal string? Home => Account(UserId)?.Home;

    /// <summary>Reads the owner of a file or folder; null on Windows and where the system does not tell.</summary>
    internal static FileOwner? Of(string path)
    {
        if (Stat(path) is not { } answer)
        {
            return null;
        }

        var user = BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserIdOffset));
        var group = BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(GroupIdOffset));
        return new FileOwner(user, group, NameOf(user));
    }

    /// <summary>
    /// The user id of a file's or folder's owner, without a look into /etc/passwd; null where the system does not tell.
    /// </summary>
    internal static uint? UserIdOf(string path)
    {
        if (Stat(path) is not { } answer)
        {
            return null;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserIdOffset));
    }

    /// <summary>
    /// Names the file system that holds a file or folder, so that two can be compared; null where the system does not
    /// tell.
    /// </summary>
    internal static ulong? DeviceOf(string path)
    {
        if (Stat(path) is { } answer)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(DeviceOffset));
        }

        return null;
    }

    /// <summary>Gives a file to this owner. Does nothing where only root could and this process is not root.</summary>
    internal void ApplyTo(string path)
    {
        if (IsRoot)
        {
            _ = chown(path, UserId, GroupId);
        }
    }

    private static byte[]? Stat(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var answer = new byte[256];
        if (statx(CurrentDirectory, path, 0, BasicStats, answer) == 0)
        {
            return answer;
        }

        return null;
    }

    private static string NameOf(uint user) =>
        Account(user)?.Name ?? user.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static PasswdEntry? Account(uint user)
    {
        if (File.Exists(PasswdFile.HostPath))
        {
            return PasswdFile.Accounts(File.ReadLines(PasswdFile.HostPath)).FirstOrDefault(a => a.UserId == user);
        }

        return null;
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int statx(
        int directory,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags,
        uint mask,
        byte[] answer);

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [DllImport("libc")]
    private static extern uint geteuid();
}
