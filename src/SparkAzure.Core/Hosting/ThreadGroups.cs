using System.Runtime.InteropServices;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// The supplementary groups of one thread, for as long as it acts for another account: else what root's groups may read
/// could be read for that account too. The kernel keeps groups per thread; the C library's setgroups changes all
/// threads, so the system call is made without it (nptl(7)).
/// </summary>
internal sealed class ThreadGroups
{
    private readonly uint[] _former;

    private ThreadGroups(uint[] former) => _former = former;

    /// <summary>Gives this thread an account's groups; null where the system's numbers are not known.</summary>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    public static ThreadGroups? Take(UnixAccount account)
    {
        if (Calls is not var (get, set))
        {
            return null;
        }

        var former = new uint[Math.Max(0, (int)syscall(get, 0, null))];
        _ = syscall(get, former.Length, former);
        var groups = GroupsOf(account);
        if (syscall(set, groups.Length, groups) != 0)
        {
            throw new UnauthorizedAccessException($"This process may not act as {account.Name}.");
        }

        return new ThreadGroups(former);
    }

    /// <summary>Gives the thread its own groups again.</summary>
    public void Restore() => _ = syscall(Calls!.Value.Set, _former.Length, _former);

    // getgroups and setgroups: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
    private static (nint Get, nint Set)? Calls => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (115, 116),
        Architecture.Arm64 => (158, 159),
        _ => null,
    };

    private static uint[] GroupsOf(UnixAccount account)
    {
        if (!account.IsKnown)
        {
            return [account.GroupId];
        }

        var count = 64;
        while (true)
        {
            var groups = new uint[count];
            var room = count;
            if (getgrouplist(account.Name, account.GroupId, groups, ref count) >= 0)
            {
                return groups[..count];
            }

            count = Math.Max(count, 2 * room);
        }
    }

    [DllImport("libc")]
    private static extern nint syscall(nint number, nint count, [In, Out] uint[]? groups);

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int getgrouplist(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint group, [In, Out] uint[] groups, ref int count);
}
