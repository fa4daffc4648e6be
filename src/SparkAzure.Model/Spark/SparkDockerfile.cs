namespace SparkAzure;

/// <summary>One edit of a Dockerfile, or the reason why one is not needed.</summary>
/// <param name="Name">Which edit of the procedure: <c>LD_LIBRARY_PATH</c> or <c>nss</c>.</param>
/// <param name="Needed">True when the file lacks it and its base image needs it.</param>
/// <param name="Line">The line, counted from 1, that is changed or after which a line is inserted; 0 when not needed.</param>
/// <param name="Before">The line as it stood; empty for an insertion or when not needed.</param>
/// <param name="After">The line as it stands now; empty when not needed.</param>
/// <param name="Reason">Why, or why not.</param>
public sealed record SparkDockerfileEdit(string Name, bool Needed, int Line, string Before, string After, string Reason)
{
    /// <summary>The edit in one line.</summary>
    public override string ToString() => Needed ? $"{Name}: line {Line}" : $"{Name}: not needed";
}

/// <summary>A Spark Dockerfile and the edits that the procedure makes in it.</summary>
public sealed record SparkDockerfile
{
    /// <summary>The Spark home that the Dockerfile belongs to; null when it was given by path alone.</summary>
    public string? SparkHome { get; init; }

    /// <summary>The Dockerfile.</summary>
    public required string Path { get; init; }

    /// <summary>The base image, build arguments filled in with their defaults.</summary>
    public required string BaseImage { get; init; }

    /// <summary>What sort of base image: Alpine (musl, apk) or Debian (glibc, apt).</summary>
    public required string Platform { get; init; }

    /// <summary>Both edits of the procedure, needed or not, with the reason.</summary>
    public IReadOnlyList<SparkDockerfileEdit> Edits { get; init => field = value.ToArray(); } = [];

    /// <summary>The change as a unified diff; empty when there is none.</summary>
    public string Diff { get; init; } = "";

    /// <summary>True when this call altered the file.</summary>
    public bool Changed { get; init; }

    /// <summary>True when a change is described that was not made, because of -WhatIf or a declined confirmation.</summary>
    public bool Planned { get; init; }

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
