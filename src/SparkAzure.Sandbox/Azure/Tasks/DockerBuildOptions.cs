namespace SparkAzure.Sandbox.Azure.Tasks;

/// <summary>The command line of a task's <c>docker build</c>, as far as tasks of tests have it.</summary>
internal sealed class DockerBuildOptions
{
    private readonly Dictionary<string, string> _arguments = new(StringComparer.Ordinal);
    private readonly List<string> _tags = [];

    private DockerBuildOptions()
    {
    }

    public string Dockerfile { get; private set; } = "Dockerfile";

    public bool Pull { get; private set; }

    /// <summary>The build context; null when none is named.</summary>
    public string? Place { get; private set; }

    public IReadOnlyDictionary<string, string> Arguments => _arguments;

    public IReadOnlyList<string> Tags => _tags;

    public static DockerBuildOptions Parse(TaskStep step)
    {
        var options = new DockerBuildOptions();
        var words = new Queue<string>(step.Build!);
        while (words.TryDequeue(out var word))
        {
            options.Take(word, words, step.Environment);
        }

        return options;
    }

    private void Take(string word, Queue<string> words, IReadOnlyDictionary<string, string> environment)
    {
        switch (word)
        {
            case "-t" or "--tag":
                _tags.Add(words.Dequeue());
                break;
            case "-f" or "--file":
                Dockerfile = words.Dequeue();
                break;
            case "--build-arg":
                var argument = words.Dequeue().Split('=', 2);
                _arguments[argument[0]] =
                    argument.ElementAtOrDefault(1) ?? environment.GetValueOrDefault(argument[0], "");
                break;
            case "--platform":
                words.Dequeue();
                break;
            case "--no-cache":
                break;
            case "--pull":
                Pull = true;
                break;
            case var place when Place is null && !place.StartsWith('-'):
                Place = place;
                break;
            default:
                throw new RunFailure($"unknown flag: {word}");
        }
    }
}
