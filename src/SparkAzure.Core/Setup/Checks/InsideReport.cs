namespace SparkAzure.Core.Setup.Checks;

/// <summary>How far the pod came.</summary>
internal enum InsideStage
{
    /// <summary>The API server did not take it.</summary>
    Refused,

    /// <summary>No node took it.</summary>
    Unscheduled,

    /// <summary>Its image was not pulled.</summary>
    NotPulled,

    /// <summary>Its container did not start, or its entry point did not come as far as the script.</summary>
    NotStarted,

    /// <summary>It was taken away before it was through: evicted, deleted, or its time was over.</summary>
    Ended,

    /// <summary>It has reported.</summary>
    Reported,
}

/// <summary>One line of the pod's report.</summary>
/// <param name="What">What was looked at.</param>
/// <param name="State">ok, fail, none or unknown.</param>
/// <param name="Text">What was seen.</param>
internal sealed record InsideLine(string What, string State, string Text);

/// <summary>What came of the pod.</summary>
/// <param name="Stage">How far it came.</param>
/// <param name="Words">What Kubernetes says of it.</param>
/// <param name="Lines">What it reported.</param>
internal sealed record InsideReport(InsideStage Stage, string Words, IReadOnlyList<InsideLine> Lines)
{
    /// <summary>The node that it ran on; null where it came to none.</summary>
    public string? Node { get; init; }

    /// <summary>The digest of the image that ran; null where none did.</summary>
    public string? ImageId { get; init; }

    /// <summary>Whether a node has room for an executor; null where no pod came as far.</summary>
    public ExecutorRoom? Room { get; init; }

    /// <summary>The ports that were held open, and those that were not to be had.</summary>
    public IReadOnlyList<HeldPort> Held { get; init; } = [];

    /// <summary>Keys of which no port was free.</summary>
    public IReadOnlyList<string> Busy { get; init; } = [];

    /// <summary>Whom connections came from, by port.</summary>
    public IReadOnlyDictionary<int, string> Callers { get; init; } = new Dictionary<int, string>();

    /// <summary>Reads a report.</summary>
    public static IReadOnlyList<InsideLine> Read(string? message) =>
    [
        .. (message ?? "").Split('\n')
            .Select(line => line.Split('\t'))
            .Where(f => f.Length == 3)
            .Select(f => new InsideLine(f[0], f[1], f[2])),
    ];

    /// <summary>The lines on something; those that begin so where it has a blank behind it.</summary>
    public IEnumerable<InsideLine> On(string what) =>
        Lines.Where(l => l.What == what || (what.EndsWith(' ') && l.What.StartsWith(what, StringComparison.Ordinal)));
}
