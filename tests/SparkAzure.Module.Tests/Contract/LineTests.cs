using SparkAzure.Module.Tests.Contract.Sources;
using Xunit.Abstractions;

namespace SparkAzure.Module.Tests.Contract;

/// <summary>
/// How a line reads: one thought a line. The figures are those of the codebases this one learns from; .editorconfig says
/// what an editor can, the rest is counted here.
/// </summary>
public sealed class LineTests(ITestOutputHelper output)
{
    private const double ConditionalsPerThousandLines = 10;
    private const double WideLinesPerHundred = 2;

    private static readonly Lazy<IReadOnlyList<LineFigures>> Figures =
        new(() => [.. SourceFile.Below("src").Select(LineFigures.Of)]);

    private static int Lines => Figures.Value.Sum(f => f.Lines);

    [Fact]
    public void No_conditional_expression_stands_inside_another() =>
        Findings.AssertNone(Figures.Value.SelectMany(f => f.Nested));

    [Fact]
    public void Conditional_expressions_are_few()
    {
        var found = Figures.Value.SelectMany(f => f.Conditionals).ToList();
        var share = 1000.0 * found.Count / Lines;
        output.WriteLine($"{found.Count} in {Lines} lines: {share:F1} per 1,000");

        Assert.True(share < ConditionalsPerThousandLines, Worst(f => f.Conditionals, $"{share:F1} per 1,000 lines"));
    }

    [Fact]
    public void Lines_are_as_wide_as_a_page_outside_tables()
    {
        var found = Figures.Value.SelectMany(f => f.Wide).ToList();
        var share = 100.0 * found.Count / Lines;
        output.WriteLine($"{found.Count} of {Lines} lines over {LineFigures.Column} columns: {share:F1} %");

        Assert.True(share < WideLinesPerHundred, Worst(f => f.Wide, $"{share:F1} % of the lines"));
    }

    [Fact]
    public void Every_method_fits_a_screen() => Findings.AssertNone(Figures.Value.SelectMany(f => f.Long));

    /// <summary>The ten files that have most of it, for whoever has to mend them.</summary>
    private static string Worst(Func<LineFigures, IReadOnlyList<string>> what, string share)
    {
        var files = Figures.Value.OrderByDescending(f => what(f).Count).Take(10);
        return $"{share}; most in:\n" + string.Join('\n', files.Select(f => $"{what(f).Count,4} {f.File.Path}"));
    }
}
