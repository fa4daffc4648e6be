using System.Reflection;
using System.Text.RegularExpressions;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Tests;

/// <summary>That this leg runs on what it is there for, and what that runtime refuses where later ones do not.</summary>
public sealed class RuntimeTests
{
    [Fact]
    public void These_tests_run_on_dotnet_8() => Assert.Equal(8, Environment.Version.Major);

    // .NET 8 makes no automaton of more than 1,000 nodes; what it refuses is known only when the expression is first used.
    [Fact]
    public void Every_expression_of_the_module_can_be_made()
    {
        const BindingFlags OfAnyKind = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var makers = typeof(Rfc1123Name).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(OfAnyKind))
            .Where(m => m.IsDefined(typeof(GeneratedRegexAttribute)))
            .ToList();

        Assert.NotEmpty(makers);
        Assert.Empty(makers.Where(m => !CanBeMade(m)).Select(m => $"{m.DeclaringType}.{m.Name}"));
    }

    private static bool CanBeMade(MethodInfo maker)
    {
        try
        {
            return maker.Invoke(null, []) is Regex;
        }
        catch (TargetInvocationException)
        {
            return false;
        }
    }
}
