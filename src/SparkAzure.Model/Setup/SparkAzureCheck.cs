namespace SparkAzure;

/// <summary>How a check ended, the gravest first.</summary>
public enum SparkAzureCheckState
{
    /// <summary>Jobs cannot work like that.</summary>
    Failed,

    /// <summary>Jobs may work; something is missing, near its end or against the procedure.</summary>
    Warning,

    /// <summary>The check could not be made; the evidence says why. Never a good sign by itself.</summary>
    Unknown,

    /// <summary>It was looked at, and holds.</summary>
    Passed,

    /// <summary>It has no meaning here; the evidence says why.</summary>
    NotApplicable,
}

/// <summary>
/// One prerequisite or limit of the procedure, held against this host, its cluster and its storage. Made by
/// Test-SparkAzureSetup.
/// </summary>
public sealed record SparkAzureCheck
{
    /// <summary>Names the check; stays the same over versions, and <c>-Check</c> takes it.</summary>
    public required string Id { get; init; }

    /// <summary>The section of the procedure that asks for it, such as <c>2.1</c>; several apart by commas.</summary>
    public required string Section { get; init; }

    /// <summary>What has to hold, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>How it ended.</summary>
    public required SparkAzureCheckState State { get; init; }

    /// <summary>What was seen: values, files, the words of a server; or why nothing could be seen.</summary>
    public required string Evidence { get; init; }

    /// <summary>What to do; null where nothing has to be done.</summary>
    public string? Remedy { get; init; }

    /// <summary>The cmdlet that does it; null where none does.</summary>
    public string? Command { get; init; }

    /// <summary>Who says that it has to hold: a section, a page, a run.</summary>
    public required string Source { get; init; }

    /// <summary>How long the check took. Checks run side by side.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The check in one line.</summary>
    public override string ToString() => $"{State} {Id}: {Evidence}";
}
