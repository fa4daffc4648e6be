using System.Text.RegularExpressions;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>A reason why released Dockerfiles no longer build: by what it is known, and what cures it.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Kinds">The images that it concerns.</param>
/// <param name="Base">The base images of the image <c>spark</c> that it concerns.</param>
/// <param name="Commands">The shell commands that it concerns; the mended file no longer fits.</param>
/// <param name="Symptom">What the build says.</param>
/// <param name="Cure">What to do.</param>
/// <param name="Source">Where both are known from.</param>
internal sealed record DockerfileRule(
    string Name,
    SparkDockerfileKind[] Kinds,
    Regex Base,
    Regex Commands,
    string Symptom,
    string Cure,
    string Source)
{
    /// <summary>
    /// What the base image is to be, as the replacement of what <see cref="DockerfileRule.Base"/> fits; null when it
    /// may stay.
    /// </summary>
    public string? BaseReplacement { get; init; }

    /// <summary>Replacements in the shell commands, in this order.</summary>
    public (Regex Pattern, string Replacement)[] Repairs { get; init; } = [];
}

/// <summary>What keeps Spark's images from being built today.</summary>
internal static class DockerfileProblems
{
    private static readonly Regex Any = Text("");
    private static readonly SparkDockerfileKind[] Bindings = [SparkDockerfileKind.Python, SparkDockerfileKind.R];

    // In the order in which they are mended. Base images drift under a fixed tag, which is the cause of most of them.
    internal static readonly DockerfileRule[] All =
    [
        new(
            "archived-debian", [SparkDockerfileKind.Spark], Text(@"(?<=:.*)\b(?:stretch|buster)\b"), Any,
            "404 Not Found from deb.debian.org at 'apt-get update': the packages of this release of Debian have moved to the archive",
            "a base image on Debian 11 (bullseye)", "ontop/ontop#883")
        {
            BaseReplacement = "bullseye",
        },
        new(
            "temurin-noble", [SparkDockerfileKind.Spark], Text(@"(?<=\beclipse-temurin:)17(?:-jre)?$"), Any,
            "the Python step of spark-py fails: since July 2024 the tag is Ubuntu 24.04, whose Python 3.12 Spark supports only from 4.0 on (3.4.0 to 3.5.1)",
            "the base image on Ubuntu 22.04, as Spark 3.5.2 has it", "SPARK-49005")
        {
            BaseReplacement = "17-jammy",
        },
        new(
            "cran-key", [SparkDockerfileKind.R], Any, Text(@"\bapt-key\s+adv\b|\bbuster-cran35\b"),
            "gpg: keyserver receive failed: keys.gnupg.net is gone; and R for Debian 10 does not install on Debian 11 (3.0.2 to 3.1.2)",
            "Debian's own R, as Spark 3.1.3 has it", "SPARK-35885, SPARK-36806")
        {
            Repairs =
            [
                (Text(@"\becho\s+[""']deb\s[^""']*\bcran[^""']*[""']\s*>>\s*/etc/apt/sources\.list\s*&&[ ]?"), ""),
                (Text(@"\(\s*apt-key\s+adv\b[^&;|()]*(?:\|\|\s*apt-key\s+adv\b[^&;|()]*)*\)\s*&&[ ]?|(?<![(|]\s*)\bapt-key\s+adv\b[^&;|()]*&&[ ]?"), ""),
                (Text(@"\bapt(?:-get)?\s+install\s+-y\s+gnupg\s*&&[ ]?"), ""),
                (Text(@"(?<=\s)-t\s+buster-cran35\s"), ""),
            ],
        },
        new(
            "apt-lists", Bindings, Any, Text(@"\A(?:(?!\bapt(?:-get)?\s+update\b).)*?\bapt(?:-get)?\s+install\b"),
            "apt finds no package, or asks for versions that are gone (404): the file installs from the lists of the day on which its base image was built (2.4.5 to 2.4.8)",
            "'apt-get update' before the first 'apt install', as Spark 3.0.0 has it", "SPARK-30111")
        {
            Repairs = [(Text(@"(?=\bapt(?:-get)?\s+install\b)(?<=\A(?:(?!\bapt(?:-get)?\s+(?:install|update)\b).)*)"), "apt-get update && ")],
        },
        new(
            "python-2", [SparkDockerfileKind.Python], Any, Text(@"\bapt(?:-get)?\s+install\s[^&;|]*?(?<=\s)(?:python|python-pip)(?=[\s;&|)])"),
            "E: Package 'python-pip' has no installation candidate: Debian 11, on which openjdk's slim images stand since September 2021, has no Python 2 (2.4.5 to 2.4.8, 3.0.x)",
            "Python 3 alone, as Spark 3.1.1 has it; with Spark 2.4 also set spark.kubernetes.pyspark.pythonVersion to 3", "SPARK-32882, h2oai/sparkling-water#2644")
        {
            Repairs =
            [
                (Text(@"\bapt(?:-get)?\s+install\s+(?:-\S+\s+)*python\s+python-pip\s*&&[ ]?(?=\s*apt(?:-get)?\s+install\s+(?:-\S+\s+)*python3\s)"), ""),
                (Text(@"(?<=\bapt(?:-get)?\s+install\s[^&;|]*\s)python(?=(?:-pip)?[\s;&|)])"), "python3"),
                (Text(@"(?<=(?:^|[&;|])\s*)pip(?=\s+install\s)"), "pip3"),
                (Text(@"(?<=\brm\s+-r)(?=\s+/usr/lib/python\*/ensurepip)"), "f"),
            ],
        },
        new(
            "pip-cache", [SparkDockerfileKind.Python], Any, Text(@"\brm\s+-r\s+/root/\.cache\b"),
            "rm: cannot remove '/root/.cache': No such file or directory, on days on which pip had nothing to fetch (up to 3.3)",
            "'rm -rf', as Spark 3.4.0 has it", "SPARK-38898")
        {
            Repairs = [(Text(@"(?<=\brm\s+-r)(?=\s+/root/\.cache\b)"), "f")],
        },
        new(
            "pip-managed", [SparkDockerfileKind.Python], Text(@"\bzulu-openjdk:|\beclipse-temurin:(?!17)\d+(?:-jre|-jdk)?$|noble|\bubuntu:24"), Text(@"\bpip3?\s+install\s+--upgrade\s+pip\s+setuptools\s*(?:&&|;)"),
            "error: externally-managed-environment (PEP 668), as soon as the base image is Ubuntu 24.04 or later; the tag of this one does not keep it from moving there (4.0, 4.1)",
            "no upgrade of pip and setuptools, which the line before has just installed", "SPARK-56583, SPARK-56592")
        {
            Repairs = [(Text(@"\bpip3?\s+install\s+--upgrade\s+pip\s+setuptools\s*(?:&&|;)[ ]?"), "")],
        },
    ];

