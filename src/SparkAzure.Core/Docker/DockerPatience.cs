using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Docker;

/// <summary>How long a daemon is waited for, and how much it may send.</summary>
internal sealed record DockerPatience
{
    public static readonly DockerPatience Usual = new();

    /// <summary>Questions (ping, inspect, history): a daemon that is well answers them from memory.</summary>
    public HttpTransportOptions Questions { get; init; } = new()
    {
        Patience = TimeSpan.FromSeconds(20),
        WholeTime = TimeSpan.FromMinutes(1),
        LargestAnswer = 16 << 20,
    };

    /// <summary>
    /// Work (build, pull, push): as long as it takes, but a step that says nothing for so long has hung. What it prints
    /// passes through; the bound is for one that never ends.
    /// </summary>
    public HttpTransportOptions Work { get; init; } = new()
    {
        Patience = TimeSpan.FromMinutes(30),
        WholeTime = null,
        LargestAnswer = 512 << 20,
    };
}
