using System.Runtime.InteropServices;

namespace SparkAzure.Core.Hosting;

/// <summary>The UNIX account and group that own a file.</summary>
/// <param name="UserId">The numeric user id.</param>
/// <param name="GroupId">The numeric group id.</param>
/// <param name="UserName">The account's name, or the number where the host has none.</param>
internal sealed record FileOwner(uint UserId, uint GroupId, string UserName)
{
    internal static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The user id this process acts as. Not on Windows.</summary>
    internal static uint CurrentUserId => geteuid();

    /// <summary>The account, as the host knows it.</summary>
    internal UnixAccount Account => UnixAccount.Of(UserId, GroupId);

    /// <summary>Reads the owner of a file or folder; null on Windows and where the system does not tell.</summary>
    internal static FileOwner? Of(string path) => From(FileStatus.Of(path));

    /// <summary>
    /// Reads the owner of what stands at a path itself, a symbolic link included; null as for <see cref="Of"/>.
    /// </summary>
    internal static FileOwner? OfLink(string path) => From(FileStatus.OfLink(path));

    /// <summary>
    /// The user id of a file's or folder's owner, without a look for its name; null where the system does not tell.
    /// </summary>
    internal static uint? UserIdOf(string path) => FileStatus.Of(path)?.UserId;

    private static FileOwner? From(FileStatus? status)
    {
        if (status is null || !OperatingSystem.IsLinux())
        {
            return null;
        }

        var name = UnixAccount.Of(status.UserId, status.GroupId).Name;
        return new FileOwner(status.UserId, status.GroupId, name);
    }

    [DllImport("libc")]
    private static extern uint geteuid();
}
