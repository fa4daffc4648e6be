namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>What became of a command of a RUN instruction.</summary>
internal enum RunJudgement
{
    /// <summary>What it does to the files is done: in a layer, or there already.</summary>
    Done,

    /// <summary>It does nothing to what the image is.</summary>
    NotNeeded,

    /// <summary>What it would bring is in the image.</summary>
    Proven,

    /// <summary>Nobody knows without running it.</summary>
    Unknown,

    /// <summary>What it would bring is not in the image.</summary>
    Missing,
}

/// <summary>A command of a RUN instruction, and what became of it.</summary>
/// <param name="Command">The command as it is written.</param>
/// <param name="Judgement">What became of it.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record RunFinding(string Command, RunJudgement Judgement, string Reason)
{
    /// <summary>Whether the base image is trusted with it.</summary>
    public bool IsUnverified => Judgement is RunJudgement.Unknown or RunJudgement.Missing;

    public override string ToString() => $"{Command} ({Reason})";

    internal static RunFinding Done(string reason = "done") => new("", RunJudgement.Done, reason);

    internal static RunFinding NotNeeded(string reason) => new("", RunJudgement.NotNeeded, reason);

    internal static RunFinding Proven(string reason) => new("", RunJudgement.Proven, reason);

    internal static RunFinding Unknown(string reason) => new("", RunJudgement.Unknown, reason);

    internal static RunFinding Missing(string reason) => new("", RunJudgement.Missing, reason);
}
