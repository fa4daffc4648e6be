namespace SparkAzure.Module.Tests.Pester;

/// <summary>One test per Pester file of tests/Module.</summary>
public sealed class ModuleTests(PesterRun run) : IClassFixture<PesterRun>
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Places.ModuleTests, "*.Tests.ps1").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public async Task Pester(string file)
    {
        Skip.If(run.PowerShell.WhyNot is not null, $"{file} was not run, because {run.PowerShell.WhyNot}.");

        var result = await run.RunAsync(file);

        Assert.True(result.Failed == 0, string.Join("\n\n", result.Failures.Select(f => $"{f.Name}\n{f.Message}")));
        Assert.True(result.Passed + result.Skipped > 0, $"{file} holds no tests.");
    }
}
