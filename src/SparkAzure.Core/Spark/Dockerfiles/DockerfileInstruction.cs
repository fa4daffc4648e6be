using System.Text.Json;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>A flag of an instruction: <c>--chown=spark:spark</c>; the value is empty for <c>--link</c>.</summary>
internal sealed record DockerfileFlag(string Name, string Value)
{
    /// <summary>The flag as it is written.</summary>
    public override string ToString()
    {
        if (Value.Length > 0)
        {
            return $"--{Name}={Value}";
        }

        return $"--{Name}";
    }
}

/// <summary>A here-document: <c>COPY &lt;&lt;EOF /path</c>.</summary>
/// <param name="Name">The word that ends it.</param>
/// <param name="Body">Its lines, each ended by <c>\n</c>.</param>
/// <param name="Expand">Whether variables in it are replaced: false when the word was quoted.</param>
internal sealed record DockerfileHeredoc(string Name, string Body, bool Expand);

/// <summary>One instruction: a logical line, continuations joined and the comments between them dropped.</summary>
internal sealed record DockerfileInstruction
{
    /// <summary>The keyword in upper case.</summary>
    public required string Keyword { get; init; }

    /// <summary>What follows keyword and flags, variables not yet replaced.</summary>
    public required string Arguments { get; init; }

    public IReadOnlyList<DockerfileFlag> Flags { get; init; } = [];

    /// <summary>Index of its first physical line, counted from 0.</summary>
    public required int FirstLine { get; init; }

    /// <summary>Index of its last physical line, here-documents included.</summary>
    public required int LastLine { get; init; }

    /// <summary>
    /// Indexes of the physical lines that carry its text: no comments, blank lines or here-documents between.
    /// </summary>
    public required IReadOnlyList<int> CodeLines { get; init; }

    public IReadOnlyList<DockerfileHeredoc> Heredocs { get; init; } = [];

    /// <summary>The value of a flag; null when it is not given.</summary>
    public string? Flag(string name) => Flags.LastOrDefault(f => f.Name == name)?.Value;

    /// <summary>
    /// The arguments as a JSON array of strings (<c>["a", "b"]</c>); null when they are not one, as Docker decides it.
    /// </summary>
    public IReadOnlyList<string>? JsonArguments()
    {
        if (!Arguments.StartsWith('['))
        {
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize<string[]>(Arguments) is { } items
                && Array.TrueForAll(items, i => i is not null))
            {
                return items;
            }

            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The instruction in one line, as a person would quote it.</summary>
    public override string ToString()
    {
        var words = Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', [Keyword, .. Flags.Select(f => f.ToString()), .. words]);
    }
}

/// <summary>A build stage: a FROM and what follows it.</summary>
internal sealed record DockerfileStage
{
    public required DockerfileInstruction From { get; init; }

    /// <summary>
    /// The image it begins with, build arguments filled in; empty when an argument has neither value nor default.
    /// </summary>
    public required string BaseImage { get; init; }

    /// <summary>Its name after AS, in lower case; null without one.</summary>
    public string? Name { get; init; }

    /// <summary>The index of the earlier stage that <see cref="BaseImage"/> names; null when it is an image.</summary>
    public int? BaseStage { get; init; }

    /// <summary>The instructions after FROM.</summary>
    public required IReadOnlyList<DockerfileInstruction> Instructions { get; init; }
}
