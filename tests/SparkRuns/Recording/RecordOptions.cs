using System.Globalization;
using SparkAzure.Runs.Features;
using SparkAzure.Runs.Predicting;

namespace SparkAzure.Runs.Recording;

/// <summary>What the command line asks for.</summary>
internal sealed record RecordOptions
{
    /// <summary>Only this Spark; null for all.</summary>
    public string? Spark { get; private init; }

    /// <summary>Only this set of libraries; null for all.</summary>
    public string? Libraries { get; private init; }

    /// <summary>Only this Java; null for all.</summary>
    public int? Java { get; private init; }

    /// <summary>Only these features; null for all.</summary>
    public IReadOnlyList<SparkFeature>? Features { get; private init; }

    /// <summary>Only runs that are watched for this; null for both.</summary>
    public JvmWatch? Watch { get; private init; }

    /// <summary>How many features run at the same time.</summary>
    public int AtOnce { get; private init; } = 1;

    /// <summary>Where homes and runs are laid; null for a temporary folder.</summary>
    public string? Folder { get; private init; }

    /// <summary>The Spark whose runs a prediction may know; null for all.</summary>
    public string? From { get; private init; }

    /// <summary>Only changes whose words have this in them; null for all.</summary>
    public string? Only { get; private init; }

    /// <summary>True for only those changes of which the folder keeps what the JVM said.</summary>
    public bool IsOfKept { get; private init; }

    /// <summary>Where the data is written; null for where the project keeps it.</summary>
    public string? Out { get; private init; }

    /// <summary>Reads the options.</summary>
    /// <exception cref="ArgumentException">One is unknown, or has no value.</exception>
    public static RecordOptions Of(IReadOnlyList<string> options)
    {
        var result = new RecordOptions();
        for (var i = 0; i < options.Count; i += 2)
        {
            if (i + 1 == options.Count)
            {
                throw new ArgumentException($"{options[i]} has no value.");
            }

            result = result.With(options[i], options[i + 1]);
        }

        return result;
    }

    /// <summary>Whether a change is one of those that are asked for.</summary>
    public bool Means(SingleChange change) =>
        (Spark is null || change.Spark == Spark)
        && (Libraries is null || change.Libraries == Libraries)
        && (Only is null || change.Words.Contains(Only, StringComparison.Ordinal));

    private RecordOptions With(string name, string value) => name switch
    {
        "--spark" => this with { Spark = value },
        "--libraries" => this with { Libraries = value },
        "--java" => this with { Java = int.Parse(value, CultureInfo.InvariantCulture) },
        "--features" => this with { Features = Array.ConvertAll(value.Split(','), Enum.Parse<SparkFeature>) },
        "--watch" => this with { Watch = Enum.Parse<JvmWatch>(value, ignoreCase: true) },
        "--at-once" => this with { AtOnce = int.Parse(value, CultureInfo.InvariantCulture) },
        "--folder" => this with { Folder = Path.GetFullPath(value) },
        "--only" => this with { Only = value },
        "--from" => this with { From = value },
        "--jvm" => this with { IsOfKept = value == "none" },
        "--out" => this with { Out = Path.GetFullPath(value) },
        _ => throw new ArgumentException($"there is no option {name}."),
    };
}
