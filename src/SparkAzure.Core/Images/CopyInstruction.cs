using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Images;

/// <summary>A COPY or ADD with its variables replaced.</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Sources">Paths or patterns in the build context.</param>
/// <param name="Destination">Where they go in the image.</param>
internal sealed record CopyInstruction(
    DockerfileInstruction Instruction,
    IReadOnlyList<string> Sources,
    string Destination)
{
    /// <summary>Whose the files become (--chown); null for root.</summary>
    public string? Owner { get; private init; }

    /// <summary>Its here-documents, with their variables replaced.</summary>
    public IReadOnlyList<DockerfileHeredoc> Heredocs { get; private init; } = [];

    /// <summary>True when the sources are those of another stage or image, not of the build context.</summary>
    public bool IsFromImage => Instruction.Flag("from") is not null;

    /// <summary>The sources that are files of the build context: no URLs, no here-documents.</summary>
    public IEnumerable<string> LocalSources =>
        IsFromImage ? [] : Sources.Where(s => !IsRemote(s) && !s.StartsWith("<<", StringComparison.Ordinal));

    /// <summary>Whether a source is fetched rather than copied (ADD only).</summary>
    public static bool IsRemote(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || source.StartsWith("git@", StringComparison.Ordinal);

    /// <exception cref="SparkAzureException">DockerfileUnreadable.</exception>
    public static CopyInstruction Of(
        DockerfileDocument document, DockerfileInstruction instruction, StageVariables variables)
    {
        var words = variables.Words(instruction);
        if (words.Count >= 2)
        {
            return new CopyInstruction(instruction, [.. words.SkipLast(1)], words[^1]) 
            {
                Owner = instruction.Flag("chown") is { } owner ? variables.Word(instruction, owner) : null,
                Heredocs =
                [
                    .. instruction.Heredocs.Select(h =>
                        h.Expand ? h with { Body = variables.Text(instruction, h.Body) } : h)
                ],
            };
        }

        throw DockerfileErrors.DockerfileUnreadable(
            document.Path, instruction.FirstLine + 1, "it needs a source and a destination");
    }

    /// <summary>Every COPY and ADD of a Dockerfile, with the build arguments in force at each.</summary>
    public static IEnumerable<CopyInstruction> All(
        DockerfileDocument document, IReadOnlyDictionary<string, string> buildArguments)
    {
        foreach (var stage in document.Stages(buildArguments))
        {
            var variables = new StageVariables(document, buildArguments);
            foreach (var instruction in stage.Instructions)
            {
                variables.Apply(instruction);
                if (instruction.Keyword is "COPY" or "ADD")
                {
                    yield return Of(document, instruction, variables);
                }
            }
        }
    }
}
