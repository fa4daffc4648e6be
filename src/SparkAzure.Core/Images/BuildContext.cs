using System.Formats.Tar;
using System.Text;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images;

/// <summary>
/// What a builder of Dockerfiles (a Docker daemon, a task of Azure) is sent for one image: only what the Dockerfile
/// copies, since a distribution has no .dockerignore, and the Dockerfile with its COPY of jars divided
/// (<see cref="DividedCopy"/>) and what the module adds at its end: packages for executors, and labels.
/// </summary>
internal sealed class BuildContext
{
    /// <summary>
    /// The Dockerfile's name in the context: in the folder that a Spark home never gives away, so that it hides no
    /// file.
    /// </summary>
    public const string DockerfileName = SparkHome.StateFolderName + "/Dockerfile";

    /// <summary>Its name where one context serves several images.</summary>
    public static string DockerfileFor(string image) => $"{SparkHome.StateFolderName}/{image}.Dockerfile";

    private readonly ImageJob _job;
    private readonly DockerfileDocument _document;
    private readonly string? _user;

    private BuildContext(
        ImageJob job,
        DockerfileDocument document,
        string? user,
        IReadOnlyList<TarItem> files,
        bool fetches)
    {
        _job = job;
        _document = document;
        _user = user;
        Files = files;
        Fetches = fetches;
    }

    /// <summary>The files, without the Dockerfile, sorted by name.</summary>
    public IReadOnlyList<TarItem> Files { get; }

    /// <summary>
    /// True when the Dockerfile fetches from a URL: then nobody knows whether the image is still what it would become.
    /// </summary>
    public bool Fetches { get; }

    /// <exception cref="SparkAzureException">
    /// BuildSourceMissing, BuildSourceUnusable, DockerfileUnreadable, CannotRead.
    /// </exception>
    public static BuildContext Of(PublishPlan plan, ImageJob job)
    {
        if (job.Document.Stages(job.BuildArguments).Count == 0)
        {
            throw DockerfileErrors.DockerfileUnreadable(job.Document.Path, 0, "it has no FROM");
        }

        var copies = CopyInstruction.All(job.Document, job.BuildArguments)
            .Select(copy => (Copy: copy, Items: Brought(copy)))
            .ToList();
        var divided = DividedCopy.Of(job.Document, copies);
        var items = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var item in divided is null
            ? copies.SelectMany(c => c.Items)
            : copies.SelectMany(c => c.Items).Where(i => !DividedCopy.Replaces(i)).Concat(divided.Jars))
        {
            items[item.Name] = item;
        }

        if (job.Packages?.Requirements is { } requirements)
        {
            items[ExecutorPackages.RequirementsName] = File(ExecutorPackages.RequirementsName, requirements);
        }

        return new BuildContext(
            job,
            divided?.Document ?? job.Document,
            UserOf(plan, job),
            [.. items.Values],
            copies.Exists(c => c.Copy.Sources.Any(CopyInstruction.IsRemote)));

        IReadOnlyList<TarItem> Brought(CopyInstruction copy) =>
            [
                .. copy.LocalSources
                    .SelectMany(s => plan.Files.Match(job.Document, copy.Instruction, s))
                    .SelectMany(plan.Files.Tree)
            ];
    }

    /// <summary>The Dockerfile with everything that is added to it.</summary>
    public byte[] Dockerfile(IReadOnlyDictionary<string, string> labels)
    {
        var document = _document;
        var added = new StringBuilder();
        if (document.PhysicalLines is [.., { Ending.Length: 0 }])
        {
            added.Append('\n');
        }

        added.AppendJoin('\n', _job.Packages?.Instructions(_user) ?? []).Append('\n');
        if (labels.Count > 0)
        {
            // One instruction, as each makes an image; one line each, as a line has at most 64 KB.
            added
                .Append("LABEL ")
                .AppendJoin($" {document.Escape}\n  ", labels.Select(l => $"{Quote(l.Key)}={Quote(l.Value)}"))
                .Append('\n');
        }

        return [.. document.ToBytes(), .. Encoding.UTF8.GetBytes(added.ToString())];

        string Quote(string text) =>
            $"\"{string.Concat(text.Select(c => c is '"' or '$' || c == document.Escape
                ? $"{document.Escape}{c}"
                : c.ToString()))}\"";
    }

    /// <summary>All entries of the context.</summary>
    public IReadOnlyList<TarItem> Items(byte[] dockerfile, string dockerfileName = DockerfileName) =>
        [File(dockerfileName, dockerfile), .. Files];

    private static TarItem File(string name, byte[] content) =>
        new()
        {
            Name = name,
            Type = TarEntryType.RegularFile,
            Content = content,
            Length = content.Length,
            Mode = TarItem.Plain
        };

    // As whom the image runs by its own Dockerfile, or by that of the image spark below it; null when neither has a
    // USER.
    private static string? UserOf(PublishPlan plan, ImageJob job)
    {
        var stage = job.Document.Stages(job.BuildArguments)[^1];
        var own = stage.Instructions.LastOrDefault(i => i.Keyword == "USER");
        if (own is not null)
        {
            // Verbatim: the variables that it uses are in scope still.
            return own.Arguments;
        }

        if (!job.Recipe.OnSpark)
        {
            return null;
        }

        var spark = plan.Jobs[0];
        var variables = new StageVariables(spark.Document, spark.BuildArguments);
        string? user = null;
        foreach (var instruction in spark.Document.Stages(spark.BuildArguments)[^1].Instructions)
        {
            variables.Apply(instruction);
            user = instruction.Keyword == "USER" ? variables.Word(instruction, instruction.Arguments) : user;
        }

        return user;
    }
}
