using SparkAzure.Module.Tests.Contract;

namespace SparkAzure.Module.Tests.Help;

/// <summary>about_SparkAzure says of everything that is written how it is taken back.</summary>
public class WayBackTests
{
    [Fact]
    public void Every_cmdlet_that_changes_something_stands_in_the_chapter_with_its_counterpart()
    {
        var said = File.ReadLines(Path.Combine(Places.Repository, "docs", "help", "about_SparkAzure.md"))
            .SkipWhile(l => l != "## The way back")
            .Skip(1)
            .TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
            .Where(l => l.StartsWith("- ", StringComparison.Ordinal) && l.Contains(':', StringComparison.Ordinal))
            .SelectMany(l => l[2..].Split(':')[0].Split(", "));

        Assert.Equal(
            CmdletMetadata.All.Where(c => c.SupportsShouldProcess).Select(c => c.Name).Order(StringComparer.Ordinal),
            said.Distinct().Order(StringComparer.Ordinal));
    }
}
