using System.Text.RegularExpressions;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// What of a Dockerfile tells releases apart and decides what it needs: read from its last stage and the stages that
/// one stands on.
/// </summary>
internal sealed partial record DockerfileShape
{
    /// <summary>The count of shell commands stands among those of the instructions under this name.</summary>
    internal const string ShellCount = "shell";

    // Which image a file makes: the first row that an instruction of it fits; a file that fits none is taken for the
    // image spark. One that begins with a Spark image, or is told its base, may copy jars and stays a binding. Source:
    // the Dockerfiles of Spark 2.3.0 to 4.1 and of apache/spark-docker to 4.2.0.
    private static readonly (SparkDockerfileKind Kind, bool OnSpark, Regex Mark)[] KindMarks =
    [
        (SparkDockerfileKind.Spark, true, Mark(@"^ENV (?:.*\s)?SPARK_HOME\b")),
        (SparkDockerfileKind.Spark, false, Mark(@"^COPY .*\bjars\b")),
        (SparkDockerfileKind.Python, true, Mark(@"^COPY .*\bpython/|^RUN .*\b(?:add|install) .*\bpython3?\b")),
        (SparkDockerfileKind.R, true, Mark(@"^ENV R_HOME\b|^COPY R |^RUN .*\b(?:add|install) .*(?:\br-base\b|\bR\b)")),
    ];

    // Images of Spark by their names, and images that have a system or a Java and no Spark. Source: Docker Hub's pages;
    // the names that docker-image-tool.sh and others' registries have.
    private static readonly Regex SparkImage = Mark(@"(?i)(?:^|/)[\w.-]*spark[\w.-]*(?:[:@]|$)");
    private static readonly Regex PlainImage = Mark(
        @"(?i)^scratch$|(?:^|/)(?:alpine|debian|ubuntu|centos|rockylinux|almalinux|fedora|amazonlinux|oraclelinux"
            + @"|ubi\d[\w-]*|busybox|\w*openjdk[\w-]*|\w*-?jdk[\w-]*|\w*-?jre[\w-]*|eclipse-temurin|zulu[\w-]*"
            + @"|amazoncorretto|sapmachine|liberica[\w-]*|python|r-base)(?:[:@]|$)");

    // The folder of a Spark home's jars as a source.
    private static readonly Regex SparkJars = Mark(
        @"(?:^|[\s""])(?:\$\{?spark_jars\}?|(?:\./)?jars)(?:/\*|/\*\.jar|/)?[""]?,?\s");

    // What tells the system of an image, the surest sign first. Source: the package managers' own systems; Docker Hub's
    // pages of openjdk, eclipse-temurin, azul/zulu-openjdk and spark.
    private static readonly (string Platform, Regex Tool, Regex BaseImage)[] PlatformMarks =
    [
        ("Alpine", Mark("^apk$"), Mark("(?i)alpine")),
        ("Debian", Mark("^apt(?:-get)?$"), Mark("(?!)")),
        ("RedHat", Mark("^(?:yum|dnf|microdnf)$"), Mark("(?!)")),
        ("Debian", Mark("(?!)"), Mark(@"(?i)debian|ubuntu|\bslim\b|bullseye|bookworm|buster|focal|jammy|noble|eclipse-temurin|zulu-openjdk|^(?:docker\.io/)?(?:(?:library|apache)/)?spark:")),
        ("RedHat", Mark("(?!)"), Mark(@"(?i)\bubi\d|centos|rockylinux|almalinux|fedora|amazonlinux|oraclelinux|\brhel")),
    ];

    /// <summary>
    /// Whether it begins with another image that has Spark already: it neither sets SPARK_HOME nor copies Spark's jars,
    /// and its base is no plain one of a system or a Java.
    /// </summary>
    public bool IsDerived =>
        Kind == SparkDockerfileKind.Spark
            && HomeVariable is null
            && !PlainImage.IsMatch(BaseImage)
            && !Instructions.Any(i => i.Keyword is "COPY" or "ADD" && SparkJars.IsMatch(i.Arguments));

    /// <summary>The document that it was read from.</summary>
    public required DockerfileDocument Document { get; init; }

    public required SparkDockerfileKind Kind { get; init; }

    /// <summary>
    /// The image that the first of the stages begins with, build arguments filled in with their defaults; may be empty.
    /// </summary>
    public required string BaseImage { get; init; }

