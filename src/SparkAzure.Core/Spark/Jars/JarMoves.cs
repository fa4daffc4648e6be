using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// Makes the renames of a journal, or makes them undone. Called as the home's owner (<see cref="SparkHome.Owner"/>),
/// under the lock.
/// </summary>
/// <param name="home">The Spark home.</param>
/// <param name="journal">The journal, on disk and of the right form.</param>
internal sealed class JarMoves(SparkHome home, JarJournal journal)
{
    /// <summary>
    /// Makes the renames, all or those still to be made; then gives the jars that came the time and mode they are
    /// remembered with. Last, when all of it is on disk, the journal itself is renamed: it becomes the restore point.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// SwapInterrupted when a file is neither where it was nor where it belongs.
    /// </exception>
    public void Finish()
    {
        foreach (var move in journal.Moves)
        {
            Make(move.From, move.To, move.Sha256);
        }

        Remember(journal.Result, journal.Moves.Where(m => !m.IsLeaving));
        DurableFolder.FlushAll(home.Jars);
        KeepRestorePoint();
    }

    /// <summary>Makes the renames that were made undone, newest first, so that the former set stands again.</summary>
    /// <exception cref="SparkAzureException">SwapInterrupted when a jar of the former set is not to be had.</exception>
    public void Undo()
    {
        foreach (var move in journal.Moves)
        {
            RequireUndoable(move);
        }

        foreach (var move in journal.Moves.Reverse().Where(IsMade))
        {
            JarState.MakeFolder(FolderOf(move.From));
            DurableFolder.Rename(At(move.To), At(move.From));
        }

        Remember(journal.Former.Jars, journal.Moves.Where(m => m.IsLeaving));
        DurableFolder.FlushAll(home.Jars);
    }

    /// <summary>
    /// Makes the journal the restore point: the set before the swap can be asked for, whether the swap was finished or
    /// undone.
    /// </summary>
    public void KeepRestorePoint()
    {
        JarState.MakeFolder(JarState.RestorePointsOf(home));
        DurableFolder.Rename(JarState.JournalOf(home), JarRestorePoint.PathOf(home, journal.Former.Id));
        DurableFolder.Flush(JarState.RestorePointsOf(home));
        DurableFolder.Flush(home.State);
    }

    /// <summary>
    /// True when every file that is still to be moved is whole. After a power cut a staged jar may be on disk by name
    /// only.
    /// </summary>
    public bool CanBeFinished() => journal.Moves.All(m => Is(m.From, m.Sha256) || Is(m.To, m.Sha256));

    private void Make(string from, string to, string sha256)
    {
        if (!IsThere(to))
        {
            if (!IsThere(from))
            {
                throw SparkErrors.SwapInterrupted(home.Path, $"'{from}' is gone and has not arrived at '{to}'");
            }

            JarState.MakeFolder(FolderOf(to));
            DurableFolder.Rename(At(from), At(to));
            return;
        }

        if (!Is(to, sha256))
        {
            throw SparkErrors.SwapInterrupted(home.Path, $"'{to}' is another file than the one that belongs there");
        }

        // Either the move was made (and From is gone, or is already the next jar of that name), or the store has held
        // these very bytes since an earlier swap, and From is one copy too many.
        if (Is(from, sha256))
        {
            File.Delete(At(from));
        }
    }

    // Before anything moves. A jar that left must be whole, here or there. One that came goes back as it is, also as a
    // power cut left it (empty, or of the right size with other bytes); a file of another size is somebody else's.
    private void RequireUndoable(JarMove move)
    {
        if (Is(move.To, move.Sha256) || (move.IsLeaving && Is(move.From, move.Sha256)))
        {
            return;
        }

        if (move.IsLeaving)
        {
            throw SparkErrors.SwapInterrupted(
                home.Path, $"the jar that left as '{move.From}' is neither there nor at '{move.To}'");
        }

        var expected = journal.Result.First(j => j.Name == move.Name).Length;
        if (IsMade(move) && FileStatus.OfLink(At(move.To)) is { } found && found.Length != 0 && found.Length != expected)
        {
            throw SparkErrors.SwapInterrupted(
                home.Path, $"'{move.To}' is another file than the one that belongs there");
        }
    }

    private void Remember(IReadOnlyList<Jar> set, IEnumerable<JarMove> moves)
    {
        var names = moves.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var jar in set.Where(j => names.Contains(j.Name)))
        {
            var path = Path.Combine(home.Jars, jar.Name);
            if (FileStatus.OfLink(path) is not { Kind: FileKind.Regular } status)
            {
                continue;
            }

            if (status.ModifiedTicks != jar.ModifiedTicks)
            {
                File.SetLastWriteTimeUtc(path, new DateTime(jar.ModifiedTicks, DateTimeKind.Utc));
            }

            if (!OperatingSystem.IsWindows() && (status.Mode & Jar.Permissions) != jar.Mode)
            {
                File.SetUnixFileMode(path, jar.Mode);
            }
        }
    }

    private bool IsMade(JarMove move) => !IsThere(move.From) && IsThere(move.To);

    private bool IsThere(string name) => FileStatus.OfLink(At(name)) is not null;

    private bool Is(string name, string sha256)
    {
        if (FileStatus.OfLink(At(name))?.Kind != FileKind.Regular)
        {
            return false;
        }

        using var handle = RegularFile.OpenRead(At(name), follow: false);
        return FileHash.Of(handle, CancellationToken.None) == sha256;
    }

    private string At(string name) => Path.Combine(home.Path, name);

    private string FolderOf(string name) => Path.GetDirectoryName(At(name))!;
}
