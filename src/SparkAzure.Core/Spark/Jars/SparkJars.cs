using System.Diagnostics;
using SparkAzure.Core.Dss;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>What an update of Spark's jars needs to know.</summary>
public sealed record SparkJarUpdateOptions
{
    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The folder with DSS's Hadoop jars.</summary>
    public required string LibraryPath { get; init; }

    /// <summary>The folder with DSS's own jars: <c>lib/ivy/backend-run</c> of the kit.</summary>
    public required string CompanionPath { get; init; }

    /// <summary>The archive to read the names from while the library folder is not there yet (a rehearsal); may be null.</summary>
    public string? Archive { get; init; }

    /// <summary>The Hadoop line wanted, 2 or 3; null for the one of the libraries.</summary>
    public int? HadoopVersion { get; init; }

    /// <summary>Which set of jars comes.</summary>
    public SparkJarRecipe Recipe { get; init; }

    /// <summary>Does not look for conflicts before and after: saves reading the directories of all jars.</summary>
    public bool SkipConflictScan { get; init; }

    /// <summary>Leaves the AWS jars out: 100 MB and more that are never called on Azure.</summary>
    public bool ExcludeAws { get; init; }
}

/// <summary>The station "Spark jars": sections 3.3 and 4.3 of the procedure, and their undoing.</summary>
public static class SparkJars
{
    /// <summary>Brings the jars of a Spark home to the set that the procedure wants.</summary>
    /// <exception cref="SparkAzureException">
    /// NotASparkHome, SparkReleaseMismatch, ShadedHadoop, NoHadoopJars, LibrariesMissing, RequiredJarMissing, HadoopLineMissing,
    /// SparkHomeBusy, JarChangedMeanwhile, CannotWrite, DiskFull.
    /// </exception>
    public static async Task<SparkJarUpdate> UpdateAsync(SparkJarUpdateOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(options.SparkHome);
        var libraries = await LibrariesAsync(options, cancellationToken).ConfigureAwait(false);
        if (!Directory.Exists(options.CompanionPath))
        {
            throw SparkErrors.RequiredJarMissing("snappy-java-*.jar", options.CompanionPath, "the folder of DSS's own libraries is not there");
        }

        var companions = JarSource.InFolder(options.CompanionPath);
        Task<JarPlan> PlanAsync(IReadOnlyList<Jar> current) => JarPlan.MakeAsync(
            new JarPlanRequest
            {
                Home = home,
                Current = current,
                Libraries = libraries,
                Companions = (companions, options.CompanionPath),
                HadoopVersion = options.HadoopVersion,
                Recipe = options.Recipe,
                ExcludeAws = options.ExcludeAws,
            },
            cancellationToken);

        // The plan is made without the lock, so that a rehearsal writes nothing at all; under the lock it is checked again.
        var current = await StandingSetAsync(home, cancellationToken).ConfigureAwait(false);
        var plan = await PlanAsync(current).ConfigureAwait(false);
        var result = new SparkJarUpdate
        {
            SparkHome = home.Path,
            SparkVersion = home.SparkVersion,
            HadoopVersion = plan.HadoopVersion,
            Plan = plan.Rows,
            Notes = plan.Notes,
        };
        if (plan.ChangesNothing && !IsInterrupted(home))
        {
            @operator.Verbose($"The jars of '{home.Path}' are already those of Hadoop {plan.HadoopRelease}.");
            return result;
        }

        if (!options.SkipConflictScan)
        {
            result = result with
            {
                ConflictsBefore = await ScanAsync(home, current, [], @operator, cancellationToken).ConfigureAwait(false),
                Conflicts = plan.Added.All(a => a.Path is not null)
                    ? await ScanAsync(home, current.Except(plan.Removed), plan.Added, @operator, cancellationToken).ConfigureAwait(false)
                    : [],
            };
            Warn(result, @operator);
        }

        var what = $"{(plan.Notes.Count == 0 ? $"Swap Hadoop for {plan.HadoopRelease}" : $"Bring the add-ons of Hadoop {plan.HadoopRelease}")}: remove {plan.Removed.Count} jars, add {plan.Added.Count}";
        if (!await @operator.ShouldProcessAsync(home.Jars, what, cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        // Only under -WhatIf can the libraries be known by name alone; whoever consents has them on disk.
        if (!Directory.Exists(options.LibraryPath))
        {
            throw SparkErrors.LibrariesMissing(options.LibraryPath);
        }

        using var held = JarLock.Take(home);
        var swap = new JarSwap(home);
        if (await swap.RecoverAsync(@operator, cancellationToken).ConfigureAwait(false) is { } finished)
        {
            current = ReadJars(home);
            plan = await PlanAsync(current).ConfigureAwait(false);
            if (plan.ChangesNothing)
            {
                return result with { Changed = true, RestorePoint = finished };
            }
        }

        var clock = Stopwatch.StartNew();
        @operator.Verbose($"{what} in '{home.Jars}'.");
        var id = await swap.MakeAsync(
            current,
            plan.Removed,
            [.. plan.Added.Select(s => new JarComing(s, null))],
            JarRestorePoint.BeforeUpdate,
            what,
            cancellationToken).ConfigureAwait(false);
        @operator.Verbose($"Swapped in {clock.Elapsed.TotalSeconds:0.00} s; restore point {id}.");
        return result with { Plan = plan.Rows, Changed = true, RestorePoint = id };
    }

    /// <summary>Brings an earlier set of jars back, byte for byte, times and modes included.</summary>
    /// <param name="sparkHome">The Spark home.</param>
    /// <param name="restorePoint">The restore point's id; null for the one before the newest update.</param>
    /// <param name="operator">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the swap begins.</param>
    /// <exception cref="SparkAzureException">NotASparkHome, NoRestorePoint, RestorePointDamaged, SparkHomeBusy, CannotWrite.</exception>
    public static async Task<SparkJarUpdate> RestoreAsync(string sparkHome, string? restorePoint, IOperator @operator, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        var point = await JarRestorePoint.ReadAsync(home, restorePoint, cancellationToken).ConfigureAwait(false);
        var current = await StandingSetAsync(home, cancellationToken).ConfigureAwait(false);
        var (leaving, coming, result) = await PlanRestoreAsync(home, point, current, cancellationToken).ConfigureAwait(false);
        if (result.Changes.Count == 0 && !IsInterrupted(home))
        {
            @operator.Verbose($"The jars of '{home.Path}' are already those of restore point {point.Id}.");
            return result;
        }

        if (!await @operator.ShouldProcessAsync(home.Jars, $"Restore {point.Jars.Count} jars as of {point.Id}", cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        using var held = JarLock.Take(home);
        var swap = new JarSwap(home);
        if (await swap.RecoverAsync(@operator, cancellationToken).ConfigureAwait(false) is not null)
        {
            current = ReadJars(home);
            (leaving, coming, result) = await PlanRestoreAsync(home, point, current, cancellationToken).ConfigureAwait(false);
            if (result.Changes.Count == 0)
            {
                return result with { Changed = true };
            }
        }

        coming = await AllCores.EachAsync(coming, (jar, stop) => RequireStoredAsync(home, jar, stop), cancellationToken).ConfigureAwait(false);
        var id = await swap.MakeAsync(
            current,
            leaving,
            [.. coming.Select(j => new JarComing(null, j))],
            JarRestorePoint.BeforeRestore,
            $"Restore {point.Id}",
            cancellationToken).ConfigureAwait(false);
        @operator.Verbose($"Restored '{home.Jars}' as of {point.Id}; restore point {id}.");
        return result with { Changed = true, RestorePoint = id };
    }

    /// <summary>Describes a Spark home's restore points, oldest first; none when it was never changed.</summary>
    /// <exception cref="SparkAzureException">NotASparkHome, SparkReleaseMismatch, RestorePointDamaged, CannotRead.</exception>
    public static async Task<IReadOnlyList<SparkJarRestorePoint>> RestorePointsAsync(string sparkHome, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        var standing = await StandingSetAsync(home, cancellationToken).ConfigureAwait(false);
        var points = await JarRestorePoint.AllAsync(home, cancellationToken).ConfigureAwait(false);
        return
        [
            .. points.Select(p => new SparkJarRestorePoint
            {
                SparkHome = home.Path,
                RestorePoint = p.Id,
                Created = p.Created.UtcDateTime,
                Description = $"Before: {p.What}",
                HadoopRelease = p.Jars.Select(j => JarName.Parse(j.Name)).FirstOrDefault(n => n.Artifact == "hadoop-common")?.Version,
                Jars = [.. p.Jars.Select(j => j.Name)],
                StoredBytes = p.Jars.Except(standing, Jar.ByStatus).Sum(j => j.Length),
                Current = p.Jars.Count == standing.Count && !p.Jars.Except(standing, Jar.ByStatus).Any(),
            }),
        ];
    }

    /// <summary>The ids of a Spark home's restore points, oldest first; empty where there are none.</summary>
    public static IReadOnlyList<string> RestorePoints(string sparkHome) =>
        Directory.Exists(Path.Combine(sparkHome, "jars")) ? JarRestorePoint.Ids(SparkHome.Open(sparkHome)) : [];

    // The set a swap would make is read from where its jars lie now, so that what does not fit is said before anything moves.
    private static Task<IReadOnlyList<SparkJarConflict>> ScanAsync(
        SparkHome home, IEnumerable<Jar> staying, IEnumerable<JarSource> coming, IOperator @operator, CancellationToken cancellationToken) =>
        SparkJarConflicts.FindAsync(
            [.. staying.Select(j => Path.Combine(home.Jars, j.Name)).Where(File.Exists), .. coming.Select(s => s.Path!)],
            home.SparkVersion,
            home.Path,
            @operator,
            cancellationToken);

    // An old kubernetes-client is no fault of the distribution, but whoever prepares it for AKS must know before the image is built.
    private static void Warn(SparkJarUpdate update, IOperator @operator)
    {
        foreach (var conflict in update.Conflicts.Where(c => c.Severity > SparkJarConflictSeverity.Information || c.Rule == SparkJarRules.KubernetesClientTooOld))
        {
            @operator.Warning($"{conflict.Rule}: {conflict.Summary} Symptom: {conflict.Symptom} Remedy: {conflict.Remedy}");
        }
    }

    private static async Task<(IReadOnlyList<JarSource> Jars, string At)> LibrariesAsync(SparkJarUpdateOptions options, CancellationToken cancellationToken)
    {
        if (Directory.Exists(options.LibraryPath))
        {
            return (JarSource.InFolder(options.LibraryPath), options.LibraryPath);
        }

        if (options.Archive is null || !File.Exists(options.Archive))
        {
            throw SparkErrors.LibrariesMissing(options.LibraryPath);
        }

        var libraries = await HadoopLibraries.FromArchiveAsync(options.Archive, cancellationToken).ConfigureAwait(false);
        return ([.. libraries.Jars.Select(j => new JarSource(j.FileName, j.Length, null))], options.Archive);
    }

    private static async Task<(IReadOnlyList<Jar> Leaving, IReadOnlyList<Jar> Coming, SparkJarUpdate Result)> PlanRestoreAsync(
        SparkHome home, JarRestorePoint point, IReadOnlyList<Jar> current, CancellationToken cancellationToken)
    {
        // What was moved once is compared to the byte; what never was, by what the file system says of it. A jar whose bytes stay
        // but whose time or mode was changed leaves and comes back like any other.
        var hashes = point.Jars.Where(j => j.Sha256.Length > 0).ToDictionary(j => j.Name, j => j.Sha256, StringComparer.Ordinal);
        var staying = new List<Jar>();
        foreach (var jar in current.Intersect(point.Jars, Jar.ByStatus))
        {
            var path = Path.Combine(home.Jars, jar.Name);
            if (!hashes.TryGetValue(jar.Name, out var hash) || !File.Exists(path) || await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false) == hash)
            {
                staying.Add(jar);
            }
        }

        var leaving = current.Except(staying, Jar.ByStatus).ToList();
        var coming = point.Jars.Except(staying, Jar.ByStatus).ToList();
        SparkJarChange Row(SparkJarAction action, Jar jar, string reason)
        {
            var name = JarName.Parse(jar.Name);
            return new SparkJarChange(action, jar.Name, name.Artifact, name.Version, jar.Length, reason);
        }

        var hadoop = point.Jars.Select(j => JarName.Parse(j.Name)).FirstOrDefault(n => n.Artifact == "hadoop-common");
        return (leaving, coming, new SparkJarUpdate
        {
            SparkHome = home.Path,
            SparkVersion = home.SparkVersion,
            HadoopVersion = ReleaseNumber.TryParse(hadoop?.Version)?.Major,
            Plan =
            [
                .. leaving.Select(j => Row(SparkJarAction.Remove, j, $"not in restore point {point.Id}")),
                .. coming.Select(j => Row(SparkJarAction.Add, j, $"in restore point {point.Id}")),
                .. staying.Select(j => Row(SparkJarAction.Keep, j, $"in restore point {point.Id} too")),
            ],
        });
    }

    // Gives the jar with its hash, after reading what the store (or, for a jar that only lost its time or mode, the jars folder) has.
    private static async Task<Jar> RequireStoredAsync(SparkHome home, Jar jar, CancellationToken cancellationToken)
    {
        var stored = JarRestorePoint.FindStored(home, jar);
        var path = stored is null ? Path.Combine(home.Jars, jar.Name) : Path.Combine(home.Path, JarRestorePoint.StorePath(stored));
        if (!File.Exists(path))
        {
            throw SparkErrors.RestorePointDamaged(path, $"the jar '{jar.Name}' is gone from the store");
        }

        var found = await Jar.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var expected = stored?.Sha256 ?? jar.Sha256;
        return found.Length == jar.Length && (expected.Length == 0 || found.Sha256 == expected)
            ? jar with { Sha256 = found.Sha256 }
            : throw SparkErrors.RestorePointDamaged(path, $"the jar '{jar.Name}' has other bytes than when it was stored");
    }

    // While a swap is interrupted the jars folder is a mixture; what counts is the set that finishing it gives.
    private static async Task<IReadOnlyList<Jar>> StandingSetAsync(SparkHome home, CancellationToken cancellationToken) =>
        await JarJournal.ReadAsync(home, cancellationToken).ConfigureAwait(false) is { } journal
            ? journal.Result
            : ReadJars(home);

    private static bool IsInterrupted(SparkHome home) => File.Exists(JarJournal.PathIn(home));

    private static IReadOnlyList<Jar> ReadJars(SparkHome home)
    {
        try
        {
            return Jar.InFolder(home.Jars);
        }
        catch (FileNotFoundException exception)
        {
            throw SparkErrors.JarChangedMeanwhile(exception.FileName ?? home.Jars);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw HostErrors.CannotRead(home.Jars, exception);
        }
    }
}
