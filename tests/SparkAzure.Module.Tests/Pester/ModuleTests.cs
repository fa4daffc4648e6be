namespace SparkAzure.Module.Tests.Pester;

/// <summary>One test per Pester file of tests/Module.</summary>
public sealed class ModuleTests(PesterRun run) : IClassFixture<PesterRun>
{
    public static TheoryData<string> Files => [.. PesterRun.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Pester(string file)
    {
        var result = await run.ResultOfAsync(file);

        Assert.True(result.Failed == 0, string.Join("\n\n", result.Failures.Select(f => $"{f.Name}\n{f.Message}")));
        Assert.True(result.Passed + result.Skipped > 0, $"{file} holds no tests.");
    }
}
