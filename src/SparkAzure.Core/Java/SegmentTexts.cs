namespace SparkAzure.Core.Java;

/// <summary>What a jar's manifest and the scan say in words.</summary>
/// <param name="IsMultiRelease">True when classes below META-INF/versions count.</param>
/// <param name="ClassPath">The manifest's Class-Path.</param>
/// <param name="Note">What an administrator should know of the jar; empty when nothing.</param>
internal readonly record struct SegmentTexts(bool IsMultiRelease, string ClassPath, string Note);
