namespace SparkAzure.Core.Java;

/// <summary>A fault that something meets.</summary>
/// <param name="Fault">The reference and what is thrown.</param>
/// <param name="Way">The calls from the entry to the method that refers, at most five: the first, and the last
/// ones.</param>
/// <param name="Basis">What says that it is met.</param>
internal sealed record ReachedFault(LinkFault Fault, IReadOnlyList<string> Way, LinkBasis Basis);
