namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// Gives a stage of a Dockerfile another base image: where FROM names it, in the default of the argument that FROM
/// names, or in both.
/// </summary>
internal sealed class BaseImageEdit
{
    private static readonly Dictionary<string, string> Defaults = [];

    private readonly DockerfileDocument _document;
    private readonly DockerfileStage _stage;
    private readonly string _to;
    private readonly int _number;

    private BaseImageEdit(DockerfileDocument document, DockerfileStage stage, string to)
    {
        _document = document;
        _stage = stage;
        _to = to;
        _number = document.Stages(Defaults).TakeWhile(s => s.From.FirstLine != stage.From.FirstLine).Count();
    }

    /// <summary>Makes the edit.</summary>
    /// <param name="document">The Dockerfile.</param>
    /// <param name="stage">The stage, which begins with an image.</param>
    /// <param name="to">The image that it is to begin with.</param>
    /// <returns>
    /// The document, and the build argument that has the same effect, null where none has; the same document where it
    /// cannot be edited.
    /// </returns>
    public static (DockerfileDocument Document, string? BuildArgument) Make(
        DockerfileDocument document, DockerfileStage stage, string to)
    {
        var edit = new BaseImageEdit(document, stage, to);
        var (name, tag) = Parted(stage.BaseImage);
        var (newName, newTag) = Parted(to);
        var edited = edit.InArgument(document, stage.BaseImage, to) ?? edit.InArgument(document, tag, newTag);
        if (edited is not null)
        {
            return (edited, edit.BuildArgument(edited));
        }

        edited = edit.InFrom(document, stage.BaseImage, to)
            ?? edit.InFrom(document, tag, newTag)
            ?? edit.InBoth((name, newName), (tag, newTag))
            ?? edit.InFrom(document, stage.From.Arguments.Split((char[]?)null, 2)[0], to);
        return (edited ?? document, null);
    }

    private DockerfileDocument? InArgument(DockerfileDocument document, string old, string text) =>
        InArguments(document, old, text).FirstOrDefault(IsDone);

    private DockerfileDocument? InFrom(DockerfileDocument document, string old, string text)
    {
        var edited = ReplaceOnce(document, _stage.From, old, text);
        return edited is not null && IsDone(edited) ? edited : null;
    }

    // The name in FROM, the tag in its argument.
    private DockerfileDocument? InBoth((string Old, string New) name, (string Old, string New) tag) =>
        InArguments(_document, tag.Old, tag.New)
            .Select(d => InFrom(d, name.Old, name.New))
            .FirstOrDefault(d => d is not null);

    private static IEnumerable<DockerfileDocument> InArguments(DockerfileDocument document, string old, string text) =>
        document.Instructions
            .TakeWhile(i => i.Keyword != "FROM")
            .Where(i => i.Keyword == "ARG")
            .Select(i => ReplaceOnce(document, i, old, text))
            .OfType<DockerfileDocument>();

    private bool IsDone(DockerfileDocument edited) => edited.Stages(Defaults)[_number].BaseImage == _to;

    // The argument whose default is another now.
    private string? BuildArgument(DockerfileDocument edited)
    {
        var before = _document.GlobalArguments(Defaults);
        var changed = edited.GlobalArguments(Defaults)
            .Where(a => before.GetValueOrDefault(a.Key) != a.Value)
            .Select(a => $"{a.Key}={a.Value}")
            .ToList();
        return changed is [var one] ? one : null;
    }

    private static DockerfileDocument? ReplaceOnce(
        DockerfileDocument document, DockerfileInstruction instruction, string old, string text)
    {
        var line = instruction.CodeLines.FirstOrDefault(
            l => document.PhysicalLines[l].Text.Contains(old, StringComparison.Ordinal), -1);
        if (line < 0 || old.Length == 0 || old == text)
        {
            return null;
        }

        var at = document.PhysicalLines[line].Text.LastIndexOf(old, StringComparison.Ordinal);
        return document.Replace(line, at, old.Length, text);
    }

    // A tag has the digest with it; it is empty where there is none.
    private static (string Name, string Tag) Parted(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        if (colon > name.LastIndexOf('/'))
        {
            return (image[..colon], image[(colon + 1)..]);
        }

        return (image, "");
    }
}
