using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark;

/// <summary>
/// The station "Dockerfile": the two edits of howto 3.3 and 4.3, made where the base image needs them. Which image needs what:
/// Alpine before Spark 2.4.1 lacks nss (SPARK-27178), Alpine before 2.4.4 lacks the loader under /lib64 (SPARK-26995), and
/// from 2.4.5 on the images are Debian or Ubuntu and need neither. The file itself tells, not its version.
/// </summary>
public static partial class SparkDockerfileEditor
{
    private const string Nss = "nss";
    private const string LibraryPath = "LD_LIBRARY_PATH";
    private const string Alpine = "Alpine";
    private const string Debian = "Debian";

    /// <summary>Makes the edits in the Dockerfile of a Spark home's image <c>spark</c>.</summary>
    /// <exception cref="SparkAzureException">NotASparkHome, and those of <see cref="EditFileAsync"/>.</exception>
    public static async Task<SparkDockerfile> EditAsync(string sparkHome, IOperator @operator, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        var edited = await EditFileAsync(home.Dockerfile, @operator, cancellationToken).ConfigureAwait(false);
        return edited with { SparkHome = home.Path };
    }

    /// <summary>Makes the edits in one Dockerfile. Every other byte of it stays.</summary>
    /// <exception cref="SparkAzureException">
    /// DockerfileNotFound, DockerfileUnreadable, EnvLineMissing, NotASparkDockerfile, CannotRead, CannotWrite, DiskFull.
    /// </exception>
    public static async Task<SparkDockerfile> EditFileAsync(string path, IOperator @operator, CancellationToken cancellationToken)
    {
        var document = await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var stages = document.Stages(new Dictionary<string, string>());
        if (stages.Count == 0)
        {
            throw DockerfileErrors.NotASparkDockerfile(path, "it has no FROM instruction");
        }

        var packages = ShellCommands.PackageLines(document);
        var platform = PlatformOf(path, stages[^1].BaseImage, packages);
        var edited = document;
        var edits = new[]
        {
            AddNss(ref edited, platform, packages),
            AddLibraryPath(ref edited, platform),
        };
        var result = new SparkDockerfile
        {
            Path = path,
            BaseImage = stages[^1].BaseImage,
            Platform = platform,
            Edits = edits,
            Diff = UnifiedDiff.Of(path, document.PhysicalLines, edited.PhysicalLines),
        };
        var needed = edits.Where(e => e.Needed).ToList();
        foreach (var edit in edits.Except(needed))
        {
            @operator.Verbose($"{path}: {edit.Name} is not needed: {edit.Reason}.");
        }

        if (needed.Count == 0)
        {
            return result;
        }

        if (!await @operator.ShouldProcessAsync(path, $"Edit: {string.Join(", ", needed.Select(e => e.Name))}", cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        await KeepOriginalAsync(document, cancellationToken).ConfigureAwait(false);
        await AtomicFile.WriteAsync(path, edited.ToBytes(), UnixFileMode.UserRead | UnixFileMode.UserWrite, cancellationToken).ConfigureAwait(false);
        @operator.Verbose($"Edited '{path}': {string.Join(", ", needed.Select(e => e.Name))}.");
        return result with { Changed = true };
    }

    private static string PlatformOf(string path, string baseImage, IReadOnlyList<PackageLine> packages)
    {
        if (packages.Any(p => p.Tool == "apk") || baseImage.Contains("alpine", StringComparison.OrdinalIgnoreCase))
        {
            return Alpine;
        }

        return packages.Count > 0
            ? Debian
            : throw DockerfileErrors.NotASparkDockerfile(path, "none of its RUN instructions installs packages with apk or apt, so its platform cannot be told");
    }

    private static SparkDockerfileEdit AddNss(ref DockerfileDocument document, string platform, IReadOnlyList<PackageLine> packages)
    {
        if (platform == Debian)
        {
            return NotNeeded(Nss, packages.Any(p => p.Packages.Contains("libnss3"))
                ? "the image is Debian or Ubuntu and installs libnss3"
                : "the image is Debian or Ubuntu; nss is the name of an Alpine package");
        }

        if (packages.Any(p => p.Packages.Any(IsNss)))
        {
            return NotNeeded(Nss, "the apk line names it already (Spark has it since 2.4.1, SPARK-27178)");
        }

        // The line meant is the one with Spark's own packages; a file may have others.
        var line = packages.FirstOrDefault(p => p.Packages.Contains("libc6-compat")) ?? (packages.Count > 0 ? packages[0] : null);
        if (line is null)
        {
            throw DockerfileErrors.NotASparkDockerfile(document.Path, "its base is Alpine, but no RUN instruction has an 'apk add' line to which nss could be added");
        }

        var before = document.PhysicalLines[line.Line].Text;
        document = document.Replace(line.Line, line.Column, 0, " " + Nss);
        return new SparkDockerfileEdit(
            Nss,
            true,
            line.Line + 1,
            before,
            document.PhysicalLines[line.Line].Text,
            "without nss Java fails on Alpine with FileNotFoundException: /usr/lib/libnss3.so (SPARK-27178)");
    }

    private static SparkDockerfileEdit AddLibraryPath(ref DockerfileDocument document, string platform)
    {
        if (platform == Debian)
        {
            return NotNeeded(LibraryPath, "the image is Debian or Ubuntu (glibc), whose /lib64 holds the loader only; the setting would do nothing");
        }

        if (ShellCommands.LinksLib64(document))
        {
            return NotNeeded(LibraryPath, "the image links /lib64 to /lib already, the same cure (Spark has it since 2.4.4, SPARK-26995)");
        }

        var variables = document.Instructions.Where(i => i.Keyword == "ENV").ToList();
        var existing = variables.LastOrDefault(i => Sets(i, LibraryPath));
        if (existing is not null && Lib64().IsMatch(existing.Arguments))
        {
            return NotNeeded(LibraryPath, "the file sets it to /lib64 already");
        }

        var anchor = variables.FirstOrDefault(i => Sets(i, "SPARK_HOME")) ?? throw DockerfileErrors.EnvLineMissing(document.Path);
        var after = existing is not null && existing.LastLine > anchor.LastLine ? existing : anchor;

        // In the style of the line above: its indentation, its spelling of ENV, a blank or an equals sign.
        var above = document.PhysicalLines[anchor.FirstLine].Text;
        var lead = above[..(above.Length - above.TrimStart().Length + 3)];
        var separator = EqualsForm().IsMatch(anchor.Arguments) ? '=' : ' ';
        var value = existing is null ? "/lib64" : $"${{{LibraryPath}}}:/lib64";
        document = document.InsertAfter(after.LastLine, $"{lead} {LibraryPath}{separator}{value}");
        return new SparkDockerfileEdit(
            LibraryPath,
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

    private static bool Sets(DockerfileInstruction env, string name) => Regex.IsMatch(
        env.Arguments,
        $@"^{name}(\s|=)|\s{name}=",
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));

    // nss, nss=3.44-r0, nss>3, nss~3.44, nss@edge: apk's ways to name a version or a repository.
    private static bool IsNss(string package) => package.Split('=', '<', '>', '~', '@')[0].Trim('"', '\'') == Nss;

    [GeneratedRegex(@"(^|[\s=:""'])/lib64/?($|[\s:""'])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Lib64();

    [GeneratedRegex(@"^\w+=", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EqualsForm();
}
