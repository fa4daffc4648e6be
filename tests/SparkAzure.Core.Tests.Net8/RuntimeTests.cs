namespace SparkAzure.Core.Tests;

/// <summary>That this leg runs on what it is there for.</summary>
public sealed class RuntimeTests
{
    [Fact]
    public void These_tests_run_on_dotnet_8() => Assert.Equal(8, Environment.Version.Major);
}
