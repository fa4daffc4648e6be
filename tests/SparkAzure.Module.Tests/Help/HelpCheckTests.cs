using SparkAzure.HelpCompiler;

namespace SparkAzure.Module.Tests.Help;

/// <summary>What the help compiler says of a page that does not fit its cmdlet.</summary>
public class HelpCheckTests
{
    private const string GoodPage = """
        # Get-Thing

        ## Synopsis

        Gets a thing.

        ## Description

        Of `many` words, see [here](https://example.com/x).

        ## Examples

        ### One

        ```powershell
        Get-Thing -Path x
        ```

        It comes.

        ### A pipeline

        ```powershell
        'x' | Get-Thing -Verbose
        ```

        It comes too.

        ## Parameters

        ### -Path

        Where it is.

        Default: `here`

        ## Inputs

        ### System.String

        A path.

        ## Outputs

        ### Things.Thing

        The thing.

        - Name: its name.

        ## Notes

        - Host: network only.
        - Azure roles: none.
        - DSS: any.

        ## Related links

        - Get-Other
        - [Somewhere](https://example.com)
        """;

    private static readonly CommandMetadata Command = new(
        "Get",
        "Thing",
        null,
        false,
        [new ParameterMetadata("Path", "String", false, [], [], new Dictionary<string, ParameterInSet> { [CommandMetadata.AllSets] = new(true, 0, true, false) })],
        [new OutputMetadata("Things.Thing", ["Name"])]);

    [Fact]
    public void A_page_that_fits_has_no_findings() => Assert.Empty(Findings(GoodPage));

    [Fact]
    public void A_cmdlet_without_a_page_is_found() =>
        Assert.Contains(HelpCheck.Compare([Command], []), f => f.Message.Contains("Get-Thing is not documented", StringComparison.Ordinal));

    [Theory]
    [InlineData("# Get-Thing", "# Get-Thong", "the module has no such cmdlet")]
    [InlineData("### -Path", "### -Pfad", "the parameter -Path is not documented")]
    [InlineData("### -Path", "### -Pfad", "Get-Thing has no parameter -Pfad")]
    [InlineData("Where it is.\n", "", "'Path' has no text")]
    [InlineData("Get-Thing -Path x", "Get-Thing -Paht x", "the parameter -Paht, which it does not have")]
    [InlineData("Get-Thing -Path x", "Set-Thing -Path x", "an example calls Set-Thing")]
    [InlineData("Get-Thing -Path x", "Get-Thing -WhatIf", "the parameter -WhatIf, which it does not have")]
    [InlineData("'x' | Get-Thing", "Get-Thing", "one of them a pipeline")]
    [InlineData("It comes too.", "", "does not say what happens")]
    [InlineData("- Name: its name.", "", "the member Name of Things.Thing is not explained")]
    [InlineData("### Things.Thing", "### Things.Think", "the output Things.Thing is not documented")]
    [InlineData("- Host: network only.\n", "", "the notes have no bullet 'Host:'")]
    public void Each_disagreement_is_found(string good, string bad, string expected)
    {
        Assert.Contains(good, GoodPage, StringComparison.Ordinal);

        Assert.Contains(Findings(GoodPage.Replace(good, bad, StringComparison.Ordinal)), f => f.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_finding_in_an_example_names_its_line()
    {
        var finding = Assert.Single(Findings(GoodPage.Replace("Get-Thing -Path x", "Get-Thing -Paht x", StringComparison.Ordinal)));

        Assert.Contains("-Paht", GoodPage.Replace("-Path x", "-Paht x", StringComparison.Ordinal).Split('\n')[finding.Line - 1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("## Inputs", "## Input", "the section 'Inputs' is expected")]
    [InlineData("## Notes", "## Related links", "the section 'Notes' is expected")]
    [InlineData("A path.", "| a | table |", "only paragraphs and bullets")]
    [InlineData("# Get-Thing", "Get-Thing", "the first line must be the title")]
    public void A_page_of_another_form_is_refused(string good, string bad, string expected)
    {
        var exception = Assert.Throws<HelpFormatException>(() => HelpPage.Parse("Get-Thing.md", GoodPage.Replace(good, bad, StringComparison.Ordinal)));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inline_marks_are_taken_off_and_addresses_kept()
    {
        var page = HelpPage.Parse("Get-Thing.md", GoodPage);

        Assert.Equal(["Of many words, see here (https://example.com/x)."], page.Description);
        Assert.Equal("here", Assert.Single(page.Parameters).Default);
        Assert.Equal([new HelpLink("Get-Other", ""), new HelpLink("Somewhere", "https://example.com")], page.Links);
    }

    private static IReadOnlyList<HelpFinding> Findings(string page) => HelpCheck.Compare([Command], [HelpPage.Parse("Get-Thing.md", page)]);
}
