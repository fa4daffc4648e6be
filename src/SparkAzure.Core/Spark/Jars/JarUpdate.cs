using System.Diagnostics;
using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>One update of a Spark home's jars: plan, conflicts, consent, swap.</summary>
/// <param name="options">What is wanted.</param>
/// <param name="home">The Spark home.</param>
/// <param name="caller">Is told and asked.</param>
internal sealed class JarUpdate(SparkJarUpdateOptions options, SparkHome home, ICaller caller)
{
    internal async Task<SparkJarUpdate> RunAsync(CancellationToken cancellationToken)
    {
        var (isWhole, finished) = await JarRecovery.OfferAsync(home, options.Patience, caller, cancellationToken)
            .ConfigureAwait(false);
        if (!isWhole)
        {
            var rehearsed = await RehearseAsync(cancellationToken).ConfigureAwait(false);
            return ResultOf(rehearsed) with { Planned = true };
        }

        // The plan is made without the lock, so that a rehearsal writes nothing at all; under the lock it is checked
        // again.
        var planned = await JarsFolder
            .QuietlyAsync(home, () => PlanAsync(cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var result = planned.Result with { Changed = finished is not null, RestorePoint = finished };
        if (planned.Plan.ChangesNothing)
        {
            caller.Verbose($"The jars of '{home.Path}' are already those of Hadoop {planned.Plan.HadoopRelease}.");
            await JarsFolder.ClearLeftoversAsync(home, caller, cancellationToken).ConfigureAwait(false);
            return result;
        }

        Warn(result);
        await SparkInUse.TellAsync(options.DataDirectory, home, caller, cancellationToken).ConfigureAwait(false);
        if (!await caller.ShouldProcessAsync(home.Jars, planned.Plan.Action, cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        // Only under -WhatIf can the libraries be known by name alone; whoever consents has them on disk.
        if (!Directory.Exists(options.LibraryPath))
        {
            throw SparkErrors.LibrariesMissing(options.LibraryPath);
        }

        return await SwapAsync(planned, result, cancellationToken).ConfigureAwait(false);
    }

    // A mixture is planned with for want of better: what is not in place yet cannot be linked, and is not refused.
    private async Task<JarPlan> RehearseAsync(CancellationToken cancellationToken)
    {
        var request = await RequestAsync(cancellationToken).ConfigureAwait(false);
        return await JarPlan.MakeAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // Whatever stands against the plan is said here, before anybody is asked.
    private async Task<Planned> PlanAsync(CancellationToken cancellationToken)
    {
        var newest = JarsFolder.NewestPoint(home);
        var request = await RequestAsync(cancellationToken).ConfigureAwait(false);
        var plan = await JarPlan.MakeAsync(request, cancellationToken).ConfigureAwait(false);
        var result = ResultOf(plan);
        if (plan.ChangesNothing)
        {
            return new Planned(newest, request, plan, result);
        }

        Check(plan, cancellationToken);
        if (!options.SkipConflictScan)
        {
            result = await WithConflictsAsync(result, request.Current, plan, cancellationToken).ConfigureAwait(false);
        }

        return new Planned(newest, request, plan, result);
    }

    private async Task<JarPlanRequest> RequestAsync(CancellationToken cancellationToken)
    {
        var libraries = await LibrariesAsync(cancellationToken).ConfigureAwait(false);
        return new JarPlanRequest
        {
            Home = home,
            Current = JarsFolder.Standing(home),
            Libraries = libraries,
            Companions = JarSources.InFolderIfAny(options.CompanionPath),
            HadoopVersion = options.HadoopVersion,
            Recipe = options.Recipe,
            ExcludeAws = options.ExcludeAws,
            For = options.For,
            IndexFolder = UserCache.Folder("classes"),
        };
    }

    private async Task<JarSources> LibrariesAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(options.LibraryPath))
        {
            return JarSources.InFolder(options.LibraryPath);
        }

        if (options.Archive is null || !File.Exists(options.Archive))
        {
            throw SparkErrors.LibrariesMissing(options.LibraryPath);
        }

        var libraries = await HadoopLibraries.FromArchiveAsync(options.Archive, cancellationToken)
            .ConfigureAwait(false);
        return new JarSources(
            [.. libraries.Jars.Select(j => new JarSource(j.FileName, j.Length, Path: null))], options.Archive);
    }

    private SparkJarUpdate ResultOf(JarPlan plan) => new()
    {
        SparkHome = home.Path,
        SparkVersion = home.SparkVersion,
        HadoopVersion = plan.HadoopVersion,
        Plan = plan.Rows,
        Notes = plan.Notes,
    };

    // What must not be made: a Spark that does not start, or one without what jobs use for want of a jar.
    private void Check(JarPlan plan, CancellationToken cancellationToken)
    {
        JarsFolder.RequireOneFileSystem(home);
        home.Owner.Act(() => JarEntries.RequireMovable(home.Jars, plan.Removed));
        foreach (var lack in plan.Lacks)
        {
            Refuse(lack);
        }

        if (plan.Linkage is not { } linkage)
        {
            return;
        }

        var jars = $"the jars that Hadoop {plan.HadoopRelease} of '{options.LibraryPath}' would give it";
        SparkStart.Require(linkage, jars, home.Path, options.Force, caller, cancellationToken);
        foreach (var verdict in linkage.Verdicts.Where(v => v is { Works: false, Requires.Count: > 0 }))
        {
            var row = SparkFeatures.Of(verdict.Feature);
            if (row.OfEveryJob || options.For.Contains(verdict.Feature))
            {
                var why = $"without it {row.Words} fail with {verdict.First?.ToString() ?? row.Absent}";
                Refuse(SparkErrors.RequiredJarMissing(verdict.Requires[0].FileName, options.LibraryPath, why));
            }
        }
    }

    private void Refuse(SparkAzureException refusal)
    {
        if (!options.Force)
        {
            throw refusal;
        }

        caller.Warning(refusal.Message);
    }

    private async Task<SparkJarUpdate> WithConflictsAsync(
        SparkJarUpdate result, IReadOnlyList<Jar> current, JarPlan plan, CancellationToken cancellationToken)
    {
        result = result with
        {
            ConflictsBefore = await ScanAsync(current, [], cancellationToken).ConfigureAwait(false),
        };

        // What is known by name alone cannot be read.
        if (plan.Added.Any(a => a.Path is null))
        {
            return result;
        }

        return result with
        {
            Conflicts = await ScanAsync(current.Except(plan.Removed), plan.Added, cancellationToken)
                .ConfigureAwait(false),
        };
    }

    // The set a swap would make is read from where its jars lie now, so that what does not fit is said before anything
    // moves.
    private async Task<IReadOnlyList<SparkJarConflict>> ScanAsync(
        IEnumerable<Jar> staying, IEnumerable<JarSource> coming, CancellationToken cancellationToken)
    {
        var there = staying.Select(j => Path.Combine(home.Jars, j.Name)).Where(File.Exists);
        var request = new JarLinkageRequest([.. there, .. coming.Select(s => s.Path!)], home.SparkVersion)
        {
            IndexFolder = UserCache.Folder("classes"),
        };
        var wanted = new SparkJarConflictOptions { SparkHome = home.Path, For = options.For };
        var (findings, _) = await SparkJarConflicts.FindAsync(request, wanted, caller, cancellationToken)
            .ConfigureAwait(false);
        return findings;
    }

    private void Warn(SparkJarUpdate update)
    {
        // What has one cause is one warning: a damaged disk leaves two hundred jars that cannot be read.
        var worthSaying = update.Conflicts.Where(c => c.Severity > SparkJarConflictSeverity.Information);
        foreach (var alike in worthSaying.GroupBy(c => (c.Rule, c.Symptom, c.Remedy)))
        {
            var first = alike.First();
            var more = alike.Count() - 1;
            var others = more == 0 ? "" : $" {more} more are alike (Find-SparkJarConflict lists them).";
            caller.Warning($"{first.Rule}: {first.Summary}{others} Symptom: {first.Symptom} Remedy: {first.Remedy}");
        }
    }

    private async Task<SparkJarUpdate> SwapAsync(
        Planned planned, SparkJarUpdate result, CancellationToken cancellationToken)
    {
        using var held = await JarLock.TakeAsync(home, options.Patience, caller, cancellationToken)
            .ConfigureAwait(false);
        var swap = new JarSwap(home);
        var (_, request, plan, _) = planned;
        var finished = await swap.RecoverAsync(caller, cancellationToken).ConfigureAwait(false);
        if (finished is not null || JarsFolder.NewestPoint(home) != planned.Newest)
        {
            // Another swap was made since the plan was: it is made again, from what stands now.
            request = request with { Current = JarsFolder.Read(home) };
            plan = await JarPlan.MakeAsync(request, cancellationToken).ConfigureAwait(false);
            result = result with { Plan = plan.Rows, Notes = plan.Notes };
            if (plan.ChangesNothing)
            {
                return result;
            }

            Check(plan, cancellationToken);
        }

        var clock = Stopwatch.StartNew();
        caller.Verbose($"{plan.Action} in '{home.Jars}'.");
        var id = await swap.MakeAsync(
            request.Current,
            plan.Removed,
            [.. plan.Added.Select(s => new JarComing(s, null))],
            JarRestorePoint.BeforeUpdate,
            plan.Action,
            cancellationToken).ConfigureAwait(false);
        caller.Verbose($"Swapped in {clock.Elapsed.TotalSeconds:0.00} s; restore point {id}.");
        return result with { Changed = true, RestorePoint = id };
    }

    // Newest is the newest restore point when the plan was made.
    private sealed record Planned(string? Newest, JarPlanRequest Request, JarPlan Plan, SparkJarUpdate Result);
}
