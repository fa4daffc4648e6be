using SparkAzure.Runs.Features;

namespace SparkAzure.Runs.Recording;

/// <summary>What came of a JVM of a feature.</summary>
/// <param name="Spark">The Spark release.</param>
/// <param name="Libraries">The set of libraries.</param>
/// <param name="Java">The Java release.</param>
/// <param name="Role"><c>driver</c> or <c>executor</c>.</param>
/// <param name="Feature">The feature.</param>
internal sealed record RecordedRun(string Spark, string Libraries, int Java, string Role, SparkFeature Feature)
{
    /// <summary>The exception that decided where the feature did not work; null where it did.</summary>
    public string? Decides { get; init; }

    /// <summary>The classes that it loaded from the home's jars, in the order of <see cref="JvmTrace"/>.</summary>
    public IReadOnlyList<ClassFileRead> Classes { get; init; } = [];

    /// <summary>The classes that a class had the JVM look up.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> LookUps { get; init; } =
        new Dictionary<string, SortedSet<string>>();

    /// <summary>Has what a trace says, and what linking says of its classes.</summary>
    public RecordedRun With(JvmTrace trace, HomeClasses home) => this with
    {
        Classes = [.. trace.Classes.Select(c => new ClassFileRead(c.Name, home.Crc32(c), home.Faults(c)))],
        LookUps = trace.LookUps,
    };
}

/// <summary>A class file that a JVM read.</summary>
/// <param name="Name">The class's name, with slashes.</param>
/// <param name="Crc32">The file's CRC-32.</param>
/// <param name="Survived">Messages of faults in the class that the run was none the worse for.</param>
internal sealed record ClassFileRead(string Name, uint Crc32, IReadOnlyList<string> Survived);