    /// <summary>Alpine, Debian or RedHat; empty when nothing tells.</summary>
    public required string Platform { get; init; }

    /// <summary>The instructions of the stages, FROM left out.</summary>
    public required IReadOnlyList<DockerfileInstruction> Instructions { get; init; }

    public required ShellCommands Commands { get; init; }

    public required IReadOnlyList<PackageLine> PackageLines { get; init; }

    /// <summary>All packages, in order.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>The ENV instruction that sets SPARK_HOME; null without one.</summary>
    public required DockerfileInstruction? HomeVariable { get; init; }

    /// <summary>True when SPARK_HOME (R_HOME in R's file) is set in the form <c>ENV name=value</c>.</summary>
    public required bool EqualsForm { get; init; }

    /// <summary>
    /// How often each instruction stands in the whole file, and how many shell commands; the procedure's own ENV line
    /// does not count.
    /// </summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    /// <summary>Reads a document's shape; null when it has no FROM.</summary>
    /// <exception cref="SparkAzureException">DockerfileUnreadable.</exception>
    internal static DockerfileShape? Of(DockerfileDocument document)
    {
        var stages = document.Stages(new Dictionary<string, string>());
        if (stages.Count == 0)
        {
            return null;
        }

        var lineage = new Stack<DockerfileStage>();
        for (int? index = stages.Count - 1; index is { } i; index = stages[i].BaseStage)
        {
            lineage.Push(stages[i]);
        }

        var instructions = lineage.SelectMany(s => s.Instructions).ToList();
        var commands = ShellCommands.Of(document, instructions);
        var packages = commands.PackageLines();
        var home = instructions.Find(i => Sets(i, "SPARK_HOME"));
        var baseImage = lineage.Peek().BaseImage;
        return new DockerfileShape
        {
            Document = document,
            Kind = KindOf(instructions, baseImage),
            BaseImage = baseImage,
            Platform = PlatformMarks.FirstOrDefault(m =>
                m.BaseImage.IsMatch(baseImage) || packages.Any(p => m.Tool.IsMatch(p.Tool))).Platform
                ?? "",
            Instructions = instructions,
            Commands = commands,
            PackageLines = packages,
            Packages = [.. packages.SelectMany(p => p.Packages)],
            HomeVariable = home,
            EqualsForm = (home ?? instructions.Find(i => i.Keyword == "ENV")) is { } env && IsEqualsForm(env),
            Counts = document.Instructions.Where(i => !(Sets(i, EditNames.LibraryPath) && EnvWords(i) <= 2))
                .GroupBy(i => i.Keyword)
                .Select(g => (Name: g.Key, Count: g.Count()))
                .Append((Name: ShellCount, commands.Count))
                .ToDictionary(c => c.Name, c => c.Count, StringComparer.Ordinal),
        };
    }

    /// <summary>The shape of this document after an edit; the image that it makes stays the same.</summary>
    public DockerfileShape After(DockerfileDocument edited)
    {
        if (ReferenceEquals(edited, Document))
        {
            return this;
        }

        return Of(edited)! with { Kind = Kind };
    }

    private static SparkDockerfileKind KindOf(List<DockerfileInstruction> instructions, string baseImage)
    {
        var isOnSpark = baseImage.Length == 0 || SparkImage.IsMatch(baseImage);
        return KindMarks
            .Where(m => m.OnSpark || !isOnSpark)
            .FirstOrDefault(m => instructions.Exists(i => m.Mark.IsMatch(i.ToString())))
            .Kind;
    }

    internal static bool Sets(DockerfileInstruction env, string name) => env.Keyword == "ENV" && Regex.IsMatch(
        env.Arguments,
        $@"^{name}(\s|=)|\s{name}=",
        RegexOptions.CultureInvariant,
        TimeSpan.FromMilliseconds(PatternLimit.Milliseconds));

    internal static bool IsEqualsForm(DockerfileInstruction env) => Equals().IsMatch(env.Arguments);

    private static int EnvWords(DockerfileInstruction env) =>
        env.Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    private static Regex Mark(string pattern) => new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(PatternLimit.Milliseconds));

    [GeneratedRegex(@"^\w+=", RegexOptions.CultureInvariant)]
    private static partial Regex Equals();
}
