using System.Net;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>How one request went.</summary>
/// <param name="Answer">The answer where it was a good one; the receiver disposes it.</param>
/// <param name="Failure">What to say when it was not.</param>
/// <param name="Status">The refusal's status; null when no answer came.</param>
/// <param name="MayPass">True when the same request may succeed in a moment.</param>
/// <param name="RetryAfter">How long the registry wants to be left alone; null when it did not say.</param>
internal sealed record RegistryOutcome(
    HttpResponseMessage? Answer,
    SparkAzureException? Failure = null,
    HttpStatusCode? Status = null,
    bool MayPass = false,
    TimeSpan? RetryAfter = null);
