using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>How long a registry is waited for, and how much it may send.</summary>
internal sealed record RegistryPatience
{
    public static readonly RegistryPatience Usual = new();

    /// <summary>Requests that send something: a registry may take its time over a large blob's end.</summary>
    public HttpTransportOptions Writes { get; init; } = new()
    {
        Attempts = 4,
        Patience = TimeSpan.FromMinutes(3),
        FirstPause = TimeSpan.FromSeconds(0.5),
        WholeTime = null,
    };

    /// <summary>Requests that ask for something; a layer may not stand still for longer either.</summary>
    public HttpTransportOptions Reads { get; init; } = new() { Patience = TimeSpan.FromSeconds(60), WholeTime = null };

    /// <summary>
    /// Answers that are documents. A manifest or configuration larger than 4 MiB is none (the specification's own
    /// bound).
    /// </summary>
    public HttpTransportOptions Documents { get; init; } = new()
    {
        Patience = TimeSpan.FromSeconds(30),
        WholeTime = TimeSpan.FromMinutes(1),
        LargestAnswer = 4 << 20,
    };

    public HttpTransportOptions Of(HttpMethod method)
    {
        if (method == HttpMethod.Get || method == HttpMethod.Head)
        {
            return Reads;
        }

        return Writes;
    }
}
