using SparkAzure.Commands;
using SparkAzure.HelpCompiler;

namespace SparkAzure.Module.Tests.Help;

/// <summary>The help of this module, as it stands in docs/help.</summary>
public class HelpPagesTests
{
    private static readonly string Folder = Path.Combine(Places.Repository, "docs", "help");

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Folder, "*-*.md").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Pages_and_cmdlets_agree()
    {
        var pages = Directory.GetFiles(Folder, "*-*.md").Select(HelpPage.Read).ToList();

        Assert.Empty(HelpCheck.Compare(CommandReader.Read(typeof(GetDssInstallationCommand).Assembly.Location), pages));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_links_to_what_exists(string file)
    {
        var known = Directory.GetFiles(Folder, "*.md").Select(f => Path.GetFileNameWithoutExtension(f)).ToList();

        Assert.All(HelpPage.Read(Path.Combine(Folder, file)).Links, l => Assert.True(l.Uri.Length > 0 || known.Contains(l.Text), l.Text));
    }
}
