using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>What is to be done with a Dockerfile, worked out without touching it.</summary>
/// <param name="Original">The file as it stands.</param>
/// <param name="Edited">The file as it is to be; the same object when nothing is to be done.</param>
/// <param name="Shape">What the file is as it stands.</param>
/// <param name="Edits">The procedure's two edits, needed or not.</param>
/// <param name="Problems">What keeps its image from being built; <c>Repaired</c> is still false.</param>
/// <param name="Mended">The names of those problems that <paramref name="Edited"/> no longer has.</param>
internal sealed record DockerfilePlan(
    DockerfileDocument Original,
    DockerfileDocument Edited,
    DockerfileShape Shape,
    IReadOnlyList<SparkDockerfileEdit> Edits,
    IReadOnlyList<SparkDockerfileProblem> Problems,
    IReadOnlyList<string> Mended)
{
    /// <summary>The file.</summary>
    public string Path => Original.Path;

    /// <summary>Whether there is anything to be done.</summary>
    public bool ChangesSomething => NeededEdits.Any() || Mended.Count > 0;

    /// <summary>What is to be done, for the person who is asked.</summary>
    public string Action
    {
        get
        {
            var parts = new List<string>();
            if (NeededEdits.Any())
            {
                parts.Add($"Edit: {string.Join(", ", NeededEdits)}");
            }

            if (Mended.Count > 0)
            {
                parts.Add($"Repair: {string.Join(", ", Mended)}");
            }

            return string.Join("; ", parts);
        }
    }

    /// <summary>The problems that stay.</summary>
    public IReadOnlyList<SparkDockerfileProblem> Open => [.. Problems.Where(p => !Mended.Contains(p.Rule))];

    /// <summary>The difference between the file as it stands and as it is to be.</summary>
    public string Diff => UnifiedDiff.Of(Path, Original.PhysicalLines, Edited.PhysicalLines);

    private IEnumerable<string> NeededEdits => Edits.Where(e => e.Needed).Select(e => e.Name);

    /// <summary>The problems, as they are after the file was written or was not.</summary>
    public IEnumerable<SparkDockerfileProblem> ProblemsAfter(bool isWritten) =>
        Problems.Select(p => p with { Repaired = isWritten && Mended.Contains(p.Rule) });
}

/// <summary>
/// The station "Dockerfile": the two edits of howto 3.3 and 4.3, made where the base image needs them. Which image
/// needs what: Alpine before Spark 2.4.1 lacks nss (SPARK-27178), Alpine before 2.4.4 lacks the loader under /lib64
/// (SPARK-26995), and from 2.4.5 on the images are Debian or Ubuntu and need neither. The file itself tells, not its
/// version. Also what keeps the images spark, spark-py and spark-r from being built today
/// (<see cref="DockerfileProblems"/>), and its repair.
/// </summary>
public static class SparkDockerfileEditor
{
    /// <summary>
    /// Makes the edits in the Dockerfile of a Spark home's image <c>spark</c>, and looks at those of spark-py and
    /// spark-r.
    /// </summary>
    /// <param name="sparkHome">The distribution.</param>
    /// <param name="repair">Whether what keeps the images from being built is mended too.</param>
    /// <param name="caller">Who is told and asked.</param>
    /// <param name="cancellationToken">Ends the work between two files.</param>
    /// <returns>The Dockerfile of the image spark, with the problems and changes of all three.</returns>
    /// <exception cref="SparkAzureException">NotASparkHome, and those of EditFileAsync.</exception>
    public static Task<SparkDockerfile> EditAsync(
        string sparkHome, bool repair, ICaller caller, CancellationToken cancellationToken) =>
        EditAsync(sparkHome, repair, Turn.UsualPatience, caller, cancellationToken);

    /// <summary>As the other, and says how long to wait while another process changes a file.</summary>
    public static async Task<SparkDockerfile> EditAsync(
        string sparkHome, bool repair, TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        var spark = Plan(
            await DockerfileDocument.ReadAsync(home.Dockerfile, cancellationToken).ConfigureAwait(false), repair);
        var plans = new List<DockerfilePlan> { spark };
        var unreadable = new List<SparkDockerfileProblem>();
        foreach (var (kind, path) in home.BindingDockerfiles.Where(b => File.Exists(b.Path)))
        {
            try
            {
                plans.Add(Plan(
                    await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false),
                    repair,
                    kind,
                    DockerfileShape.Of(spark.Edited)!.BaseImage));
            }
            catch (SparkAzureException exception)
            {
                // A binding that nobody may want does not keep the image spark from its edits.
                unreadable.Add(new SparkDockerfileProblem(
                    path,
                    exception.Id,
                    exception.Message,
                    exception.Remedy,
                    BuildArgument: null,
                    Repaired: false,
                    Source: ""));
            }
        }

