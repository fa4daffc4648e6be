using System.Text.RegularExpressions;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>What keeps Spark's images from being built today.</summary>
internal static class DockerfileProblems
{
    private static readonly SparkDockerfileKind[] All3 =
        [SparkDockerfileKind.Spark, SparkDockerfileKind.Python, SparkDockerfileKind.R];

    private static readonly SparkDockerfileKind[] Bindings = [SparkDockerfileKind.Python, SparkDockerfileKind.R];

    // Bases whose pip leaves the system's Python alone (PEP 668), or whose tag does not keep them from becoming one.
    private static readonly Regex ManagedPython = Text(
        @"\bzulu-openjdk:|noble|resolute|\bubuntu:(?:24|25|26)|bookworm|trixie|\bdebian:1[23]");

    // Options with which pip leaves the system's packages alone, or is told not to.
    private static readonly string[] ElsewhereOptions =
        ["--break-system-packages", "--target", "-t", "--root", "--prefix", "--dry-run"];

    // In the order in which they are mended. Base images drift under a fixed tag, which is the cause of most of them.
    internal static readonly DockerfileRule[] All =
    [
        new(
            AgedBases.ArchivedDebian, All3,
            "404 Not Found from deb.debian.org at 'apt-get update': the packages of this release of Debian have moved to the archive",
            "a base image that is alive", "ontop/ontop#883, debuerreotype/docker-debian-artifacts#245", "2026-11-27")
        {
            IsOfBase = true,
            IsIn = (shape, _) => HasBase(shape, AgedBases.ArchivedDebian),
        },
        new(
            AgedBases.ExpiredDebian, All3,
            "Release file for .../bullseye-security/InRelease is expired, at 'apt-get update', or 404 Not Found at 'apt install': Debian 11, the base of the files of 2.4.5 to 3.3.4, has ended in September 2026. Docker Hub has no openjdk:8-jre-slim, 11-jre-slim and the like any more: they were deleted in November 2025 (not found, at FROM)",
            "a base image that is alive: no tag of openjdk is, so that no build argument alone can name one",
            "docker-library/official-images#22244, virtualcell/vcell#2075, rehlds/ReHLDS#1201, docker-library/openjdk#550, Edirom/Edirom-Online#616", "2026-11-27")
        {
            IsOfBase = true,
            IsIn = (shape, _) => HasBase(shape, AgedBases.ExpiredDebian),
        },
        new(
            AgedBases.DeletedOpenJdk, All3,
            "manifest for openjdk:8-alpine not found (or not found, or manifest unknown) at FROM: the base of the files of 2.3.0 to 2.4.4 and every tag of openjdk that names no single build were deleted from Docker Hub in November 2025",
            "the same image by the name of its last build, openjdk:8u212-alpine and its kin, which nobody mends any more; better a newer Spark",
            "docker-library/openjdk#550, adoptium/adoptium-support#1374, docker-library/official-images#5861", "2026-11-30")
        {
            IsOfBase = true,
            IsIn = (shape, _) => HasBase(shape, AgedBases.DeletedOpenJdk),
        },
        new(
            AgedBases.ArchivedUbuntu, All3,
            "404 Not Found from archive.ubuntu.com at 'apt-get update': the packages of this release of Ubuntu have moved to old-releases.ubuntu.com",
            "a base image with long-term support, as ubuntu:22.04", "ubuntu.com/about/release-cycle, tianon/docker-brew-ubuntu-core#245, bambulab/BambuStudio#9431", "2026-11-27")
        {
            IsOfBase = true,
            IsIn = (shape, _) => HasBase(shape, AgedBases.ArchivedUbuntu),
        },
        new(
            AgedBases.ArchivedCentos, All3,
            "Could not resolve host: mirrorlist.centos.org, or 'Failed to download metadata for repo': CentOS Linux has ended, and its packages have moved to vault.centos.org",
            "a base image that is alive, as rockylinux:9", "smoogespace.blogspot.com 2024-05-14, CentOS/sig-cloud-instance-images#202", "2026-11-27")
        {
            IsOfBase = true,
            IsIn = (shape, _) => HasBase(shape, AgedBases.ArchivedCentos),
        },
        new(
            AgedBases.MovedTemurin, All3,
            "the Python step of spark-py fails: a tag of eclipse-temurin without a distribution became Ubuntu 24.04 in July 2024 and Ubuntu 26.04 in spring 2026, whose Python is newer than Spark before 4.0 supports (3.4.0 to 3.5.1)",
            "the base image on Ubuntu 22.04, as Spark 3.5.2 has it",
            "SPARK-49005, docker-library/official-images#17224, #17235, jetty/jetty.docker#290, adoptium/adoptium.net#1054", "2026-11-27")
        {
            IsOfBase = true,
            IsIn = (shape, _) => HasBase(shape, AgedBases.MovedTemurin),
        },
        new(
            "cran-key", [SparkDockerfileKind.R],
            "gpg: keyserver receive failed: keys.gnupg.net is gone; and R for Debian 10 does not install on what came after it (3.0.2 to 3.1.2)",
            "the distribution's own R, as Spark 3.1.3 has it", "SPARK-35885, SPARK-36806", "2026-11-27")
        {
            IsIn = (shape, _) => Commands(shape).Any(IsOfCran),
            Repairs =
            [
                (Text(@"\becho\s+[""']deb\s[^""']*\bcran[^""']*[""']\s*>>\s*/etc/apt/sources\.list\s*&&[ ]?"), ""),
                (Text(@"\(\s*apt-key\s+adv\b[^&;|()]*(?:\|\|\s*apt-key\s+adv\b[^&;|()]*)*\)\s*&&[ ]?|(?<![(|]\s*)\bapt-key\s+adv\b[^&;|()]*&&[ ]?"), ""),
                (Text(@"\bapt(?:-get)?\s+install\s+-y\s+gnupg\s*&&[ ]?"), ""),
                (Text(@"(?<=\s)-t\s+buster-cran35\s"), ""),
            ],
        },
        new(
            "apt-lists", Bindings,
            "apt finds no package, or asks for versions that are gone (404): the file installs from the lists of the day on which its base image was built (2.4.5 to 2.4.8), or after it has removed them",
            "'apt-get update' before each 'apt install' that has no lists, as Spark 3.0.0 has it", "SPARK-30111", "2026-11-27")
        {
            IsIn = (shape, _) => InstallsWithoutLists(Commands(shape)),
            Repairs = [(Text(@"(?=\bapt(?:-get)?\s+install\b)(?<=\A(?:(?!\bapt(?:-get)?\s+(?:install|update)\b).)*)"), "apt-get update && ")],
        },
        new(
            "python-2", [SparkDockerfileKind.Python],
            "E: Package 'python-pip' has no installation candidate: Debian 11 and Ubuntu 22.04 and what came after them have no Python 2 under that name, nor python-dev, python-setuptools and the like (2.4.5 to 2.4.8, 3.0.x)",
            "Python 3 alone, as Spark 3.1.1 has it; with Spark 2.4 also set spark.kubernetes.pyspark.pythonVersion to 3", "SPARK-32882, h2oai/sparkling-water#2644", "2026-11-27")
        {
            IsIn = (shape, _) => AptPackages(shape).Any(DebianPackages.IsPython2),
            IsMended = shape => !Commands(shape).Any(c => IsPython2(c, shape)),
            Repairs =
            [
                (Text(@"\bapt(?:-get)?\s+install\s+(?:-\S+\s+)*python\s+python-pip\s*&&[ ]?(?=\s*apt(?:-get)?\s+install\s+(?:-\S+\s+)*python3\s)"), ""),
                (Text($@"(?<=\bapt(?:-get)?\s+install\s[^&;|]*\s)python(?=(?:-(?:{DebianPackages.InPython3Pattern}))?[\s;&|)])"), "python3"),
                (Text(@"(?<=(?:^|[&;|])\s*)pip(?=\s+install\s)"), "pip3"),
                (Text(@"(?<=(?:[&;|\n]|\bRUN)\s*)python(?=\s)"), "python3"),
                (Text(@"(?<=\brm\s+-r)(?=\s+/usr/lib/python\*/ensurepip)"), "f"),
            ],
        },
        new(
            "pip-cache", [SparkDockerfileKind.Python],
            "rm: cannot remove '/root/.cache': No such file or directory, on days on which pip had nothing to fetch (up to 3.3)",
            "'rm -rf', as Spark 3.4.0 has it", "SPARK-38898", "2026-11-27")
        {
            IsIn = (shape, _) => Commands(shape).Any(IsRemovalOfCache),
            Repairs = [(Text(@"(?<=\brm\s+-r)(?=\s+/root/\.cache\b)"), "f")],
        },
        new(
            "pip-managed", [SparkDockerfileKind.Python],
            "error: externally-managed-environment (PEP 668), as soon as the base image is Ubuntu 24.04 or later; the tag of this one does not keep it from moving there (4.0, 4.1)",
            "no upgrade of pip and setuptools, which the line before has just installed", "SPARK-56583, SPARK-56592", "2026-11-27")
        {
            IsIn = (shape, sparkBase) => ManagedPython.IsMatch(sparkBase ?? shape.BaseImage) && InstallsIntoSystem(shape),
            Repairs = [(Text(@"\bpip3?\s+install\s+--upgrade\s+pip\s+setuptools\s*(?:&&|;)[ ]?"), "")],
        },
    ];

