using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// Turns the set of jars of a Spark home into another one, as a whole. New jars are first staged on the same file
/// system, then the journal is written, then everything is renamed. Before the journal stands, a kill leaves the old
/// set; from then on the next call finishes the new one.
/// </summary>
internal sealed class JarSwap(SparkHome home)
{
    private const string Incoming = "incoming";

    /// <summary>
    /// Finishes a swap that a kill interrupted, and clears away what one left before its journal stood.
    /// </summary>
    /// <returns>The id of the interrupted swap's restore point; null when there was no such swap.</returns>
    internal async Task<string?> RecoverAsync(ICaller caller, CancellationToken cancellationToken)
    {
        try
        {
            var journal = await JarJournal.ReadAsync(home, cancellationToken).ConfigureAwait(false);
            if (journal is not null)
            {
                if (await journal.CanBeFinishedAsync(home).ConfigureAwait(false))
                {
                    caller.Verbose($"Finishing an interrupted swap of '{home.Jars}': {journal.Former.What}.");
                    await journal.ReplayAsync(home).ConfigureAwait(false);
                }
                else
                {
                    caller.Verbose(
                        $"Undoing an interrupted swap of '{home.Jars}' whose new jars are not whole: " +
                        $"{journal.Former.What}.");
                    await journal.UndoAsync(home).ConfigureAwait(false);
                }
            }

            ClearStage();
            return journal?.Former.Id;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(home.Jars, exception);
        }
    }

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
            await ApplyAsync(journal).ConfigureAwait(false);
            return journal.Former.Id;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(home.Jars, exception);
        }
        finally
        {
            if (!File.Exists(JarJournal.PathIn(home)))
            {
                ClearStage();
            }
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
        RequireOneFileSystem();
        Task<Jar> HashAsync(Jar jar, CancellationToken stop) => Jar.ReadAsync(Path.Combine(home.Jars, jar.Name), stop);
        var staging = StageAsync(coming, cancellationToken);
        var hashed = await AllCores.EachAsync(leaving, HashAsync, cancellationToken).ConfigureAwait(false);
        var staged = await staging.ConfigureAwait(false);
        RequireUnchanged(current);
        var gone = hashed.ToDictionary(j => j.Name, StringComparer.Ordinal);
        var journal = new JarJournal(
            new JarRestorePoint(
                UnusedId(),
                DateTimeOffset.UtcNow,
                before,
                what,
                [.. current.Select(j => gone.GetValueOrDefault(j.Name, j))]),
            [
                .. hashed.Select(j => new JarMove(InJars(j.Name), JarStore.PathOf(j), j.Sha256)),
                .. staged.Select(s => new JarMove(s.From, InJars(s.Jar.Name), s.Jar.Sha256)),
            ],
            [.. current.Where(j => !gone.ContainsKey(j.Name)), .. staged.Select(s => s.Jar)]);
        cancellationToken.ThrowIfCancellationRequested();
        await journal.WriteAsync(home, CancellationToken.None).ConfigureAwait(false);
        return journal;
    }

    // A rename can still fail (a folder made read-only): what was renamed is renamed back, so that the old set stands.
    private async Task ApplyAsync(JarJournal journal)
    {
        try
        {
            await journal.ReplayAsync(home).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            await journal.UndoAsync(home).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IReadOnlyList<(Jar Jar, string From)>> StageAsync(
        IReadOnlyList<JarComing> coming, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(home.State, Incoming);
        var owner = FileOwner.Of(home.Jars);
        Directory.CreateDirectory(folder);
        owner?.ApplyTo(folder);
        return await AllCores.EachAsync(
            coming,
            (jar, stop) =>
            {
                if (jar.Stored is not null)
                {
                    return Task.FromResult((jar.Stored, JarStore.PathOf(jar.Stored)));
                }

                var destination = Path.Combine(folder, jar.Source!.FileName);
                var copy = Jar.Copy(jar.Source.Path!, destination, stop);
                owner?.ApplyTo(destination);
                return Task.FromResult((copy, Path.Combine(SparkHome.StateFolderName, Incoming, jar.Source.FileName)));
            },
            cancellationToken).ConfigureAwait(false);
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

    private void RequireOneFileSystem()
    {
        if (FileOwner.DeviceOf(home.Jars) != FileOwner.DeviceOf(home.State))
        {
            throw SparkErrors.JarsOnOtherFileSystem(home.Jars, home.State);
        }
    }

    private string UnusedId()
    {
        var taken = JarRestorePoint.Ids(home);
        var now = DateTimeOffset.UtcNow;
        string id;
        do
        {
            id = JarRestorePoint.NewId(now);
            now = now.AddMilliseconds(1);
        }
        while (taken.Contains(id, StringComparer.Ordinal));
        return id;
    }

    private void ClearStage()
    {
        var folder = Path.Combine(home.State, Incoming);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string InJars(string name) => Path.Combine("jars", name);
}

/// <summary>A jar that comes into the jars folder: copied from outside, or renamed back out of the store.</summary>
internal sealed record JarComing(JarSource? Source, Jar? Stored);
