using System.Xml.Linq;
using SparkAzure.HelpCompiler;

namespace SparkAzure.Module.Tests.Help;

/// <summary>What stands in the XML that Get-Help reads.</summary>
public class MamlWriterTests
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";

    private static readonly CommandMetadata TwoSets = new(
        "Set",
        "Thing",
        "ByName",
        true,
        [
            Parameter("Size", ("ByObject", new(false, null, false, false)), ("ByName", new(true, null, false, false))),
            Parameter("Name", ("ByName", new(true, 0, false, true))),
            Parameter("InputObject", ("ByObject", new(true, 0, true, false))),
            Parameter("Note", (CommandMetadata.AllSets, new(false, null, false, false))),
        ],
        []);

    [Fact]
    public void Every_set_has_its_syntax_the_default_one_first()
    {
        var syntax = Write(TwoSets).Descendants(Command + "syntaxItem").Select(i => string.Join(' ', i.Elements(Command + "parameter").Select(Show)));

        Assert.Equal(
            ["Name! Size! Note WhatIf Confirm", "InputObject! Size Note WhatIf Confirm"],
            syntax);
    }

    [Fact]
    public void A_parameter_is_required_when_every_set_requires_it()
    {
        var parameters = Write(TwoSets).Descendants(Command + "parameters").Single().Elements(Command + "parameter").ToArray();

        Assert.Equal("Confirm InputObject! Name! Note Size WhatIf", string.Join(' ', parameters.Select(Show)));
        Assert.Equal("True (ByPropertyName)", parameters.Single(p => p.Element(Maml + "name")!.Value == "Name").Attribute("pipelineInput")!.Value);
    }

    [Fact]
    public void A_switch_shows_no_value_and_a_closed_list_shows_its_values()
    {
        var command = TwoSets with
        {
            SupportsShouldProcess = false,
            Parameters =
            [
                Parameter("Force", (CommandMetadata.AllSets, new(false, null, false, false))) with { TypeName = "SwitchParameter", IsSwitch = true },
                Parameter("Engine", (CommandMetadata.AllSets, new(false, null, false, false))) with { Values = ["Docker", "Registry"] },
            ],
        };

        var item = Write(command).Descendants(Command + "syntaxItem").Single();

        var force = item.Elements(Command + "parameter").First();
        Assert.Null(force.Element(Command + "parameterValue"));
        Assert.Equal(["Docker", "Registry"], item.Descendants(Command + "parameterValueGroup").Elements().Select(e => e.Value));
    }

    /// <summary>Get-Help -Online opens the first link with an address.</summary>
    [Theory]
    [InlineData(null, "")]
    [InlineData("https://example.org/spark/", "https://example.org/spark/blob/HEAD/docs/help/Set-Thing.md")]
    public void Online_leads_to_the_projects_own_page_or_nowhere(string? project, string expected)
    {
        var page = new HelpPage
        {
            File = "Set-Thing.md",
            Command = "Set-Thing",
            Synopsis = "",
            Description = [],
            Examples = [],
            Parameters = [],
            Inputs = [],
            Outputs = [],
            Notes = [],
            Links = [new HelpLink("Elsewhere", "https://example.com/")],
        };
        var links = MamlWriter.Write([TwoSets], [page], project).Descendants(Maml + "navigationLink").ToArray();

        Assert.Equal(expected, links.Select(l => l.Element(Maml + "uri")!.Value).FirstOrDefault(u => u.Length > 0) ?? "");
        Assert.Contains("Elsewhere: https://example.com/", links.Select(l => l.Element(Maml + "linkText")!.Value));
    }

    private static XDocument Write(CommandMetadata command) => MamlWriter.Write([command], []);

    private static ParameterMetadata Parameter(string name, params (string Set, ParameterInSet In)[] sets) =>
        new(name, "String", false, [], [], sets.ToDictionary(s => s.Set, s => s.In));

    private static string Show(XElement parameter) =>
        parameter.Element(Maml + "name")!.Value + (parameter.Attribute("required")!.Value == "true" ? "!" : "");
}
