namespace SparkAzure.Module.Tests.Pester;

/// <summary>What Pester found in one file.</summary>
/// <param name="PowerShell">The version of the PowerShell it ran in; empty when it never came to say so.</param>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Failed">Tests that failed, and blocks that could not run.</param>
/// <param name="Skipped">Tests that said why they cannot run here.</param>
/// <param name="Failures">What failed.</param>
internal sealed record PesterResult(
    string PowerShell, int Passed, int Failed, int Skipped, IReadOnlyList<PesterFailure> Failures)
{
    /// <summary>A file whose tests never ran.</summary>
    public static PesterResult Broken(string file, string why) => new("", 0, 1, 0, [new PesterFailure(file, why)]);
}

/// <summary>A test that failed, or a block of them that could not run.</summary>
internal sealed record PesterFailure(string Name, string Message);
