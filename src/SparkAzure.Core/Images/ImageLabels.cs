using System.Reflection;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images;

/// <summary>
/// What every published image says of itself. Nothing in it depends on time or machine: the same files give the same
/// labels.
/// </summary>
internal sealed class ImageLabels
{
    // github.com/opencontainers/image-spec, annotations.md, "Pre-Defined Annotation Keys".
    public const string Title = "org.opencontainers.image.title";
    public const string Version = "org.opencontainers.image.version";
    public const string BaseName = "org.opencontainers.image.base.name";
    public const string BaseDigest = "org.opencontainers.image.base.digest";

    /// <summary>What the module's own labels begin with.</summary>
    public const string Prefix = "sparkazure.";

    public const string SparkVersion = Prefix + "spark-version";
    public const string SparkRevision = Prefix + "spark-revision";
    public const string ScalaVersion = Prefix + "scala-version";
    public const string HadoopVersion = Prefix + "hadoop-version";
    public const string CreatedBy = Prefix + "created-by";

    /// <summary>The SHA-256 of the image's Dockerfile.</summary>
    public const string Dockerfile = Prefix + "dockerfile";

    /// <summary>The folder in the image whose jars are listed: <c>/opt/spark/jars</c>.</summary>
    public const string JarFolder = Prefix + "jars.folder";

    /// <summary>The digest of the list of jars.</summary>
    public const string JarDigest = Prefix + "jars.digest";

    /// <summary>The list of jars, in pieces numbered from 0.</summary>
    public const string JarList = Prefix + "jars.";

    // containerd takes labels of at most 4096 bytes, key included (labels/validate.go), and its older CRI plug-ins
    // refuse to start a container whose image has a longer one.
    private const int LongestValue = 4000;

    private readonly Dictionary<ImageJob, SortedDictionary<string, string>> _labels = [];

    private ImageLabels(JarSet jars) => Jars = jars;

    /// <summary>The jars of the Spark home.</summary>
    public JarSet Jars { get; }

