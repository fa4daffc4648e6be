namespace SparkAzure.Core.Tests.Java;

/// <summary>A JVM: its release, its home as this process sees it, and how to start it.</summary>
internal sealed record JavaMachine(int Release, string Home, string[] Command);
