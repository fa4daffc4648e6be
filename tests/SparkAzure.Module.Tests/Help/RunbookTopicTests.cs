namespace SparkAzure.Module.Tests.Help;

/// <summary>about_SparkAzure_Runbooks says of every cmdlet what it needs of the host, and the same as the cmdlet's own page.</summary>
public class RunbookTopicTests
{
    private static readonly string Folder = Path.Combine(Places.Repository, "docs", "help");

    [Fact]
    public void Every_cmdlet_stands_in_the_chapter_that_its_page_says()
    {
        var said = new List<string>();
        var chapter = "";
        foreach (var line in File.ReadLines(Path.Combine(Folder, "about_SparkAzure_Runbooks.md")))
        {
            chapter = line.StartsWith("## ", StringComparison.Ordinal) ? line[3..] : chapter;
            if (line.StartsWith("- ", StringComparison.Ordinal) && line[2..].Split(':')[0] is var name && name.Contains('-', StringComparison.Ordinal) && File.Exists(Path.Combine(Folder, name + ".md")))
            {
                said.Add($"{name}: {chapter}");
            }
        }

        var pages = Directory.GetFiles(Folder, "*-*.md").Select(f => $"{Path.GetFileNameWithoutExtension(f)}: {ChapterOf(f)}");
        Assert.Equal(pages.Order(StringComparer.Ordinal), said.Order(StringComparer.Ordinal));
    }

    private static string ChapterOf(string page)
    {
        var host = string.Join(' ', File.ReadLines(page).SkipWhile(l => !l.StartsWith("- Host: ", StringComparison.Ordinal)).TakeWhile(l => !l.StartsWith("- Azure roles", StringComparison.Ordinal)));
        return host.Contains("processes on the DSS host", StringComparison.Ordinal) || host.Contains("starts bin/dss", StringComparison.Ordinal) ? "The DSS host"
            : host.Contains("no network is used", StringComparison.Ordinal) || host.Contains("any host that sees its data directory", StringComparison.Ordinal) ? "The files only"
            : "The network only";
    }
}
