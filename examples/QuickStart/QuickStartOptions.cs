namespace SparkAzure.QuickStart;

/// <summary>What the command line asks for; each option puts something real in place of a sample.</summary>
internal sealed record QuickStartOptions
{
    public const string Usage = """
        Usage: dotnet run --project examples/QuickStart -- [OPTIONS]

        Performs the whole procedure, for Hadoop 2 and for Hadoop 3, on a sample DSS host and a sample Spark, against stand-ins on the
        loopback. Each option puts a real thing in place of a sample one:

          --spark-home DIR        a Spark distribution; it is copied into the results, the original stays as it is
          --data-directory DIR    a DSS data directory on this machine; it and its kit are changed
          --archive FILE          an archive of DSS's Hadoop libraries; only its line of Hadoop is gone through
          --registry HOST[/PREFIX]  a registry to push to, with the login of docker's config.json
          --docker                the local Docker daemon builds the images
          --base-image IMAGE      what the images stand on; with --docker it takes FROM's place in the sample Dockerfile

        And what to do:

          --hadoop 2|3            only this line
          --results DIR           where the results go; a new folder under the temporary one otherwise
          --verbose               also what the stations say of each action
          --yes                   agrees to sample libraries in the DSS of --data-directory, where nobody is there to ask
        """;

    public string? SparkHome { get; init; }

    public string? DataDirectory { get; init; }

    public string? Archive { get; init; }

    public string? Registry { get; init; }

    public bool Docker { get; init; }

    public string? BaseImage { get; init; }

    public int? Hadoop { get; init; }

    public string? Results { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Agrees beforehand to what would be asked at a prompt.</summary>
    public bool Yes { get; init; }

    /// <summary>Reads a command line; null with the reason when it cannot be understood.</summary>
    public static (QuickStartOptions? Options, string? Problem) Parse(IReadOnlyList<string> arguments)
    {
        var options = new QuickStartOptions();
        var left = new Queue<string>(arguments);
        while (left.TryDequeue(out var name))
        {
            if (name is "--docker" or "--verbose" or "--yes")
            {
                options = name switch
                {
                    "--docker" => options with { Docker = true },
                    "--yes" => options with { Yes = true },
                    _ => options with { Verbose = true },
                };
                continue;
            }

            if (!left.TryDequeue(out var value))
            {
                return (null, name is "--help" or "-h" or "-?"
                    ? ""
                    : $"'{name}' is not an option, or its value is missing.");
            }

            switch (name)
            {
                case "--spark-home":
                    options = options with { SparkHome = Path.GetFullPath(value) };
                    break;
                case "--data-directory":
                    options = options with { DataDirectory = Path.GetFullPath(value) };
                    break;
                case "--archive":
                    options = options with { Archive = Path.GetFullPath(value) };
                    break;
                case "--registry":
                    options = options with { Registry = value };
                    break;
                case "--base-image":
                    options = options with { BaseImage = value };
                    break;
                case "--results":
                    options = options with { Results = Path.GetFullPath(value) };
                    break;
                case "--hadoop" when value is "2" or "3":
                    options = options with { Hadoop = value[0] - '0' };
                    break;
                default:
                    return (null, $"'{name} {value}' cannot be understood.");
            }
        }

        return (options, null);
    }
}
