using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>A cause that was seen.</summary>
/// <param name="row">The cause.</param>
/// <param name="sighting">Where it was seen first.</param>
/// <param name="values">What the line says of it.</param>
internal sealed class FailureFinding(
    FailureCauseRow row, FailureSighting sighting, IReadOnlyDictionary<string, string> values)
{
    private const int LongestLine = 1_000;

    private readonly string _line = Shortened(LogSecrets.Masked(sighting.Line));
    private readonly FailureEvidence _evidence = sighting.Evidence with { Line = "" };
    private FailureWeight _lasting = sighting.IsRepeated ? FailureWeight.WhenFailed : sighting.Weight;
    private long _count = 1;

    /// <summary>The cause.</summary>
    public FailureCauseRow Row => row;

    /// <summary>When it counts: as the weightiest of its signs.</summary>
    public FailureWeight Weight { get; private set; } = sighting.Weight;

    /// <summary>Whether the cluster's autoscaler may cure it.</summary>
    public bool IsScheduling { get; } = sighting.IsScheduling;

    /// <summary>Which piece of evidence said it first.</summary>
    public long First { get; } = sighting.Sequence;

    /// <summary>Which said it last.</summary>
    public long Last { get; private set; } = sighting.Sequence;

    /// <summary>When it was first seen; null where evidence has no times.</summary>
    public DateTimeOffset? At { get; } = sighting.At;

    /// <summary>It was seen again.</summary>
    public void Again(FailureSighting again)
    {
        if (again.Sequence != Last)
        {
            _count++;
        }

        Last = again.Sequence;
        Weight = Weightier(Weight, again.Weight);
        if (!again.IsRepeated)
        {
            _lasting = Weightier(_lasting, again.Weight);
        }
    }

    /// <summary>A task was done: that it repeats itself counts no more.</summary>
    public void Relent() => Weight = _lasting;

    /// <summary>The cause for whoever asked.</summary>
    public SparkFailureCause ToCause(FailureFacts facts)
    {
        var told = new Dictionary<string, string>(values, StringComparer.Ordinal);
        IReadOnlyList<string> required = [];
        if (MissingClassText.ClassOf(values) is { } name && MissingClassText.ArtifactOf(name) is not null)
        {
            var jars = MissingClassText.JarsOf(name, facts);
            told["class"] = name.Replace('/', '.');
            told["owner"] = MissingClassText.Owner(name, jars);
            required = [.. jars.Take(1).Select(j => j.ToString())];
        }

        return new SparkFailureCause
        {
            Id = row.Id,
            Cause = Told(row.Cause, told),
            Remedy = Told(row.Remedy, told),
            Command = row.Command,
            Source = row.Source,
            Line = _line,
            LineNumber = sighting.Number,
            Path = sighting.Path,
            Evidence = sighting.Kind,
            Name = _evidence.Path is null ? _evidence.Name : null,
            Lines = _count,
            RequiredJars = required,
        };
    }

    private static FailureWeight Weightier(FailureWeight one, FailureWeight other) =>
        (FailureWeight)Math.Min((int)one, (int)other);

    private static string Told(string text, Dictionary<string, string> values) =>
        Shortened(LogSecrets.Masked(FailureCauseRow.Filled(text, values)));

    private static string Shortened(string text)
    {
        var line = ForeignText.Line(text);
        if (line.Length <= LongestLine)
        {
            return line;
        }

        return line[..LongestLine] + " …";
    }
}
