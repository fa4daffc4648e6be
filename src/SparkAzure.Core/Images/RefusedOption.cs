namespace SparkAzure.Core.Images;

/// <summary>An option that an engine cannot honour.</summary>
/// <param name="Option">Which one.</param>
/// <param name="Why">The reason, as the end of a sentence.</param>
internal sealed record RefusedOption(PublishOption Option, string Why);