    /// <summary>The problems of a document.</summary>
    /// <param name="shape">The document.</param>
    /// <param name="sparkBase">
    /// The base of the image <c>spark</c>, where the document is a binding's; null when it is not known.
    /// </param>
    internal static IReadOnlyList<SparkDockerfileProblem> Find(DockerfileShape shape, string? sparkBase) =>
        [.. All.Where(rule => Fits(rule, shape, sparkBase)).Select(rule => Problem(rule, shape))];

    /// <summary>
    /// The document without the problems that a line of it can cure; the same object when there is none.
    /// </summary>
    internal static DockerfileShape Repair(DockerfileShape shape, string? sparkBase)
    {
        // A repair may open the way for one that stands before it.
        for (DockerfileShape? former = null; !ReferenceEquals(former, shape);)
        {
            former = shape;
            shape = All.Where(rule => Fits(rule, former, sparkBase)).Aggregate(
                shape, (current, rule) => Repair(rule, current, sparkBase));
        }

        return shape;
    }

    private static bool Fits(DockerfileRule rule, DockerfileShape shape, string? sparkBase) =>
        rule.Kinds.Contains(shape.Kind) && rule.IsIn(shape, sparkBase);

    private static SparkDockerfileProblem Problem(DockerfileRule rule, DockerfileShape shape)
    {
        var (cure, argument) = (rule.Cure, (string?)null);
        if (rule.IsOfBase)
        {
            var images = AgedStages(shape, rule.Name)
                .Select(s => AgedBases.Successor(s.BaseImage, shape))
                .OfType<string>()
                .Select(i => "FROM " + i)
                .Distinct()
                .ToList();
            cure += images.Count == 0 ? "" : $": {string.Join(", ", images)}";
            argument = Rebase(rule, shape).BuildArgument;
        }

        return new SparkDockerfileProblem(
            shape.Document.Path,
            rule.Name,
            rule.Symptom,
            cure,
            argument,
            Repaired: false,
            $"{rule.Source} ({rule.AsOf})");
    }