    /// <summary>The problems of a document.</summary>
    /// <param name="shape">The document.</param>
    /// <param name="sparkBase">
    /// The base of the image <c>spark</c>, where the document is a binding's; null when it is not known.
    /// </param>
    internal static IReadOnlyList<SparkDockerfileProblem> Find(DockerfileShape shape, string? sparkBase) =>
    [
        .. All.Where(rule => Fits(rule, shape, sparkBase)).Select(rule => new SparkDockerfileProblem(
            shape.Document.Path,
            rule.Name,
            rule.Symptom,
            rule.Cure,
            Rebase(rule, shape).BuildArgument,
            Repaired: false,
            rule.Source)),
    ];

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
                shape, (current, rule) => Repair(rule, current));
        }

        return shape;
    }

    private static bool Fits(DockerfileRule rule, DockerfileShape shape, string? sparkBase) =>
        rule.Kinds.Contains(shape.Kind)
            && rule.Base.IsMatch(sparkBase ?? shape.BaseImage)
            && rule.Commands.IsMatch(shape.Commands.Text);

    // A repair that leaves the problem, in a file that somebody changed, is none.
    private static DockerfileShape Repair(DockerfileRule rule, DockerfileShape shape)
    {
        if (rule.BaseReplacement is not null)
        {
            return shape.After(Rebase(rule, shape).Document);
        }

        var repaired = rule.Repairs.Aggregate(
            shape, (current, repair) => current.After(current.Commands.Replace(repair.Pattern, repair.Replacement)));
        if (rule.Commands.IsMatch(repaired.Commands.Text))
        {
            return shape;
        }

        return repaired;
    }

    // The base image is written in FROM, or its tag is the default of a build argument that FROM names.
    private static (DockerfileDocument Document, string? BuildArgument) Rebase(
        DockerfileRule rule, DockerfileShape shape)
    {
        var document = shape.Document;
        var to = shape.BaseImage;
        if (rule.BaseReplacement is not null)
        {
            to = rule.Base.Replace(to, rule.BaseReplacement);
        }

        var oldTag = shape.BaseImage[(shape.BaseImage.LastIndexOf(':') + 1)..];
        var newTag = to[(to.LastIndexOf(':') + 1)..];
        foreach (var instruction in document.Instructions.Where(i => oldTag != newTag && i.Keyword is "ARG" or "FROM"))
        {
            if (ReplaceOnce(document, instruction, oldTag, newTag) is { } edited
                && DockerfileShape.Of(edited)?.BaseImage == to)
            {
                return (edited, BuildArgument(edited, instruction));
            }
        }

        return (document, null);
    }

    // The argument that has the same effect as the edit of the ARG; null where FROM itself was edited.
    private static string? BuildArgument(DockerfileDocument edited, DockerfileInstruction instruction)
    {
        if (instruction.Keyword == "FROM")
        {
            return null;
        }

        var name = instruction.Arguments.Split('=')[0];
        var values = edited.GlobalArguments(new Dictionary<string, string>());
        return $"{name}={values.GetValueOrDefault(name)}";
    }

    private static DockerfileDocument? ReplaceOnce(
        DockerfileDocument document, DockerfileInstruction instruction, string from, string to)
    {
        var line = instruction.CodeLines.FirstOrDefault(
            l => document.PhysicalLines[l].Text.Contains(from, StringComparison.Ordinal), -1);
        if (line < 0)
        {
            return null;
        }

        return document.Replace(
            line, document.PhysicalLines[line].Text.LastIndexOf(from, StringComparison.Ordinal), from.Length, to);
    }

    private static Regex Text(string pattern) =>
        new(pattern, RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(1));
}
