namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>What ARG and ENV have set so far, while the instructions of a stage are gone through in order.</summary>
/// <param name="document">The Dockerfile.</param>
/// <param name="buildArguments">The values given to the build.</param>
internal sealed class StageVariables(DockerfileDocument document, IReadOnlyDictionary<string, string> buildArguments)
{
    private const int MostCharacters = 4 << 20;

    private readonly IReadOnlyDictionary<string, string> _globals = document.GlobalArguments(buildArguments);
    private readonly Dictionary<string, string> _arguments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private int _characters;

    /// <summary>Tells of a variable that the base image sets.</summary>
    public void SetEnvironment(string name, string value) => _environment[name] = value;

    /// <summary>Carries out ARG and ENV; other instructions set nothing.</summary>
    public void Apply(DockerfileInstruction instruction)
    {
        switch (instruction.Keyword)
        {
            case "ARG":
                // A declaration without a default takes the value of the argument before FROM.
                foreach (var name in instruction.Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                {
                    if (_globals.TryGetValue(name, out var global))
                    {
                        _arguments[name] = global;
                    }
                }

                document.Declare(instruction, _arguments, buildArguments);
                break;
            case "ENV":
                foreach (var (name, value) in Pairs(instruction))
                {
                    _environment[name] = value;
                    Count(instruction, value);
                }

                break;
        }
    }

    // The kernel passes a program no more than a quarter of its stack, 2 MiB as a rule (execve(2)).
    private void Count(DockerfileInstruction instruction, string value)
    {
        _characters += value.Length;
        if (_characters > MostCharacters)
        {
            throw DockerfileErrors.DockerfileUnreadable(
                document.Path, instruction.FirstLine + 1, $"its variables have more than {MostCharacters} characters");
        }
    }

    /// <summary>The value of a variable; null when it is not set.</summary>
    public string? Value(string name) => _environment.GetValueOrDefault(name) ?? _arguments.GetValueOrDefault(name);

    /// <summary>An instruction's text as one word.</summary>
    public string Word(DockerfileInstruction instruction, string text) => For(instruction).Word(text);

    /// <summary>A here-document's text.</summary>
    public string Text(DockerfileInstruction instruction, string text) => For(instruction).Text(text);

    /// <summary>An instruction's arguments: the items of its JSON form, or words.</summary>
    public IReadOnlyList<string> Words(DockerfileInstruction instruction)
    {
        if (instruction.JsonArguments() is { } items)
        {
            return [.. items.Select(For(instruction).Word)];
        }

        return For(instruction).Words(instruction.Arguments);
    }

    /// <summary>The pairs of ENV and LABEL, in both forms: <c>name value</c> and <c>name=value …</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(DockerfileInstruction instruction)
    {
        var variables = For(instruction);
        var text = instruction.Arguments;
        var first = text.IndexOfAny([' ', '\t']);
        if (first > 0 && !text[..first].Contains('=', StringComparison.Ordinal))
        {
            return [new(variables.Word(text[..first]), variables.Word(text[first..].Trim()))];
        }

        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var word in variables.Words(text))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw DockerfileErrors.DockerfileUnreadable(
                    document.Path, instruction.FirstLine + 1, $"'{word}' is not of the form name=value");
            }

            pairs.Add(new(word[..equals], word[(equals + 1)..]));
        }

        return pairs;
    }

    private DockerfileVariables For(DockerfileInstruction instruction) =>
        document.Variables(instruction, Value);
}