    // A repair that leaves the problem, in a file that somebody changed, is none.
    private static DockerfileShape Repair(DockerfileRule rule, DockerfileShape shape, string? sparkBase)
    {
        var repaired = rule.IsOfBase
            ? shape.After(Rebase(rule, shape).Document)
            : rule.Repairs.Aggregate(
                shape, (current, repair) => current.After(current.Commands.Replace(repair.Pattern, repair.Replacement)));
        if (rule.IsIn(repaired, sparkBase) || rule.IsMended?.Invoke(repaired) == false)
        {
            return shape;
        }

        return repaired;
    }

    // Every stage that the image stands on, and those that install what is copied from them.
    private static IEnumerable<DockerfileStage> AgedStages(DockerfileShape shape, string rule) => shape.Document
        .Stages(new Dictionary<string, string>())
        .Where(s => s.BaseStage is null
            && AgedBases.RuleOf(s.BaseImage) == rule
            && (s.BaseImage == shape.BaseImage || InstallsPackages(shape.Document, s)));

    private static bool InstallsPackages(DockerfileDocument document, DockerfileStage stage) =>
        ShellCommands.Of(document, stage.Instructions).PackageLines().Count > 0;

    private static bool HasBase(DockerfileShape shape, string rule) => AgedStages(shape, rule).Any();

