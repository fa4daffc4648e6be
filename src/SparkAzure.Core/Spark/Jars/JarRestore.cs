using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>One return of a Spark home's jars to those of a restore point.</summary>
/// <param name="options">What is wanted.</param>
/// <param name="home">The Spark home.</param>
/// <param name="caller">Is told and asked.</param>
internal sealed class JarRestore(SparkJarRestoreOptions options, SparkHome home, ICaller caller)
{
    internal async Task<SparkJarUpdate> RunAsync(CancellationToken cancellationToken)
    {
        // Which set "the one before" is, is only told when no swap is half made.
        var (isWhole, finished) = await JarRecovery.OfferAsync(home, options.Patience, caller, cancellationToken)
            .ConfigureAwait(false);
        var planned = await JarsFolder
            .QuietlyAsync(home, () => Task.Run(() => Plan(cancellationToken), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var (_, point, _, plan) = planned;
        var result = ResultOf(planned) with { Changed = finished is not null };
        if (!isWhole)
        {
            return result with { Planned = true };
        }

        if (plan.ChangesNothing)
        {
            caller.Verbose($"The jars of '{home.Path}' are already those of restore point {point.Id}.");
            await JarsFolder.ClearLeftoversAsync(home, caller, cancellationToken).ConfigureAwait(false);
            return result;
        }

        Check(plan);
        await SparkInUse.TellAsync(options.DataDirectory, home, caller, cancellationToken).ConfigureAwait(false);
        var action = $"Restore {point.Jars.Count} jars as of {point.Id}";
        if (!await caller.ShouldProcessAsync(home.Jars, action, cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        return await SwapAsync(planned, result, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SparkJarUpdate> SwapAsync(
        Planned planned, SparkJarUpdate result, CancellationToken cancellationToken)
    {
        using var held = await JarLock.TakeAsync(home, options.Patience, caller, cancellationToken)
            .ConfigureAwait(false);
        var swap = new JarSwap(home);
        var point = planned.Point;
        var finished = await swap.RecoverAsync(caller, cancellationToken).ConfigureAwait(false);
        if (finished is not null || JarsFolder.NewestPoint(home) != planned.Newest)
        {
            planned = PlanFor(point, cancellationToken);
            result = ResultOf(planned) with { Changed = result.Changed };
            if (planned.Plan.ChangesNothing)
            {
                return result;
            }

            Check(planned.Plan);
        }

        var id = await MakeAsync(swap, planned, cancellationToken).ConfigureAwait(false);
        caller.Verbose($"Restored '{home.Jars}' as of {point.Id}; restore point {id}.");
        return result with { Changed = true, RestorePoint = id };
    }

    private async Task<string> MakeAsync(JarSwap swap, Planned planned, CancellationToken cancellationToken)
    {
        var coming = await AllCores.EachAsync(
            planned.Plan.Coming,
            (jar, stop) => Task.FromResult(home.Owner.Act(() => RequireStored(jar, stop))),
            cancellationToken).ConfigureAwait(false);
        return await swap.MakeAsync(
            planned.Current,
            planned.Plan.Leaving,
            [.. coming.Select(j => new JarComing(null, j))],
            JarRestorePoint.BeforeRestore,
            $"Restore {planned.Point.Id}",
            cancellationToken).ConfigureAwait(false);
    }

    private void Check(Exchange plan)
    {
        JarsFolder.RequireOneFileSystem(home);
        home.Owner.Act(() => JarEntries.RequireMovable(home.Jars, plan.Leaving));
    }

    private Planned Plan(CancellationToken cancellationToken) =>
        PlanFor(new JarRestorePoints(home).Read(options.RestorePoint), cancellationToken);

    private Planned PlanFor(JarRestorePoint point, CancellationToken cancellationToken)
    {
        var newest = JarsFolder.NewestPoint(home);
        var current = JarsFolder.Standing(home);
        var staying = current.Intersect(point.Jars, Jar.ByStatus)
            .Where(jar => home.Owner.Act(() => IsSame(jar, point, cancellationToken)))
            .ToList();
        var exchange = new Exchange(
            [.. current.Except(staying, Jar.ByStatus)],
            [.. point.Jars.Except(staying, Jar.ByStatus)],
            staying);
        return new Planned(newest, point, current, exchange);
    }

    // What was moved once is compared to the byte; what never was, by what the file system says of it. A jar whose
    // bytes stay but whose time or mode was changed leaves and comes back like any other.
    private bool IsSame(Jar jar, JarRestorePoint point, CancellationToken cancellationToken)
    {
        var path = Path.Combine(home.Jars, jar.Name);
        var remembered = point.Jars.First(j => j.Name == jar.Name);
        return !remembered.IsHashed
            || !File.Exists(path)
            || Jar.HashOf(path, cancellationToken) == remembered.Sha256;
    }

    private SparkJarUpdate ResultOf(Planned planned) => new()
    {
        SparkHome = home.Path,
        SparkVersion = home.SparkVersion,
        HadoopVersion = ReleaseNumber.TryParse(planned.Point.HadoopRelease)?.Major,
        Plan =
        [
            .. planned.Plan.Leaving.Select(
                j => Row(SparkJarAction.Remove, j, $"not in restore point {planned.Point.Id}")),
            .. planned.Plan.Coming.Select(
                j => Row(SparkJarAction.Add, j, $"in restore point {planned.Point.Id}")),
            .. planned.Plan.Staying.Select(
                j => Row(SparkJarAction.Keep, j, $"in restore point {planned.Point.Id} too")),
        ],
    };

    private static SparkJarChange Row(SparkJarAction action, Jar jar, string reason)
    {
        var name = JarName.Parse(jar.Name);
        return new SparkJarChange(action, jar.Name, name.Artifact, name.Version, jar.Length, reason);
    }

    // Gives the jar with its hash, after reading what the store (or, for a jar that only lost its time or mode, the
    // jars folder) has.
    private Jar RequireStored(Jar jar, CancellationToken cancellationToken)
    {
        var stored = JarStore.Find(home, jar);
        var path = Path.Combine(home.Jars, jar.Name);
        if (stored is not null)
        {
            path = Path.Combine(home.Path, JarStore.PathOf(stored));
        }

        if (FileStatus.OfLink(path)?.Kind != FileKind.Regular)
        {
            throw SparkErrors.RestorePointDamaged(path, $"the jar '{jar.Name}' is gone from the store");
        }

        var found = Jar.Read(path, cancellationToken);
        var expected = stored ?? jar;
        if (found.Length != jar.Length || (expected.IsHashed && found.Sha256 != expected.Sha256))
        {
            throw SparkErrors.RestorePointDamaged(
                path, $"the jar '{jar.Name}' has other bytes than when it was stored");
        }

        return jar with { Sha256 = found.Sha256 };
    }

    // Newest is the newest restore point when the plan was made.
    private sealed record Planned(string? Newest, JarRestorePoint Point, IReadOnlyList<Jar> Current, Exchange Plan);

    private sealed record Exchange(IReadOnlyList<Jar> Leaving, IReadOnlyList<Jar> Coming, IReadOnlyList<Jar> Staying)
    {
        public bool ChangesNothing => Leaving.Count + Coming.Count == 0;
    }
}