        var result = await ApplyAsync(plans, patience, caller, cancellationToken).ConfigureAwait(false);
        return result with { SparkHome = home.Path, Problems = [.. result.Problems, .. unreadable] };
    }

    /// <summary>Makes the edits in one Dockerfile. Every other byte of it stays.</summary>
    /// <param name="path">The Dockerfile.</param>
    /// <param name="repair">Whether what keeps its image from being built is mended too.</param>
    /// <param name="caller">Who is told and asked.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SparkAzureException">
    /// DockerfileNotFound, DockerfileUnreadable, EnvLineMissing, NotASparkDockerfile, DockerfileChanged, DocumentLocked,
    /// NotAFile, CannotRead, CannotWrite, DiskFull.
    /// </exception>
    public static Task<SparkDockerfile> EditFileAsync(
        string path, bool repair, ICaller caller, CancellationToken cancellationToken) =>
        EditFileAsync(path, repair, Turn.UsualPatience, caller, cancellationToken);

    /// <summary>As the other, and says how long to wait while another process changes the file.</summary>
    public static async Task<SparkDockerfile> EditFileAsync(
        string path, bool repair, TimeSpan patience, ICaller caller, CancellationToken cancellationToken) =>
        await ApplyAsync(
            [Plan(await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false), repair)],
            patience,
            caller,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Works out what is to be done with a document.</summary>
    /// <param name="document">The Dockerfile.</param>
    /// <param name="repair">Whether problems are mended too.</param>
    /// <param name="kind">Which image it makes; null to read it from the file.</param>
    /// <param name="sparkBase">
    /// The base of the image spark, where the file is a binding's; null when it is not known.
    /// </param>
    /// <exception cref="SparkAzureException">DockerfileUnreadable, EnvLineMissing, NotASparkDockerfile.</exception>
    internal static DockerfilePlan Plan(
        DockerfileDocument document, bool repair, SparkDockerfileKind? kind = null, string? sparkBase = null)
    {
        try
        {
            var shape = DockerfileShape.Of(document)
                ?? throw DockerfileErrors.NotASparkDockerfile(document.Path, "it has no FROM instruction");
            var original = shape with { Kind = kind ?? shape.Kind };

            // The line of LD_LIBRARY_PATH first: it may move the line that is to get nss.
            (var edited, var libraryPath) = DockerfileEdits.AddLibraryPath(original);
            (edited, var nss) = DockerfileEdits.AddNss(edited);
            var problems = DockerfileProblems.Find(edited, sparkBase);
            IReadOnlyList<SparkDockerfileEdit> edits = [nss, libraryPath];
            if (!repair || problems.Count == 0)
            {
                return new DockerfilePlan(document, edited.Document, original, edits, problems, Mended: []);
            }

            // One repair may cure another problem too; what counts is what is left.
            var repaired = DockerfileProblems.Repair(edited, sparkBase);
            var left = DockerfileProblems.Find(repaired, sparkBase).Select(p => p.Rule);
            var mended = problems.Select(p => p.Rule).Except(left).ToList();
            return new DockerfilePlan(document, repaired.Document, original, edits, problems, mended);
        }
        catch (RegexMatchTimeoutException)
        {
            throw DockerfileErrors.DockerfileUnreadable(
                document.Path, 0, "its instructions are too long to be searched");
        }
    }

    // The first plan is the result's own file; the others' problems and changes go with it.
    private static async Task<SparkDockerfile> ApplyAsync(
        List<DockerfilePlan> plans, TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        var first = plans[0];
        foreach (var edit in first.Edits.Where(e => !e.Needed))
        {
            caller.Verbose($"{first.Path}: {edit.Name} is not needed: {edit.Reason}.");
        }

        var outcomes = new Dictionary<DockerfilePlan, Outcome>(ReferenceEqualityComparer.Instance);
        foreach (var plan in plans)
        {
            if (plan.ChangesSomething)
            {
                outcomes[plan] = await WriteAsync(plan, patience, caller, cancellationToken).ConfigureAwait(false);
            }

            WarnOfOpen(plan, caller);
        }

        bool Is(DockerfilePlan plan, Outcome outcome) => outcomes.TryGetValue(plan, out var own) && own == outcome;
        bool IsEdited(DockerfilePlan plan) => Is(plan, Outcome.Written) || Is(plan, Outcome.DoneByAnother);

        var original = await KeptOriginalAsync(first, cancellationToken).ConfigureAwait(false);
        var (release, differences) = DockerfileReleases.Classify(first.Shape, original);
        return new SparkDockerfile
        {
            Path = first.Path,
            Kind = first.Shape.Kind,
            Release = release,
            Differences = differences,
            BaseImage = first.Shape.BaseImage,
            Platform = first.Shape.Platform,
            Edits = first.Edits,
            Problems = [.. plans.SelectMany(p => p.ProblemsAfter(isWritten: IsEdited(p)))],
            Diff = string.Concat(plans.Select(p => p.Diff)),
            RestorePoint = RestorePointOf(first.Path),
            Changed = plans.Exists(p => Is(p, Outcome.Written)),
            Planned = plans.Exists(p => Is(p, Outcome.Declined)),
        };
    }

    private enum Outcome
    {
        /// <summary>The user did not agree: it is only planned.</summary>
        Declined,

        /// <summary>The file has the edits.</summary>
        Written,

        /// <summary>The file had them by then.</summary>
        DoneByAnother,
    }

    private static async Task<Outcome> WriteAsync(
        DockerfilePlan plan, TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        if (!await caller.ShouldProcessAsync(plan.Path, plan.Action, cancellationToken).ConfigureAwait(false))
        {
            return Outcome.Declined;
        }

        var turn = new Turn(plan.Path, patience, caller);
        using var held = await FileLock.TakeAsync(plan.Path + ".sparkazure.lock", turn, cancellationToken)
            .ConfigureAwait(false);
        if (await IsDoneAsync(plan, cancellationToken).ConfigureAwait(false))
        {
            caller.Verbose($"'{plan.Path}': somebody else has just done it.");
            return Outcome.DoneByAnother;
        }

        await KeptDockerfile.KeepAsync(
            plan.Path, plan.Original.ToBytes(), DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
        await AtomicFile.WriteAsync(
            plan.Path,
            plan.Edited.ToBytes(),
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            cancellationToken).ConfigureAwait(false);
        caller.Verbose($"'{plan.Path}': {plan.Action}.");
        return Outcome.Written;
    }

    // Whether another has done just this since it was planned.
    private static async Task<bool> IsDoneAsync(DockerfilePlan plan, CancellationToken cancellationToken)
    {
        var now = (await DockerfileDocument.ReadAsync(plan.Path, cancellationToken).ConfigureAwait(false)).ToBytes();
        if (now.AsSpan().SequenceEqual(plan.Edited.ToBytes()))
        {
            return true;
        }

        if (now.AsSpan().SequenceEqual(plan.Original.ToBytes()))
        {
            return false;
        }

        throw DockerfileErrors.DockerfileChanged(plan.Path);
    }

    private static void WarnOfOpen(DockerfilePlan plan, ICaller caller)
    {
        if (plan.Open.Count > 0)
        {
            caller.Warning(
                $"'{plan.Path}' may not build: {string.Join(", ", plan.Open.Select(InWords))}. The result's Problems " +
                $"say what the build says and what cures it; -Repair mends what a line can mend.");
        }
    }

    private static string InWords(SparkDockerfileProblem problem)
    {
        if (problem.BuildArgument is null)
        {
            return problem.Rule;
        }

        return $"{problem.Rule} (build argument {problem.BuildArgument})";
    }

    private static string? RestorePointOf(string path)
    {
        var original = KeptDockerfile.OriginalOf(path);
        return File.Exists(original) ? original : null;
    }

    // What the file was before this module edited it; null where nothing was kept, or what was can no longer be read.
    private static async Task<DockerfileShape?> KeptOriginalAsync(
        DockerfilePlan plan, CancellationToken cancellationToken)
    {
        var path = KeptDockerfile.OriginalOf(plan.Path);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var document = await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            return DockerfileShape.Of(document) is { } shape ? shape with { Kind = plan.Shape.Kind } : null;
        }
        catch (Exception exception) when (exception is SparkAzureException or RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
