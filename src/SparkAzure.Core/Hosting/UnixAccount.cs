using System.Globalization;
using System.Runtime.InteropServices;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// A user of this host, as the passwd database knows it: /etc/passwd and whatever directory service the host is joined
/// to.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="UserId">The user id.</param>
/// <param name="GroupId">The id of the first group.</param>
/// <param name="Home">The home folder.</param>
internal sealed record UnixAccount(string Name, uint UserId, uint GroupId, string Home)
{
    private const int RangeError = 34;

    /// <summary>Finds a user by name; null where there is none. Linux only.</summary>
    public static UnixAccount? Find(string name) =>
        Read((out Passwd entry, IntPtr buffer, nuint size, out IntPtr found) =>
            getpwnam_r(name, out entry, buffer, size, out found));

    /// <summary>
    /// The account of a user id; one that is called by its number, without a home, where the host knows none. Linux
    /// only.
    /// </summary>
    /// <param name="user">The user id.</param>
    /// <param name="group">The group that it has where the host does not know it.</param>
    public static UnixAccount Of(uint user, uint group)
    {
        var known = Read((out Passwd entry, IntPtr buffer, nuint size, out IntPtr found) =>
            getpwuid_r(user, out entry, buffer, size, out found));
        return known ?? new UnixAccount(user.ToString(CultureInfo.InvariantCulture), user, group, "/") { IsKnown = false };
    }

    /// <summary>The program that a login starts.</summary>
    public string Shell { get; init; } = "/bin/sh";

    /// <summary>False for a user id that the host has no name for.</summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>
    /// Does something with files as this user, on this thread: the kernel decides by the user's rights, and what is
    /// made is the user's. So a link that the user has put into the way leads nowhere that the user could not go alone.
    /// (setfsuid(2) is per thread, hence no await inside; and so is the system call setgroups, though the function of
    /// that name is not: nptl(7).)
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">This process is not root and not this user.</exception>
    public T Act<T>(Func<T> work)
    {
        if (UserId == FileOwner.CurrentUserId)
        {
            return work();
        }

        var groups = ThreadGroups.Take(this);
        var group = setfsgid(GroupId);
        var user = setfsuid(UserId);
        try
        {
            // The call does not fail; asking with an impossible id tells whether it was obeyed.
            if (setfsuid(uint.MaxValue) != (int)UserId)
            {
                throw new UnauthorizedAccessException($"This process may not act as {Name}.");
            }

            return work();
        }
        finally
        {
            _ = setfsuid((uint)user);
            _ = setfsgid((uint)group);
            groups?.Restore();
        }
    }

    /// <summary>Does something with files as this user, on this thread.</summary>
    /// <exception cref="UnauthorizedAccessException">This process is not root and not this user.</exception>
    public void Act(Action work) => Act(() =>
    {
        work();
        return true;
    });

    private static UnixAccount? Read(PasswdReading reading)
    {
        for (var size = 4096; ; size *= 2)
        {
            var buffer = Marshal.AllocHGlobal(size);
            try
            {
                var error = reading(out var entry, buffer, (nuint)size, out var found);
                if (error == RangeError)
                {
                    continue;
                }

                if (found == IntPtr.Zero)
                {
                    return null;
                }

                return new UnixAccount(
                    Marshal.PtrToStringUTF8(entry.Name)!,
                    entry.UserId,
                    entry.GroupId,
                    Marshal.PtrToStringUTF8(entry.Home) ?? "")
                {
                    Shell = Marshal.PtrToStringUTF8(entry.Shell) is { Length: > 0 } shell ? shell : "/bin/sh",
                };
            }
            finally
            {
                Marshal.FreeHGlobal(buffer);
            }
        }
    }

    private delegate int PasswdReading(out Passwd entry, IntPtr buffer, nuint size, out IntPtr found);

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int getpwnam_r(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        out Passwd entry,
        IntPtr buffer,
        nuint size,
        out IntPtr result);

    [DllImport("libc")]
    private static extern int getpwuid_r(uint user, out Passwd entry, IntPtr buffer, nuint size, out IntPtr result);

    [DllImport("libc")]
    private static extern int setfsuid(uint user);

    [DllImport("libc")]
    private static extern int setfsgid(uint group);

    // struct passwd of glibc and musl, which agree (pwd.h).
    [StructLayout(LayoutKind.Sequential)]
    private struct Passwd
    {
        public IntPtr Name;
        public IntPtr Password;
        public uint UserId;
        public uint GroupId;
        public IntPtr Gecos;
        public IntPtr Home;
        public IntPtr Shell;
    }
}
