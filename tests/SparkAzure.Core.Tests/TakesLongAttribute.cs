namespace SparkAzure.Core.Tests;

/// <summary>Tests that work for long: they are begun after all others, the longest first, so that none is left to run alone at the end.</summary>
/// <param name="seconds">About how long, on two cores with nothing else.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TakesLongAttribute(int seconds) : Attribute
{
    /// <summary>About how long, on two cores with nothing else.</summary>
    public int Seconds { get; } = seconds;
}
