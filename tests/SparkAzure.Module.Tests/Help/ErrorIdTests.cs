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

    private static IEnumerable<string> Ids() => FactoryMethods().Concat(IdsInSource());

    // A method of a room's Errors class is named for its id; one named From… only chooses among the others.
    private static IEnumerable<string> FactoryMethods() =>
        from type in typeof(IOperator).Assembly.GetTypes()
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

    // new SparkAzureException("Id", ErrorKind.…), new ErrorRecord(exception, "Id", …), and the psm1's 'Id', 'Category'.
    [GeneratedRegex("""(new(?:\s+SparkAzureException)?\(\s*"(?<id>\w+)",\s*ErrorKind\.|new ErrorRecord\([^;"]*"(?<id>\w+)"|^\s*'(?<id>[A-Z]\w+)', 'Resource)""", RegexOptions.Multiline)]
    private static partial Regex IdInSource();
}
