using SparkAzure.Core.Hosting.Http;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>What attacks on the wire have in common: small limits, and what must hold after each.</summary>
internal static class Attack
{
    /// <summary>The usual limits, small: no test waits for minutes.</summary>
    public static readonly HttpTransportOptions Bounds = new()
    {
        Attempts = 3,
        Patience = TimeSpan.FromSeconds(1),
        WholeTime = TimeSpan.FromSeconds(2),
        LongestPause = TimeSpan.FromMilliseconds(100),
        FirstPause = TimeSpan.FromMilliseconds(10),
        LargestAnswer = 1 << 20,
    };

    public static readonly RegistryPatience Registry = new()
    {
        Reads = Bounds with { WholeTime = null },
        Writes = Bounds with { WholeTime = null },
        Documents = Bounds,
    };

    private static readonly TimeSpan LongestAttack = TimeSpan.FromMinutes(2);

    // Other tests hold memory at the same time; what has no end fills this within the time of an attack.
    private const long MostMemory = 3L << 29;

    /// <summary>The call ends in an error of the module, soon and without filling memory.</summary>
    public static async Task<SparkAzureException> FailsAsync(string id, Func<Task> call)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        using var watch = new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(false) - before), null, 0, 100);

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => call().WaitAsync(LongestAttack));

        Assert.Equal(id, error.Id);
        Assert.True(most < MostMemory, $"{most >> 20} MB were held.");
        return error;
    }
}
