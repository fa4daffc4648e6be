namespace SparkAzure;

/// <summary>Which engine makes and pushes images.</summary>
public enum SparkImageEngine
{
    /// <summary>The first of Docker, AcrTask and Registry that the host and the options allow.</summary>
    Auto,

    /// <summary>The local Docker daemon builds the Dockerfile and pushes.</summary>
    Docker,

    /// <summary>
    /// No daemon: the Dockerfile's file instructions become layers on a base image and go straight to the registry.
    /// </summary>
    Registry,

    /// <summary>Azure Container Registry builds the Dockerfile and pushes (ACR Tasks).</summary>
    AcrTask,
}

/// <summary>A Spark image in a registry.</summary>
public sealed record SparkImage
{
    /// <summary>The image's name: <c>spark</c>, <c>spark-py</c> or <c>spark-r</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The registry's host and port.</summary>
    public required string Registry { get; init; }

    /// <summary>The repository, prefix included, host not.</summary>
    public required string Repository { get; init; }

    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary>The manifest's digest, <c>sha256:…</c>; null in a rehearsal.</summary>
    public string? Digest { get; init; }

    /// <summary>
    /// What belongs into <c>spark.kubernetes.container.image</c>: pinned by digest where it is known
    /// (<c>host/repository@sha256:…</c>), because nodes keep the old image of a tag that is pushed again.
    /// </summary>
    public string Reference => Digest is null ? TagReference : $"{Registry}/{Repository}@{Digest}";

    /// <summary>The image by tag: <c>host/repository:tag</c>.</summary>
    public string TagReference => $"{Registry}/{Repository}:{Tag}";

    /// <summary>Which engine made it.</summary>
    public required SparkImageEngine Engine { get; init; }

    /// <summary>
    /// How many bytes of layers and configuration went to the registry, or (engine AcrTask) of the build context that
    /// several images share, told with the first of them; null where the daemon does not tell.
    /// </summary>
    public long? BytesUploaded { get; init; }

    /// <summary>
    /// Engine Registry: commands of RUN instructions that could be neither done nor proven by the base image, each with
    /// the reason.
    /// </summary>
    public IReadOnlyList<string> UnverifiedInstructions { get; init => field = value.ToArray(); } = [];

    /// <summary>The Spark home it was made from.</summary>
    public string? SparkHome { get; init; }

    /// <summary>True when the registry's tag names another image than before.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>The reference, so that the object serves wherever an image name is wanted.</summary>
    public override string ToString() => Reference;
}
