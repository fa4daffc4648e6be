using SparkAzure.Core.Images;
using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Oci;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>What the image of executors says of itself in its registry.</summary>
/// <param name="Reference">The reference, as the configuration has it.</param>
/// <param name="Parsed">The same, read.</param>
/// <param name="Digest">The digest that it names today.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Java">Its Java, where it says so.</param>
internal sealed record ImageFacts(
    string Reference, ImageReference Parsed, string Digest, IReadOnlyDictionary<string, string> Labels, int? Java)
{
    /// <summary>The Spark that it was published with; null where nobody said.</summary>
    public string? Spark => Labels.GetValueOrDefault(ImageLabels.SparkVersion);

    /// <summary>The Hadoop of its jars; null where nobody said.</summary>
    public string? Hadoop => Labels.GetValueOrDefault(ImageLabels.HadoopVersion);

    /// <summary>Its Scala; null where nobody said.</summary>
    public string? Scala => Labels.GetValueOrDefault(ImageLabels.ScalaVersion);

    /// <summary>Reads them.</summary>
    /// <exception cref="SparkAzureException">SetupImageMissing; what the registry refuses.</exception>
    public static async Task<ImageFacts> ReadAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var text = ExecutorPod.ImageOf(config) ?? throw SetupErrors.SetupImageMissing(config.Name);
        var reference = ImageReference.Parse(text);
        using var registry = await site.Options.RegistryAccess
            .OpenAsync(reference.Registry, isTarget: true, site.Caller, cancellationToken)
            .ConfigureAwait(false);
        var image = await ImageDraft.FromAsync(registry, reference, null, cancellationToken).ConfigureAwait(false);
        var labels = JsonFields.Section(image.Config, "Labels")
            .Where(l => l.Value?.GetValueKind() == System.Text.Json.JsonValueKind.String)
            .ToDictionary(l => l.Key, l => (string)l.Value!, StringComparer.Ordinal);
        return new ImageFacts(text, reference, image.BaseDigest, labels, ImageJava.ReleaseOf(image));
    }
}