    /// <summary>Hashes the plan's Spark home and says what its images are labelled with.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<ImageLabels> ReadAsync(
        PublishPlan plan, ICaller caller, CancellationToken cancellationToken)
    {
        var home = plan.Home;
        var spark = await SparkDistributions.ReadAsync(home, caller, cancellationToken).ConfigureAwait(false);
        var labels = new ImageLabels(await JarSet.ReadAsync(home.Jars, cancellationToken).ConfigureAwait(false));
        foreach (var job in plan.Jobs)
        {
            labels._labels[job] = Describe(plan, job, home, spark, labels.Jars);
        }

        caller.Debug($"The jar set of {home.Path} is {labels.Jars.Digest}.");
        return labels;
    }

    /// <summary>The labels of one image.</summary>
    /// <param name="job">The image.</param>
    /// <param name="baseImage">
    /// What it stands on, unless that is the image spark, whose labels it inherits; null when it is not known.
    /// </param>
    /// <param name="baseDigest">The digest of its manifest; null when it is not known.</param>
    public SortedDictionary<string, string> Of(ImageJob job, string? baseImage, string? baseDigest)
    {
        var labels = new SortedDictionary<string, string>(_labels[job], StringComparer.Ordinal);
        if (baseImage is not null)
        {
            labels[BaseName] = baseImage;
        }

        if (baseDigest is not null)
        {
            labels[BaseDigest] = baseDigest;
        }

        return labels;
    }

    /// <summary>Whether a label is a piece of the list of jars.</summary>
    public static bool IsJarList(string name) =>
        name.StartsWith(JarList, StringComparison.Ordinal)
            && name.AsSpan(JarList.Length).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>The list of jars that labels hold; null when they hold none, or one that was cut or changed.</summary>
    public static JarSet? JarsIn(IReadOnlyDictionary<string, string> labels)
    {
        var pieces = new List<string>();
        while (labels.TryGetValue($"{JarList}{pieces.Count}", out var piece))
        {
            pieces.Add(piece);
        }

        if (JarSet.Parse(string.Join(' ', pieces)) is { } jars && jars.Digest == labels.GetValueOrDefault(JarDigest))
        {
            return jars;
        }

        return null;
    }

    /// <summary>The labels that hold a list of jars.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ForJars(JarSet jars) =>
        jars
            .Pieces(LongestValue)
            .Select((piece, i) => KeyValuePair.Create($"{JarList}{i}", piece))
            .Append(new(JarDigest, jars.Digest));

    private static SortedDictionary<string, string> Describe(
        PublishPlan plan,
        ImageJob job,
        SparkHome home,
        SparkDistribution spark,
        JarSet jars)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [Title] = job.Recipe.Name,
            [Version] = spark.SparkVersion,
            [SparkVersion] = spark.SparkVersion,
            [CreatedBy] = Creator,
            [Dockerfile] = ContentDigest.Of(job.Document.ToBytes()),
        };
        foreach (var (name, value) in new[]
        {
            (SparkRevision, home.Revision),
            (ScalaVersion, spark.ScalaVersion),
            (HadoopVersion, spark.HadoopRelease)
        })
        {
            if (value is not null)
            {
                labels[name] = value;
            }
        }

        if (JarFolderOf(plan, job) is { } folder)
        {
            labels[JarFolder] = folder;
            foreach (var (name, value) in ForJars(jars))
            {
                labels[name] = value;
            }
        }

        return labels;
    }

    private static string Creator =>
        $"SparkAzure {typeof(ImageLabels).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    /// <summary>
    /// Where an image keeps the jars of the Spark home; null when that cannot be vouched for: then it gets no list, and
    /// who wants to know its jars reads its layers. A list is given when one COPY brings the folder jars, and nothing
    /// else in the Dockerfile touches the place it goes to.
    /// </summary>
    internal static string? JarFolderOf(PublishPlan plan, ImageJob job)
    {
        var stages = job.Document.Stages(job.BuildArguments);
        if (stages.Count == 0 || stages[^1].BaseStage is not null)
        {
            return null;
        }

        var spark = plan.Jobs[0];
        var below = job.Recipe.OnSpark && stages[^1].BaseImage == plan.TagReference(spark)
            ? JarFolderOf(plan, spark)
            : null;
        var variables = new StageVariables(job.Document, job.BuildArguments);
        if (below is not null)
        {
            variables.SetEnvironment("SPARK_HOME", Parent(below));
        }

        var copies = new List<CopyInstruction>();
        foreach (var instruction in stages[^1].Instructions)
        {
            variables.Apply(instruction);
            if (instruction.Keyword is "COPY" or "ADD")
            {
                copies.Add(CopyInstruction.Of(job.Document, instruction, variables));
            }
        }

        var jars = job.Recipe.OnSpark ? null : copies.FirstOrDefault(IsOfJars);
        var folder = jars?.Destination.TrimEnd('/') ?? below;
        if (folder is null
            || copies.Exists(c => c != jars && Touches(c, folder))
            || stages[^1].Instructions.Any(i => i.Keyword == "RUN" && i.Arguments.Contains(folder[folder.LastIndexOf('/')..], StringComparison.Ordinal)))
        {
            return null;
        }

        return folder;
    }

    private static bool IsOfJars(CopyInstruction copy) =>
        !copy.IsFromImage
            && copy.Sources is [var source]
            && source.TrimEnd('/') is "jars" or "./jars"
            && copy.Destination.StartsWith('/');

    private static bool Touches(CopyInstruction copy, string folder)
    {
        var destination = copy.Destination.TrimEnd('/');

        // Into a folder above, the context gives single files; a tree of another image and an archive may have anything
        // in it.
        return ((copy.IsFromImage || copy.Instruction.Keyword == "ADD")
            && folder.StartsWith(destination + "/", StringComparison.Ordinal))
            || !copy.Destination.StartsWith('/')
                || destination == folder
                || destination == Parent(folder)
                || destination.StartsWith(folder + "/", StringComparison.Ordinal);
    }

    private static string Parent(string folder) => folder[..folder.LastIndexOf('/')];
}
