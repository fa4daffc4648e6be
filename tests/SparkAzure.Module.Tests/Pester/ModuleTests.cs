namespace SparkAzure.Module.Tests.Pester;

/// <summary>
/// One test per Pester file of tests/Module. Each file has a pwsh, a sandbox and a folder of its own, so two of them
/// run side by side: those that walk the whole procedure take about as long as all the rest.
/// </summary>
public sealed class ModuleTests
{
    public static TheoryData<string> Files => [.. PesterFiles.OfOneCmdlet];

    [Theory]
    [MemberData(nameof(Files))]
    public Task Pester(string file) => PesterRun.CheckAsync(file);
}

/// <summary>The Pester files that walk the whole procedure.</summary>
public sealed class ModuleProcedureTests
{
    public static TheoryData<string> Files => [.. PesterFiles.OfTheProcedure];

    [Theory]
    [MemberData(nameof(Files))]
    public Task Pester(string file) => PesterRun.CheckAsync(file);
}

/// <summary>
/// The Pester files that measure time or look at every process of the machine; nothing runs beside them.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ModuleAloneTests
{
    public static TheoryData<string> Files => [.. PesterFiles.Alone];

    [Theory]
    [MemberData(nameof(Files))]
    public Task Pester(string file) => PesterRun.CheckAsync(file);
}

/// <summary>What runs when nothing else does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
