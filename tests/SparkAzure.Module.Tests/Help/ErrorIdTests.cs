using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Module.Tests.Help;

/// <summary>about_SparkAzure_Errors and the code know the same errors.</summary>
public partial class ErrorIdTests
{
    [Fact]
    public void Every_error_id_is_documented() => Assert.Empty(Ids().Except(DocumentedIds()));

    [Fact]
    public void Every_documented_error_id_exists() => Assert.Empty(DocumentedIds().Except(Ids()));

    /// <summary>An error that no test provokes is a text that nobody has read where it appears.</summary>
    [Fact]
    public void Every_error_id_is_expected_by_a_test() => Assert.Empty(Ids().Except(ExpectedIds()));

    private static IEnumerable<string> Ids() => FactoryMethods().Concat(IdsInSource());

    // A method of a room's Errors class is named for its id; one named From… only chooses among the others.
    private static IEnumerable<string> FactoryMethods() =>
        from type in typeof(ICaller).Assembly.GetTypes()
        where type.Name.EndsWith("Errors", StringComparison.Ordinal)
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where method.ReturnType == typeof(SparkAzureException) && !method.Name.StartsWith("From", StringComparison.Ordinal)
            && !method.IsDefined(typeof(CompilerGeneratedAttribute))
        select method.Name;

    // The few that are made outside Core, where the path or the module itself is the matter.
    private static IEnumerable<string> IdsInSource()
    {
        var files = Directory.GetFiles(Path.Combine(Places.Repository, "src", "SparkAzure.PowerShell"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Append(Path.Combine(Places.Repository, "module", "SparkAzure.psm1"));
        return files.SelectMany(f => IdInSource().Matches(File.ReadAllText(f))).Select(m => m.Groups["id"].Value).Distinct();
    }

    private static IEnumerable<string> DocumentedIds() =>
        File.ReadLines(Path.Combine(Places.Repository, "docs", "help", "about_SparkAzure_Errors.md"))
            .Where(l => l.StartsWith("### ", StringComparison.Ordinal))
            .Select(l => l[4..].Trim());

    // Tests name an id as a text of its own, xunit's as "Id", Pester's as 'Id', 'Id,*' or 'Id*'; those of the help name
    // no error that they met.
    private static HashSet<string> ExpectedIds() =>
    [
        .. TestSources().SelectMany(File.ReadLines)
            .Where(l => !SaysWhatMustNotBe().IsMatch(l))
            .SelectMany(l => QuotedWord().Matches(l))
            .Select(m => m.Groups["id"].Value),
    ];

    private static IEnumerable<string> TestSources()
    {
        var tests = Path.Combine(Places.Repository, "tests");
        return Directory.EnumerateFiles(tests, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) == ".cs" || f.EndsWith(".Tests.ps1", StringComparison.Ordinal))
            .Where(f => !Path.GetRelativePath(tests, f).Split(Path.DirectorySeparatorChar).Any(MeetsNoError));
    }

    private static bool MeetsNoError(string folder) => folder is "obj" or "bin" or "Help" or "Benchmarks";

    [GeneratedRegex("""["'](?<id>[A-Z]\w+)(,?\*)?["']""")]
    private static partial Regex QuotedWord();

    // A comment, and what is only asserted not to come.
    [GeneratedRegex("""^\s*(//|#)|Should -Not\b|Assert\.(DoesNot|Not)""")]
    private static partial Regex SaysWhatMustNotBe();

    // new SparkAzureException("Id", ErrorKind.…), new ErrorRecord(exception, "Id", …), and the psm1's 'Id', 'Category'.
    [GeneratedRegex("""(new(?:\s+SparkAzureException)?\(\s*"(?<id>\w+)",\s*ErrorKind\.|new ErrorRecord\([^;"]*"(?<id>\w+)"|^\s*'(?<id>[A-Z]\w+)', 'Resource)""", RegexOptions.Multiline)]
    private static partial Regex IdInSource();
}
