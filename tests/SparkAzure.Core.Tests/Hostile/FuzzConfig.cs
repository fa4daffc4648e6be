using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// How many spoilt things of a kind are tried. The usual ones are the same every time, so that a run tells what a change did;
/// with SPARKAZURE_TEST_FUZZ there are as many as it says, and luck chooses them.
/// </summary>
internal static class FuzzConfig
{
    private const ulong Seed = 20261130;

    // FsCheck asks for an odd one.
    private const ulong Gamma = 9043;

    /// <summary>The number that the environment asks for; null for the usual ones.</summary>
    public static int? Wanted { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("SPARKAZURE_TEST_FUZZ"), CultureInfo.InvariantCulture, out var wanted) ? wanted : null;

    /// <summary>A run that throws what it finds.</summary>
    /// <param name="usual">How many where nobody asks for a number.</param>
    public static Config Of(int usual)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(Wanted ?? usual);
        return Wanted is null ? config.WithReplay(Seed, Gamma) : config;
    }
}
