using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

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
    /// <summary>What is to be done, for the person who is asked.</summary>
    public string Action => string.Join("; ", new[]
    {
        (Verb: "Edit", Names: Edits.Where(e => e.Needed).Select(e => e.Name)),
        (Verb: "Repair", Names: Mended),
    }.Where(a => a.Names.Any()).Select(a => $"{a.Verb}: {string.Join(", ", a.Names)}"));
}

/// <summary>
/// The station "Dockerfile": the two edits of howto 3.3 and 4.3, made where the base image needs them. Which image needs what:
/// Alpine before Spark 2.4.1 lacks nss (SPARK-27178), Alpine before 2.4.4 lacks the loader under /lib64 (SPARK-26995), and
/// from 2.4.5 on the images are Debian or Ubuntu and need neither. The file itself tells, not its version. Also what keeps the
/// images spark, spark-py and spark-r from being built today (<see cref="DockerfileProblems"/>), and its repair.
/// </summary>
public static partial class SparkDockerfileEditor
{
    private const string Alpine = "Alpine";
    private const string InBase = "the file begins with the image spark, where the edit belongs";

    private static readonly Dictionary<string, string> SystemNames = new(StringComparer.Ordinal)
    {
        ["Debian"] = "Debian or Ubuntu",
        ["RedHat"] = "Red Hat's or of its kin",
    };

    /// <summary>Makes the edits in the Dockerfile of a Spark home's image <c>spark</c>, and looks at those of spark-py and spark-r.</summary>
    /// <param name="sparkHome">The distribution.</param>
    /// <param name="repair">Whether what keeps the images from being built is mended too.</param>
    /// <param name="operator">Who is told and asked.</param>
    /// <param name="cancellationToken">Ends the work between two files.</param>
    /// <returns>The Dockerfile of the image spark, with the problems and changes of all three.</returns>
    /// <exception cref="SparkAzureException">NotASparkHome, and those of <see cref="EditFileAsync"/>.</exception>
    public static async Task<SparkDockerfile> EditAsync(string sparkHome, bool repair, IOperator @operator, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        var spark = Plan(await DockerfileDocument.ReadAsync(home.Dockerfile, cancellationToken).ConfigureAwait(false), repair);
        var plans = new List<DockerfilePlan> { spark };
        var unreadable = new List<SparkDockerfileProblem>();
        foreach (var (kind, path) in home.BindingDockerfiles.Where(b => File.Exists(b.Path)))
        {
            try
            {
                plans.Add(Plan(await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false), repair, kind, DockerfileShape.Of(spark.Edited)!.BaseImage));
            }
            catch (SparkAzureException exception)
            {
                // A binding that nobody may want does not keep the image spark from its edits.
                unreadable.Add(new SparkDockerfileProblem(path, exception.Id, exception.Message, exception.Remedy, BuildArgument: null, Repaired: false, Source: ""));
            }
        }

