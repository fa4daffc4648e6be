using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Replaces a file as a whole: a reader, or a kill at any moment, finds the old content or the new, never a part.
/// Mode, access list, owner and group of the file that stood there are kept. Where root is at work in a folder of another
/// account, all of it is done as that account, so that whatever it exchanges meanwhile leads nowhere else.
/// </summary>
internal static class AtomicFile
{
    private const string AccessList = "system.posix_acl_access";

    private const UnixFileMode OwnersRights =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode GroupsRights =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    /// <summary>Writes <paramref name="content"/> in place of whatever is at <paramref name="path"/>.</summary>
    /// <param name="path">The file; a symbolic link is followed, so that the link stays a link.</param>
    /// <param name="content">The new content.</param>
    /// <param name="newFileMode">The mode when the file does not exist yet.</param>
    /// <param name="cancellationToken">Stops before the writing; the old file stays.</param>
    /// <param name="onlyOwner">
    /// Takes the rights of group and others away from a file that stood there: it gets a secret.
    /// </param>
    /// <param name="account">As whom root writes; null for whom the folder belongs to.</param>
    /// <exception cref="SparkAzureException">CannotWrite, DiskFull, DiskFailed, NotAFile.</exception>
    internal static Task WriteAsync(
        string path,
        ReadOnlyMemory<byte> content,
        UnixFileMode newFileMode,
        CancellationToken cancellationToken,
        bool onlyOwner = false,
        UnixAccount? account = null) =>
        Task.Run(() => Write(path, content, newFileMode, onlyOwner, account), cancellationToken);

    // On one thread from beginning to end, because only that thread acts as the account.
    private static void Write(
        string path, ReadOnlyMemory<byte> content, UnixFileMode newFileMode, bool onlyOwner, UnixAccount? account)
    {
        void Work() => Replace(path, content.Span, newFileMode, onlyOwner);
        try
        {
            if (account is null || !FileOwner.IsRoot)
            {
                TreeOwner.ActOnEntry(path, Work);
            }
            else
            {
                account.Act(Work);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }

    private static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode newFileMode, bool onlyOwner)
    {
        var destination = DestinationOf(path);
        var former = FileStatus.Of(destination);
        RegularFile.Require(path, former);
        var folder = Path.GetDirectoryName(destination)!;
        Leftovers.RemoveFiles(folder, Path.GetFileName(destination));
        var temporary = Path.Combine(folder, Leftovers.NameFor(Path.GetFileName(destination)));
        try
        {
            using (var stream = CreateNew(temporary))
            {
                var file = stream.SafeFileHandle;
                RandomAccess.Write(file, content, 0);
                if (!OperatingSystem.IsWindows())
                {
                    var mode = File.Exists(destination) ? File.GetUnixFileMode(destination) : newFileMode;
                    KeepRights(file, destination, former, onlyOwner ? mode & OwnersRights : mode, onlyOwner);
                }

                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, destination, overwrite: true);
        }
        catch
        {
            Discard(temporary);
            throw;
        }

        DurableFolder.Flush(folder);
    }

    // A link to nothing yet is followed too: what is written comes to stand where it leads.
    private static string DestinationOf(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null)
        {
            return file.FullName;
        }

        return file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
    }

    // Its lock, which .NET takes for FileShare.None, tells a later run that this one is still at it.
    private static FileStream CreateNew(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileModes.OwnerOnly;
        }

        return new FileStream(path, options);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void KeepRights(
        SafeFileHandle file, string destination, FileStatus? former, UnixFileMode mode, bool onlyOwner)
    {
        if (former is not null && FileStatus.Of(file) is { } made)
        {
            RequireMeant(destination, former, made);
            if (WasRoots(former, made))
            {
                // It becomes the folder's owner's, whose group was never let at it.
                mode &= ~GroupsRights;
            }
            else if ((former.UserId, former.GroupId) != (made.UserId, made.GroupId))
            {
                PosixFile.ChangeOwner(file, former.UserId, former.GroupId, destination);
            }

            var list = onlyOwner ? null : PosixFile.Attribute(destination, AccessList);
            PosixFile.SetAttribute(file, AccessList, list, destination);
        }

        File.SetUnixFileMode(file, mode);
    }

    // A file that somebody else has put into /tmp would get what was meant for root, and be given back.
    private static void RequireMeant(string destination, FileStatus former, FileStatus made)
    {
        var isShared = FileStatus.Of(Path.GetDirectoryName(destination)!) is { IsOpenToAll: true };
        if (made.UserId == 0 && former.UserId != 0 && isShared)
        {
            var account = UnixAccount.Of(former.UserId, former.GroupId).Name;
            throw new UnauthorizedAccessException(
                $"'{destination}' is a file that '{account}' has put into a folder that everybody may write into.");
        }
    }

    // What root once left in another's folder, or gave away without its group, which only root could keep.
    private static bool WasRoots(FileStatus former, FileStatus made)
    {
        if (made.UserId == 0)
        {
            return false;
        }

        return former.UserId == 0 || (former.UserId == made.UserId && former.GroupId == 0);
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Why the writing failed says more; a later run clears this away.
        }
    }
}
