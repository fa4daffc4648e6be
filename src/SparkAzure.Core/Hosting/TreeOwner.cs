using System.Globalization;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// As whom root does its work at a path. Whoever owns a folder can exchange what is in it, also while somebody else is
/// looking; so below a folder of another account nothing is done as root, but as that account, which can then be
/// led nowhere that it could not go alone.
/// </summary>
internal static class TreeOwner
{
    private const int MostLinks = 40;

    /// <summary>
    /// The account that what is done at a path is done as: the owner of the last file, folder or link on the way there
    /// that is not root's; this process's own account where all are root's, and wherever this process is not root.
    /// </summary>
    /// <param name="path">An absolute path; what is not there yet belongs to the folder that it will be in.</param>
    /// <exception cref="UnauthorizedAccessException">
    /// A link on the way was put into a folder that is open to everybody, such as /tmp.
    /// </exception>
    public static UnixAccount Of(string path) => Of(path, entry: false);

    /// <summary>
    /// The account that the entry of a folder is made, exchanged or removed as. The file there does not count: who owns
    /// it may write into it, but only the folder's owner may put another in its place. A link does, as it leads away.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    public static UnixAccount OfEntry(string path) => Of(path, entry: true);

    /// <summary>Does something with files as the account that a path belongs to, on this thread.</summary>
    public static T Act<T>(string path, Func<T> work)
    {
        if (!FileOwner.IsRoot)
        {
            return work();
        }

        return Of(path).Act(work);
    }

    /// <summary>Does something with files as the account that a path belongs to, on this thread.</summary>
    public static void Act(string path, Action work) => Act(path, () =>
    {
        work();
        return true;
    });

    /// <summary>Does something with the entry of a folder (<see cref="OfEntry"/>), on this thread.</summary>
    public static T ActOnEntry<T>(string path, Func<T> work)
    {
        if (!FileOwner.IsRoot)
        {
            return work();
        }

        return OfEntry(path).Act(work);
    }

    /// <summary>Does something with the entry of a folder (<see cref="OfEntry"/>), on this thread.</summary>
    public static void ActOnEntry(string path, Action work) => ActOnEntry(path, () =>
    {
        work();
        return true;
    });

    /// <summary>
    /// Does something with the entry of a folder as the account that it belongs to, on the way that root has there: to
    /// that account's outermost folder, which only root may exchange, as root, and on from the open folder as the
    /// account. So what root has unpacked below a folder of its own that is closed to others can be read.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="work">What is done, with the path to do it at.</param>
    /// <returns>What was done; nothing where root has no such way.</returns>
    public static T? ActBehindRoot<T>(string path, Func<string, T> work)
        where T : class
    {
        if (!FileOwner.IsRoot)
        {
            return null;
        }

        var full = Path.GetFullPath(path);
        var walk = new Way();
        walk.Go(full, entry: true, MostLinks);
        if (walk is not { Found: { } owner, Outermost: { } outermost } || !full.StartsWith(outermost + "/", StringComparison.Ordinal))
        {
            return null;
        }

        using var folder = PosixFile.OpenFolder(outermost);
        if (FileStatus.Of(folder) is not { } there || there.UserId != owner.UserId)
        {
            return null;
        }

        // proc_pid_fd(5): the open folder itself, whatever has been put at its path since.
        var way = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{folder.DangerousGetHandle()}");
        return UnixAccount.Of(owner.UserId, owner.GroupId).Act(() => work(way + full[outermost.Length..]));
    }

    private static UnixAccount Of(string path, bool entry)
    {
        if (!FileOwner.IsRoot)
        {
            return UnixAccount.Of(FileOwner.CurrentUserId, 0);
        }

        var walk = new Way();
        walk.Go(Path.GetFullPath(path), entry, MostLinks);
        if (walk.Found is null)
        {
            return UnixAccount.Of(FileOwner.CurrentUserId, 0);
        }

        return UnixAccount.Of(walk.Found.UserId, walk.Found.GroupId);
    }

    private sealed class Way
    {
        private bool _isLed;

        public FileStatus? Found { get; private set; }

        // The folder of the account that only root's lead to; null where there are several accounts on the way, or links.
        public string? Outermost { get; private set; }

        public void Go(string path, bool entry, int links)
        {
            var at = "/";
            FileStatus? folder = null;
            var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < parts.Length; i++)
            {
                at = Path.Combine(at, parts[i]);
                var isEntry = entry && i == parts.Length - 1;
                if (FileStatus.OfLink(at) is not { } status)
                {
                    return;
                }

                if (!isEntry || status.Kind == FileKind.Link)
                {
                    Pass(at, status);
                }

                if (status.Kind == FileKind.Link && TargetOf(at) is { } target)
                {
                    RequireFew(path, links);
                    RequireMeant(at, status, folder);
                    Go(target, isEntry, links - 1);
                    at = target;
                }

                folder = FileStatus.Of(at);
            }
        }

        // Behind a link of an account everything is done as that account: else it could lead root to do as a third one,
        // in the third one's folders, what it may not do there itself.
        private void Pass(string at, FileStatus status)
        {
            if (status.UserId == 0 || _isLed)
            {
                return;
            }

            Outermost = Found switch
            {
                _ when status.Kind == FileKind.Link => null,
                null => at,
                { } before => before.UserId == status.UserId ? Outermost : null,
            };
            Found = status;
            _isLed = status.Kind == FileKind.Link;
        }

        // As the kernel's protected_symlinks has it (proc_sys_fs(5)), which does not see that root is at work here: whoever
        // put the link into /tmp would be given what was to be somewhere else.
        private static void RequireMeant(string link, FileStatus status, FileStatus? folder)
        {
            if (folder is { IsOpenToAll: true } && status.UserId != 0 && status.UserId != folder.UserId)
            {
                var account = UnixAccount.Of(status.UserId, status.GroupId).Name;
                throw new UnauthorizedAccessException(
                    $"'{link}' is a link that '{account}' has put into a folder that everybody may write into.");
            }
        }

        // Null where it has been taken away since it was looked at.
        private static string? TargetOf(string link)
        {
            try
            {
                return File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
            }
            catch (IOException)
            {
                return null;
            }
        }

        private static void RequireFew(string path, int links)
        {
            if (links == 0)
            {
                throw new IOException(string.Create(
                    CultureInfo.InvariantCulture, $"'{path}' leads over more than {MostLinks} links."));
            }
        }
    }
}
