using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;


namespace SparkAzure.Core.Images;

/// <summary>
/// A way to make images and bring them into a registry. It says itself what it can do, so that nobody else has to know.
/// </summary>
internal interface IImageEngine
{
    /// <summary>What -Engine calls it.</summary>
    SparkImageEngine Name { get; }

    /// <summary>What it cannot do without, as part of the sentence that begins "Supply".</summary>
    string Needs { get; }

    /// <summary>The options that would have no effect with it. They are refused, not ignored.</summary>
    IReadOnlyList<RefusedOption> Refuses { get; }

    /// <summary>What it lacks among the options; null when they have all it needs.</summary>
    SparkAzureException? Missing(PublishOptions options);

    /// <summary>
    /// Why it cannot work on this host and for this registry; null when it can. Asks with reads only.
    /// </summary>
    Task<string?> WhyNotHereAsync(
        PublishOptions options, RegistryAddress registry, ICaller caller, CancellationToken cancellationToken);

    /// <summary>Makes and pushes the images of a plan, each as soon as it is there.</summary>
    IAsyncEnumerable<SparkImage> PublishAsync(
        PublishPlan plan, ICaller caller, CancellationToken cancellationToken);
}
