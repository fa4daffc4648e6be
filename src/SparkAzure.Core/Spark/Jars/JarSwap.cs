using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// Turns the set of jars of a Spark home into another one, as a whole. New jars are first staged on the same file
/// system, then the journal is written, then everything is renamed. Before the journal stands, a kill leaves the old
/// set; from then on the next call finishes the new one.
/// </summary>
internal sealed class JarSwap(SparkHome home)
{
    /// <summary>
    /// Finishes a swap that a kill interrupted, and clears away what one left before its journal stood.
    /// </summary>
    /// <returns>The id of the interrupted swap's restore point; null when there was no such swap.</returns>
    /// <exception cref="SparkAzureException">
    /// SwapInterrupted, StateNotUsable, CannotRead, CannotWrite, DiskFull.
    /// </exception>
    internal Task<string?> RecoverAsync(ICaller caller, CancellationToken cancellationToken) =>
        home.Owner.ActAsync(() => Writing(() => Recover(caller)), cancellationToken);

    /// <summary>Makes the swap.</summary>
    /// <param name="current">The set as it was planned with.</param>
    /// <param name="leaving">The jars that go to the store.</param>
    /// <param name="coming">The jars that come: from outside (copied) or from the store (renamed).</param>
    /// <param name="before">What the restore point is made before.</param>
    /// <param name="what">The same in words.</param>
    /// <param name="cancellationToken">Stops the staging; the renames themselves are never left half done.</param>
    /// <returns>The restore point's id.</returns>
    internal async Task<string> MakeAsync(
        IReadOnlyList<Jar> current,
        IReadOnlyList<Jar> leaving,
        IReadOnlyList<JarComing> coming,
        string before,
        string what,
        CancellationToken cancellationToken)
    {
        try
        {
            var journal = await PrepareAsync(current, leaving, coming, before, what, cancellationToken)
                .ConfigureAwait(false);
            await home.Owner.ActAsync(() => Apply(journal), CancellationToken.None).ConfigureAwait(false);
            return journal.Former.Id;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(home.Jars, exception);
        }
        finally
        {
            home.Owner.Act(() => Writing(ClearUnlessBegun));
        }
    }

    /// <summary>Stages the jars that come and writes the journal; from then on the swap counts as begun.</summary>
    internal async Task<JarJournal> PrepareAsync(
        IReadOnlyList<Jar> current,
        IReadOnlyList<Jar> leaving,
        IReadOnlyList<JarComing> coming,
        string before,
        string what,
        CancellationToken cancellationToken)
    {
        var staging = new JarStage(home).BringAsync(coming, cancellationToken);
        var hashing = AllCores.EachAsync(
            leaving,
            (jar, stop) => Task.FromResult(home.Owner.Act(() => Jar.Read(Path.Combine(home.Jars, jar.Name), stop))),
            cancellationToken);

        // Both to their end, however the first one ends: what is still being copied would come back into a folder that
        // is cleared, and after the lock is gone.
        await Task.WhenAll(hashing, staging).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var staged = await staging.ConfigureAwait(false);
        var hashed = await hashing.ConfigureAwait(false);
        var gone = hashed.ToDictionary(j => j.Name, StringComparer.Ordinal);
        var now = DateTimeOffset.UtcNow;
        var journal = new JarJournal(
            new JarRestorePoint(
                JarRestorePoint.NewId(home, now),
                now,
                before,
                what,
                [.. current.Select(j => gone.GetValueOrDefault(j.Name, j))]),
            [
                .. hashed.Select(j => new JarMove(InJars(j.Name), JarStore.PathOf(j), j.Sha256)),
                .. staged.Select(s => new JarMove(s.From, InJars(s.Jar.Name), s.Jar.Sha256)),
            ],
            [.. current.Where(j => !gone.ContainsKey(j.Name)), .. staged.Select(s => s.Jar)]);
        cancellationToken.ThrowIfCancellationRequested();
        home.Owner.Act(() =>
        {
            RequireUnchanged(current);
            journal.Write(home);
        });
        return journal;
    }

    private string? Recover(ICaller caller)
    {
        if (JarJournal.Read(home) is not { } journal)
        {
            JarState.ClearLeftovers(home);
            return null;
        }

        var id = journal.Former.Id;
        if (JarRestorePoint.Ids(home).Contains(id, StringComparer.Ordinal))
        {
            throw SparkErrors.SwapInterrupted(home.Path, $"its restore point '{id}' is there already");
        }

        var moves = new JarMoves(home, journal);
        if (moves.CanBeFinished())
        {
            caller.Verbose($"Finishing an interrupted swap of '{home.Jars}': {journal.Former.What}.");
            moves.Finish();
        }
        else
        {
            caller.Verbose(
                $"Undoing an interrupted swap of '{home.Jars}' whose new jars are not whole: " +
                $"{journal.Former.What}.");
            moves.Undo();
            moves.KeepRestorePoint();
        }

        JarState.ClearLeftovers(home);
        return id;
    }

    // A rename can still fail (a folder made read-only): what was renamed is renamed back, so that the old set stands.
    private bool Apply(JarJournal journal)
    {
        var moves = new JarMoves(home, journal);
        try
        {
            moves.Finish();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            if (JarsFolder.IsInterrupted(home))
            {
                moves.Undo();
                File.Delete(JarState.JournalOf(home));
                DurableFolder.Flush(home.State);
            }

            throw;
        }
    }

    private void RequireUnchanged(IReadOnlyList<Jar> planned)
    {
        var now = Jar.InFolder(home.Jars);
        var changed = planned.Except(now, Jar.ByStatus).Concat(now.Except(planned, Jar.ByStatus)).FirstOrDefault();
        if (changed is not null)
        {
            throw SparkErrors.JarChangedMeanwhile(Path.Combine(home.Jars, changed.Name));
        }
    }

    private bool ClearUnlessBegun()
    {
        var isBegun = JarsFolder.IsInterrupted(home);
        if (!isBegun)
        {
            JarState.ClearLeftovers(home);
        }

        return isBegun;
    }

    private T Writing<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(home.Jars, exception);
        }
    }

    private static string InJars(string name) => Path.Combine("jars", name);
}
