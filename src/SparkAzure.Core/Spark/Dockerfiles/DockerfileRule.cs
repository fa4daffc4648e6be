using System.Text.RegularExpressions;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>A reason why released Dockerfiles no longer build: by what it is known, and what cures it.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Kinds">The images that it concerns.</param>
/// <param name="Symptom">What the build says.</param>
/// <param name="Cure">What to do.</param>
/// <param name="Source">Where both are known from.</param>
/// <param name="AsOf">The day on which both were true; what base images and packages are ages.</param>
internal sealed record DockerfileRule(
    string Name,
    SparkDockerfileKind[] Kinds,
    string Symptom,
    string Cure,
    string Source,
    string AsOf)
{
    /// <summary>
    /// Whether a file has the problem, with the base of the image <c>spark</c> where it is a binding's and that is
    /// known. It is judged by images, packages and commands, never by the patterns that mend it: a file in which those fit
    /// nothing any more is not cured for that.
    /// </summary>
    public required Func<DockerfileShape, string?, bool> IsIn { get; init; }

    /// <summary>
    /// Whether a file that was mended builds; null where it does as soon as it has not the problem any more.
    /// </summary>
    public Func<DockerfileShape, bool>? IsMended { get; init; }

    /// <summary>Replacements in the shell commands, in this order.</summary>
    public (Regex Pattern, string Replacement)[] Repairs { get; init; } = [];

    /// <summary>Whether it is a base image that is to be another.</summary>
    public bool IsOfBase { get; init; }
}
