using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Docker;

/// <summary>
/// What the classic builder of the Engine API does not take of a Dockerfile: what BuildKit brought. It would say so
/// after the context was sent, and of a here-document only that its first line is no instruction.
/// </summary>
internal static class ClassicBuilder
{
    // Source: Dockerfile reference, "Here-Documents", "RUN --mount", "COPY --chmod" and others; moby 20.10,
    // builder/dockerfile/dispatchers.go and its errors "the ... option requires BuildKit".
    private static readonly Dictionary<string, string[]> Flags = new(StringComparer.Ordinal)
    {
        ["RUN"] = ["mount", "network", "security", "device"],
        ["COPY"] = ["chmod", "link", "parents", "exclude"],
        ["ADD"] = ["chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude"],
    };

    /// <summary>The first instruction that it does not take, and what of it; null where it takes all.</summary>
    public static (DockerfileInstruction Instruction, string What)? FirstRefused(DockerfileDocument document)
    {
        foreach (var instruction in document.Instructions)
        {
            if (instruction.Heredocs.Count > 0)
            {
                return (instruction, "a here-document");
            }

            var flags = Flags.GetValueOrDefault(instruction.Keyword, []);
            if (instruction.Flags.FirstOrDefault(f => flags.Contains(f.Name)) is { } flag)
            {
                return (instruction, $"--{flag.Name}");
            }
        }

        return null;
    }
}
