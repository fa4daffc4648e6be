namespace SparkAzure;

/// <summary>Which of Spark's images a Dockerfile makes.</summary>
public enum SparkDockerfileKind
{
    /// <summary>The image <c>spark</c>, on which the others stand.</summary>
    Spark,

    /// <summary>The image <c>spark-py</c>.</summary>
    Python,

    /// <summary>The image <c>spark-r</c>.</summary>
    R,
}

/// <summary>One edit of a Dockerfile, or the reason why one is not needed.</summary>
/// <param name="Name">Which edit of the procedure: <c>LD_LIBRARY_PATH</c> or <c>nss</c>.</param>
/// <param name="Needed">True when the file lacks it and its base image needs it.</param>
/// <param name="Line">
/// The line, counted from 1, that is changed or after which a line is inserted; 0 when not needed.
/// </param>
/// <param name="Before">The line as it stood; empty for an insertion or when not needed.</param>
/// <param name="After">The line as it stands now; empty when not needed.</param>
/// <param name="Reason">Why, or why not.</param>
public sealed record SparkDockerfileEdit(string Name, bool Needed, int Line, string Before, string After, string Reason)
{
    /// <summary>The edit in one line.</summary>
    public override string ToString()
    {
        if (Needed)
        {
            return $"{Name}: line {Line}";
        }

        return $"{Name}: not needed";
    }
}

/// <summary>Why an image of a Dockerfile no longer builds, and what cures it.</summary>
/// <param name="Path">The Dockerfile that has it: that of the image <c>spark</c> or one of its bindings.</param>
/// <param name="Rule">The problem's name, which stays the same over versions.</param>
/// <param name="Symptom">What the build says, or would say.</param>
/// <param name="Cure">What to do.</param>
/// <param name="BuildArgument">
/// The build argument that cures it without touching the file, <c>name=value</c>; null when none does.
/// </param>
/// <param name="Repaired">True when this call mended the file.</param>
/// <param name="Source">Where it is known from.</param>
public sealed record SparkDockerfileProblem(
    string Path,
    string Rule,
    string Symptom,
    string Cure,
    string? BuildArgument,
    bool Repaired,
    string Source)
{
    /// <summary>The problem in one line.</summary>
    public override string ToString()
    {
        if (Repaired)
        {
            return $"{Rule}: repaired";
        }

        return Rule;
    }
}

/// <summary>A Spark Dockerfile and the edits that the procedure makes in it.</summary>
public sealed record SparkDockerfile
{
    /// <summary>The Spark home that the Dockerfile belongs to; null when it was given by path alone.</summary>
    public string? SparkHome { get; init; }

    /// <summary>The Dockerfile.</summary>
    public required string Path { get; init; }

    /// <summary>Which image it makes.</summary>
    public SparkDockerfileKind Kind { get; init; }

    /// <summary>
    /// The releases whose file it is, or was before it was changed by hand (<c>2.4.1-2.4.3</c>); null when it is like
    /// none.
    /// </summary>
    public string? Release { get; init; }

    /// <summary>
    /// What was changed by hand since that release; empty for the file as it was released, or when it is like none.
    /// </summary>
    public IReadOnlyList<string> Differences { get; init => field = value.ToArray(); } = [];

    /// <summary>The base image, build arguments filled in with their defaults.</summary>
    public required string BaseImage { get; init; }

    /// <summary>
    /// What sort of base image: Alpine (musl, apk), Debian (glibc, apt) or RedHat (glibc, yum); for a binding, what its
    /// package line says.
    /// </summary>
    public required string Platform { get; init; }

    /// <summary>Both edits of the procedure, needed or not, with the reason.</summary>
    public IReadOnlyList<SparkDockerfileEdit> Edits { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// What keeps this image from being built today; with a Spark home also that of the images spark-py and spark-r.
    /// </summary>
    public IReadOnlyList<SparkDockerfileProblem> Problems { get; init => field = value.ToArray(); } = [];

    /// <summary>The change as a unified diff; empty when there is none.</summary>
    public string Diff { get; init; } = "";

    /// <summary>
    /// The file that holds the Dockerfile as it was before it was first edited, or, after a restoring, as it was before
    /// that; null where nothing is kept.
    /// </summary>
    public string? RestorePoint { get; init; }

    /// <summary>True when this call altered a file.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