        var result = await ApplyAsync(plans, @operator, cancellationToken).ConfigureAwait(false);
        return result with { SparkHome = home.Path, Problems = [.. result.Problems, .. unreadable] };
    }

    /// <summary>Makes the edits in one Dockerfile. Every other byte of it stays.</summary>
    /// <param name="path">The Dockerfile.</param>
    /// <param name="repair">Whether what keeps its image from being built is mended too.</param>
    /// <param name="operator">Who is told and asked.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SparkAzureException">
    /// DockerfileNotFound, DockerfileUnreadable, EnvLineMissing, NotASparkDockerfile, CannotRead, CannotWrite, DiskFull.
    /// </exception>
    public static async Task<SparkDockerfile> EditFileAsync(string path, bool repair, IOperator @operator, CancellationToken cancellationToken) =>
        await ApplyAsync([Plan(await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false), repair)], @operator, cancellationToken).ConfigureAwait(false);

    /// <summary>Works out what is to be done with a document.</summary>
    /// <param name="document">The Dockerfile.</param>
    /// <param name="repair">Whether problems are mended too.</param>
    /// <param name="kind">Which image it makes; null to read it from the file.</param>
    /// <param name="sparkBase">The base of the image spark, where the file is a binding's; null when it is not known.</param>
    /// <exception cref="SparkAzureException">DockerfileUnreadable, EnvLineMissing, NotASparkDockerfile.</exception>
    internal static DockerfilePlan Plan(DockerfileDocument document, bool repair, SparkDockerfileKind? kind = null, string? sparkBase = null)
    {
        try
        {
            var shape = DockerfileShape.Of(document) ?? throw DockerfileErrors.NotASparkDockerfile(document.Path, "it has no FROM instruction");
            var original = shape = shape with { Kind = kind ?? shape.Kind };

            // The line of LD_LIBRARY_PATH first: it may move the line that is to get nss.
            var edited = document;
            var libraryPath = AddLibraryPath(ref edited, shape);
            shape = shape.After(edited);
            var nss = AddNss(ref edited, shape);
            shape = shape.After(edited);
            var problems = DockerfileProblems.Find(shape, sparkBase);
            var repaired = repair && problems.Count > 0 ? DockerfileProblems.Repair(shape, sparkBase) : shape;

            // One repair may cure another problem too; what counts is what is left.
            var left = ReferenceEquals(repaired, shape) ? problems : DockerfileProblems.Find(repaired, sparkBase);
            var mended = problems.Select(p => p.Rule).Except(left.Select(p => p.Rule)).ToList();
            return new DockerfilePlan(document, repaired.Document, original, [nss, libraryPath], problems, mended);
        }
        catch (RegexMatchTimeoutException)
        {
            throw DockerfileErrors.DockerfileUnreadable(document.Path, 0, "its instructions are too long to be searched");
        }
    }

    // The first plan is the result's own file; the others' problems and changes go with it.
    private static async Task<SparkDockerfile> ApplyAsync(List<DockerfilePlan> plans, IOperator @operator, CancellationToken cancellationToken)
    {
        var problems = new List<SparkDockerfileProblem>();
        var (changed, planned) = (false, false);
        foreach (var plan in plans)
        {
            var path = plan.Original.Path;
            foreach (var edit in plan.Edits.Where(e => !e.Needed && ReferenceEquals(plan, plans[0])))
            {
                @operator.Verbose($"{path}: {edit.Name} is not needed: {edit.Reason}.");
            }

            var isWritten = false;
            if (plan.Action.Length > 0)
            {
                isWritten = await @operator.ShouldProcessAsync(path, plan.Action, cancellationToken).ConfigureAwait(false);
                changed |= isWritten;
                planned |= !isWritten;
                if (isWritten)
                {
                    await KeepOriginalAsync(plan.Original, cancellationToken).ConfigureAwait(false);
                    await AtomicFile.WriteAsync(path, plan.Edited.ToBytes(), UnixFileMode.UserRead | UnixFileMode.UserWrite, cancellationToken).ConfigureAwait(false);
                    @operator.Verbose($"'{path}': {plan.Action}.");
                }
            }

            problems.AddRange(plan.Problems.Select(p => p with { Repaired = isWritten && plan.Mended.Contains(p.Rule) }));
            var open = plan.Problems.Where(p => !plan.Mended.Contains(p.Rule)).Select(p => p.BuildArgument is { } argument ? $"{p.Rule} (build argument {argument})" : p.Rule).ToList();
            if (open.Count > 0)
            {
                @operator.Warning($"'{path}' may not build: {string.Join(", ", open)}. The result's Problems say what the build says and what cures it; -Repair mends what a line can mend.");
            }
        }

        var first = plans[0];
        var (release, differences) = DockerfileReleases.Classify(first.Shape);
        return new SparkDockerfile
        {
            Path = first.Original.Path,
            Kind = first.Shape.Kind,
            Release = release,
            Differences = differences,
            BaseImage = first.Shape.BaseImage,
            Platform = first.Shape.Platform,
            Edits = first.Edits,
            Problems = problems,
            Diff = string.Concat(plans.Select(p => UnifiedDiff.Of(p.Original.Path, p.Original.PhysicalLines, p.Edited.PhysicalLines))),
            Changed = changed,
            Planned = planned,
        };
    }

    private static SparkDockerfileEdit AddNss(ref DockerfileDocument document, DockerfileShape shape)
    {
        if (shape.Kind != SparkDockerfileKind.Spark)
        {
            return NotNeeded(DockerfileEdits.Nss, InBase);
        }

        if (shape.Platform != Alpine)
        {
            return NotNeeded(DockerfileEdits.Nss, shape.Packages.Contains("libnss3")
                ? $"the image is {SystemNames[shape.Platform]} and installs libnss3"
                : $"the image is {SystemNames[shape.Platform]}; nss is what Alpine calls the package that Java needs there");
        }

        var packages = shape.PackageLines.Where(p => p.Tool == "apk").ToList();
        if (packages.Exists(p => p.Packages.Any(IsNss)))
        {
            return NotNeeded(DockerfileEdits.Nss, "the apk line names it already (Spark has it since 2.4.1, SPARK-27178)");
        }

        // The line meant is the one with Spark's own packages; a file may have others.
        var line = packages.Find(p => p.Packages.Contains("libc6-compat")) ?? packages.FirstOrDefault();
        if (line is null)
        {
            throw DockerfileErrors.NotASparkDockerfile(document.Path, "its base is Alpine, but no RUN instruction has an 'apk add' line to which nss could be added");
        }

        var before = document.PhysicalLines[line.Line].Text;
        document = document.Replace(line.Line, line.Column, 0, " " + DockerfileEdits.Nss);
        return new SparkDockerfileEdit(
            DockerfileEdits.Nss,
            true,
            line.Line + 1,
            before,
            document.PhysicalLines[line.Line].Text,
            "without nss Java fails on Alpine with FileNotFoundException: /usr/lib/libnss3.so (SPARK-27178)");
    }

    private static SparkDockerfileEdit AddLibraryPath(ref DockerfileDocument document, DockerfileShape shape)
    {
        if (shape.Kind != SparkDockerfileKind.Spark)
        {
            return NotNeeded(DockerfileEdits.LibraryPath, InBase);
        }

        if (shape.Platform.Length == 0)
        {
            throw DockerfileErrors.NotASparkDockerfile(document.Path, "neither its base image nor a package line (apk, apt, yum) tells its platform");
        }

        if (shape.Platform != Alpine)
        {
            return NotNeeded(DockerfileEdits.LibraryPath, $"the image is {SystemNames[shape.Platform]} (glibc), whose /lib64 holds the loader only; the setting would do nothing");
        }

        if (shape.Commands.LinksLoader)
        {
            return NotNeeded(DockerfileEdits.LibraryPath, "the image links the loader to where it is looked for already, the same cure (Spark has it since 2.4.4, SPARK-26995)");
        }

        var existing = shape.Instructions.LastOrDefault(i => DockerfileShape.Sets(i, DockerfileEdits.LibraryPath));
        if (existing is not null && Lib64().IsMatch(existing.Arguments))
        {
            return NotNeeded(DockerfileEdits.LibraryPath, "the file sets it to /lib64 already");
        }

        var anchor = shape.HomeVariable ?? throw DockerfileErrors.EnvLineMissing(document.Path);
        var after = existing is not null && existing.LastLine > anchor.LastLine ? existing : anchor;

        // In the style of the line above: its indentation, its spelling of ENV, a blank or an equals sign.
        var above = document.PhysicalLines[anchor.FirstLine].Text;
        var indent = above[..(above.Length - above.TrimStart().Length)];
        var keyword = above.AsSpan(indent.Length).StartsWith("ENV", StringComparison.OrdinalIgnoreCase) ? above.Substring(indent.Length, 3) : "ENV";
        var separator = DockerfileShape.IsEqualsForm(anchor) ? '=' : ' ';
        var value = existing is null ? "/lib64" : $"${{{DockerfileEdits.LibraryPath}}}:/lib64";
        document = document.InsertAfter(after.LastLine, $"{indent}{keyword} {DockerfileEdits.LibraryPath}{separator}{value}");
        if (!document.Instructions.Any(x => x.FirstLine == after.LastLine + 1 && DockerfileShape.Sets(x, DockerfileEdits.LibraryPath)))
        {
            throw DockerfileErrors.DockerfileUnreadable(document.Path, after.LastLine + 1, "it ends in a continuation that nothing follows");
        }

        return new SparkDockerfileEdit(
            DockerfileEdits.LibraryPath,
            true,
            after.LastLine + 2,
            "",
            document.PhysicalLines[after.LastLine + 1].Text,
            "without it snappy-java fails on Alpine with UnsatisfiedLinkError: Error loading shared library ld-linux-x86-64.so.2 (SPARK-26995)");
    }

    // The untouched file is kept once, beside it; the image never holds it, because the Dockerfile copies only what it names.
    private static async Task KeepOriginalAsync(DockerfileDocument document, CancellationToken cancellationToken)
    {
        var original = document.Path + ".sparkazure.bak";
        if (!File.Exists(original))
        {
            await AtomicFile.WriteAsync(original, document.ToBytes(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, cancellationToken).ConfigureAwait(false);
        }
    }

    private static SparkDockerfileEdit NotNeeded(string name, string reason) => new(name, false, 0, "", "", reason);

    // nss, nss=3.44-r0, nss>3, nss~3.44, nss@edge: apk's ways to name a version or a repository.
    private static bool IsNss(string package) => package.Split('=', '<', '>', '~', '@')[0].Trim('"', '\'') == DockerfileEdits.Nss;

    [GeneratedRegex(@"(^|[\s=:""'])/lib64/?($|[\s:""'])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Lib64();
}
