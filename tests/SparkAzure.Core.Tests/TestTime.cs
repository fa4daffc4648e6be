using System.Globalization;

namespace SparkAzure.Core.Tests;

/// <summary>
/// Until when tests are begun that take long: SPARKAZURE_TEST_UNTIL, a time of UTC. A slow machine then goes without some of
/// them, and counts them as skipped, instead of being cut off.
/// </summary>
internal static class TestTime
{
    /// <summary>Skips the test where there is no time left for it.</summary>
    public static void SkipWhenShort()
    {
        var until = Environment.GetEnvironmentVariable("SPARKAZURE_TEST_UNTIL");
        var isOver = DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && DateTimeOffset.UtcNow > time;
        Skip.If(isOver, $"there was no time left for it (SPARKAZURE_TEST_UNTIL is {until}).");
    }
}
