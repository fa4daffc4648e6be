namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

/// <summary>The fuzz test, as long as a build may take and the same every time; `dotnet SparkAzure.Core.Tests.dll fuzz 1000000` runs it at length.</summary>
public sealed class DockerfileFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public void Files_changed_at_random_are_edited_rightly_or_refused(int seed) =>
        Assert.NotEmpty(DockerfileFuzz.Run(seed, 10_000, TimeSpan.FromMinutes(2)));
}