    // Each of the stages gets what takes its base's place; the build argument counts where one is all there is to do.
    private static (DockerfileDocument Document, string? BuildArgument) Rebase(
        DockerfileRule rule, DockerfileShape shape)
    {
        var document = shape.Document;
        string? argument = null;
        var count = 0;
        foreach (var stage in AgedStages(shape, rule.Name))
        {
            if (AgedBases.Successor(stage.BaseImage, shape) is { } image)
            {
                (document, argument) = BaseImageEdit.Make(document, stage, image);
            }

            count++;
        }

        return (document, count == 1 ? argument : null);
    }

    private static IReadOnlyList<CommandWords> Commands(DockerfileShape shape) => CommandWords.Of(shape.Commands.Text);

    private static IEnumerable<string> AptPackages(DockerfileShape shape) =>
        shape.PackageLines.Where(l => l.Tool.StartsWith("apt", StringComparison.Ordinal)).SelectMany(l => l.Packages);

    private static bool IsOfCran(CommandWords command) =>
        (command.Name == "apt-key" && command.Arguments.Contains("adv"))
            || command.Arguments.Any(a => a.Contains("-cran", StringComparison.Ordinal));

    private static bool InstallsWithoutLists(IReadOnlyList<CommandWords> commands)
    {
        var hasLists = false;
        foreach (var command in commands)
        {
            if (command.IsApt("update"))
            {
                hasLists = true;
            }
            else if (command.Name == "rm"
                && command.Arguments.Any(a => a.StartsWith("/var/lib/apt/lists", StringComparison.Ordinal)))
            {
                hasLists = false;
            }
            else if (command.IsApt("install") && !hasLists)
            {
                return true;
            }
        }

        return false;
    }

    // A program of Python 2 in a file that does not see to it that there is one.
    private static bool IsPython2(CommandWords command, DockerfileShape shape) => command.Program switch
    {
        "python" => !shape.Packages.Contains("python-is-python3"),
        "python2" or "pip2" => !shape.Packages.Contains("python2"),
        _ => false,
    };

    private static bool IsRemovalOfCache(CommandWords command) =>
        command is { Name: "rm", MayFail: false }
            && command.Arguments.Any(a => a.TrimEnd('/') is "/root/.cache" or "~/.cache" or "$HOME/.cache")
            && !command.Arguments.Any(IsForce);

    private static bool IsForce(string option) =>
        option == "--force" || (option is ['-', not '-', ..] && option.Contains('f', StringComparison.Ordinal));

    private static bool InstallsIntoSystem(DockerfileShape shape)
    {
        var isAllowed = shape.Instructions.Any(i =>
            (i.Keyword == "ENV" && i.Arguments.Contains("PIP_BREAK_SYSTEM_PACKAGES", StringComparison.Ordinal))
                || (i.Keyword == "RUN" && i.ToString().Contains("EXTERNALLY-MANAGED", StringComparison.Ordinal)));
        return !isAllowed && Commands(shape).Any(IsIntoSystem);
    }

    // That of a virtual environment has a path of its own.
    private static bool IsIntoSystem(CommandWords command)
    {
        var isOfSystem = !command.Program.Contains('/', StringComparison.Ordinal)
            || command.Program.StartsWith("/usr/bin/", StringComparison.Ordinal);
        return isOfSystem
            && command.IsPip("install")
            && !command.Arguments.Any(a => ElsewhereOptions.Contains(a.Split('=')[0]));
    }

    private static Regex Text(string pattern) =>
        new(pattern, RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromMilliseconds(PatternLimit.Milliseconds));
}
