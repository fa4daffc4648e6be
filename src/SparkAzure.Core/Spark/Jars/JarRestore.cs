using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>One return of a Spark home's jars to those of a restore point.</summary>
/// <param name="home">The Spark home.</param>
/// <param name="point">The restore point.</param>
/// <param name="caller">Is told and asked.</param>
internal sealed class JarRestore(SparkHome home, JarRestorePoint point, ICaller caller)
{
    internal async Task<SparkJarUpdate> RunAsync(CancellationToken cancellationToken)
    {
        var current = await JarsFolder.StandingAsync(home, cancellationToken).ConfigureAwait(false);
        var plan = await PlanAsync(current, cancellationToken).ConfigureAwait(false);
        var result = ResultOf(plan);
        if (plan.ChangesNothing && !JarsFolder.IsInterrupted(home))
        {
            caller.Verbose($"The jars of '{home.Path}' are already those of restore point {point.Id}.");
            return result;
        }

        var action = $"Restore {point.Jars.Count} jars as of {point.Id}";
        if (!await caller.ShouldProcessAsync(home.Jars, action, cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        using var held = JarLock.Take(home);
        var swap = new JarSwap(home);
        if (await swap.RecoverAsync(caller, cancellationToken).ConfigureAwait(false) is not null)
        {
            current = JarsFolder.Read(home);
            plan = await PlanAsync(current, cancellationToken).ConfigureAwait(false);
            result = ResultOf(plan);
            if (plan.ChangesNothing)
            {
                return result with { Changed = true };
            }
        }

        var id = await MakeAsync(swap, current, plan, cancellationToken).ConfigureAwait(false);
        caller.Verbose($"Restored '{home.Jars}' as of {point.Id}; restore point {id}.");
        return result with { Changed = true, RestorePoint = id };
    }

    private async Task<string> MakeAsync(
        JarSwap swap, IReadOnlyList<Jar> current, Plan plan, CancellationToken cancellationToken)
    {
        var coming = await AllCores.EachAsync(plan.Coming, RequireStoredAsync, cancellationToken).ConfigureAwait(false);
        return await swap.MakeAsync(
            current,
            plan.Leaving,
            [.. coming.Select(j => new JarComing(null, j))],
            JarRestorePoint.BeforeRestore,
            $"Restore {point.Id}",
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<Plan> PlanAsync(IReadOnlyList<Jar> current, CancellationToken cancellationToken)
    {
        var staying = new List<Jar>();
        foreach (var jar in current.Intersect(point.Jars, Jar.ByStatus))
        {
            if (await IsSameAsync(jar, cancellationToken).ConfigureAwait(false))
            {
                staying.Add(jar);
            }
        }

        return new Plan(
            [.. current.Except(staying, Jar.ByStatus)],
            [.. point.Jars.Except(staying, Jar.ByStatus)],
            staying);
    }

    // What was moved once is compared to the byte; what never was, by what the file system says of it. A jar whose
    // bytes stay but whose time or mode was changed leaves and comes back like any other.
    private async Task<bool> IsSameAsync(Jar jar, CancellationToken cancellationToken)
    {
        var path = Path.Combine(home.Jars, jar.Name);
        var remembered = point.Jars.First(j => j.Name == jar.Name);
        return !remembered.IsHashed
            || !File.Exists(path)
            || await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false) == remembered.Sha256;
    }

    private SparkJarUpdate ResultOf(Plan plan) => new()
    {
        SparkHome = home.Path,
        SparkVersion = home.SparkVersion,
        HadoopVersion = ReleaseNumber.TryParse(point.HadoopRelease)?.Major,
        Plan =
        [
            .. plan.Leaving.Select(j => Row(SparkJarAction.Remove, j, $"not in restore point {point.Id}")),
            .. plan.Coming.Select(j => Row(SparkJarAction.Add, j, $"in restore point {point.Id}")),
            .. plan.Staying.Select(j => Row(SparkJarAction.Keep, j, $"in restore point {point.Id} too")),
        ],
    };

    private static SparkJarChange Row(SparkJarAction action, Jar jar, string reason)
    {
        var name = JarName.Parse(jar.Name);
        return new SparkJarChange(action, jar.Name, name.Artifact, name.Version, jar.Length, reason);
    }

    // Gives the jar with its hash, after reading what the store (or, for a jar that only lost its time or mode, the
    // jars folder) has.
    private async Task<Jar> RequireStoredAsync(Jar jar, CancellationToken cancellationToken)
    {
        var stored = JarStore.Find(home, jar);
        var path = stored is null
            ? Path.Combine(home.Jars, jar.Name)
            : Path.Combine(home.Path, JarStore.PathOf(stored));
        if (!File.Exists(path))
        {
            throw SparkErrors.RestorePointDamaged(path, $"the jar '{jar.Name}' is gone from the store");
        }

        var found = await Jar.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var expected = stored ?? jar;
        if (found.Length != jar.Length || (expected.IsHashed && found.Sha256 != expected.Sha256))
        {
            throw SparkErrors.RestorePointDamaged(
                path, $"the jar '{jar.Name}' has other bytes than when it was stored");
        }

        return jar with { Sha256 = found.Sha256 };
    }

    private sealed record Plan(IReadOnlyList<Jar> Leaving, IReadOnlyList<Jar> Coming, IReadOnlyList<Jar> Staying)
    {
        public bool ChangesNothing => Leaving.Count + Coming.Count == 0;
    }
}
