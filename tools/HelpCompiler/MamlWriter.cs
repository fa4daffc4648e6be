using System.Xml.Linq;

namespace SparkAzure.HelpCompiler;

/// <summary>Writes the XML that Get-Help reads (the schema is called MAML).</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Shell = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    // What PowerShell adds to every cmdlet that changes something.
    private static readonly (ParameterMetadata Parameter, HelpEntry Help)[] Rehearsal =
    [
        Switch("WhatIf", "wi", "Shows what would be changed, target by target, and changes nothing. The object that comes out describes the plan (Planned is True), so that a whole pipeline can be rehearsed."),
        Switch("Confirm", "cf", "Asks before each change."),
    ];

    /// <summary>Makes the document; a cmdlet without a page gets its syntax only.</summary>
    /// <param name="commands">The cmdlets.</param>
    /// <param name="pages">Their pages.</param>
    /// <param name="project">Where the project lives, for Get-Help -Online; null where nobody says.</param>
    internal static XDocument Write(
        IReadOnlyList<CommandMetadata> commands, IReadOnlyList<HelpPage> pages, string? project = null) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(
            Shell + "helpItems",
            new XAttribute("schema", "maml"),
            commands.Select(c => CommandElement(c, pages.FirstOrDefault(p => p.Command == c.Name), project))));

    private static XElement CommandElement(CommandMetadata command, HelpPage? page, string? project) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", command.Name),
            new XElement(Command + "verb", command.Verb),
            new XElement(Command + "noun", command.Noun),
            Description(page is null ? [] : [page.Synopsis])),
        Description(page?.Description ?? []),
        new XElement(Command + "syntax", command.Sets.Select(s => SyntaxItem(command, page, s))),
        new XElement(
            Command + "parameters",
            AllParameters(command, page).OrderBy(p => p.Parameter.Name, StringComparer.Ordinal)
                .Select(p => ParameterElement(p.Parameter, Widest(p.Parameter), p.Help, inSyntax: false))),
        new XElement(
            Command + "inputTypes",
            page?.Inputs.Select(i => new XElement(Command + "inputType", TypeElement(i.Name), Description(i.Text)))),
        new XElement(
            Command + "returnValues",
            page?.Outputs.Select(o => new XElement(Command + "returnValue", TypeElement(o.Name), Description(o.Text)))),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page?.Notes ?? []))),
        new XElement(Command + "examples", page?.Examples.Select((e, i) => ExampleElement(e, i + 1))),
        new XElement(
            Command + "relatedLinks",
            project is null ? null : Online(command.Name, project),
            page?.Links.Select(LinkElement)));

    private static XElement SyntaxItem(CommandMetadata command, HelpPage? page, string set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", command.Name),
        command
            .ParametersOf(set)
            .Select(p => ParameterElement(p.Parameter, p.In, HelpOf(page, p.Parameter), inSyntax: true)),
        command.SupportsShouldProcess
            ? Rehearsal.Select(r => ParameterElement(r.Parameter, Widest(r.Parameter), r.Help, inSyntax: true))
            : null);

    private static IEnumerable<(ParameterMetadata Parameter, HelpEntry? Help)> AllParameters(
        CommandMetadata command, HelpPage? page)
    {
        var own = command.Parameters.Select(p => (p, HelpOf(page, p)));
        if (command.SupportsShouldProcess)
        {
            return own.Concat(Rehearsal.Select(r => (r.Parameter, (HelpEntry?)r.Help)));
        }

        return own;
    }

    private static HelpEntry? HelpOf(HelpPage? page, ParameterMetadata parameter) =>
        page?.Parameters.FirstOrDefault(e => e.Name == parameter.Name);

    // The PARAMETERS section has one entry for a parameter whatever the set: it is required where every set requires
    // it, and takes from the pipeline what any set takes.
    private static ParameterInSet Widest(ParameterMetadata parameter) => new(
        parameter.Sets.Values.All(s => s.Mandatory),
        parameter.Sets.Values.Select(s => s.Position).Min(),
        parameter.Sets.Values.Any(s => s.FromPipeline),
        parameter.Sets.Values.Any(s => s.FromPipelineByPropertyName));

    private static XElement ParameterElement(
        ParameterMetadata parameter, ParameterInSet membership, HelpEntry? help, bool inSyntax)
    {
        var text = help?.Text ?? [];
        if (parameter.Values.Count > 0 && !inSyntax)
        {
            text = [.. text, $"Accepted values: {string.Join(", ", parameter.Values)}"];
        }

        return new XElement(
            Command + "parameter",
            new XAttribute("required", Lower(membership.Mandatory)),
            new XAttribute("variableLength", Lower(parameter.TypeName.EndsWith("[]", StringComparison.Ordinal))),
            new XAttribute("globbing", "false"),
            new XAttribute("pipelineInput", membership.PipelineInput),
            new XAttribute(
                "position",
                membership.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Description(text),
            inSyntax && parameter.Values.Count > 0
                ? new XElement(
                    Command + "parameterValueGroup", parameter.Values.Select(v => ValueElement(v, required: false)))
                : null,
            parameter.IsSwitch && inSyntax ? null : ValueElement(parameter.TypeName, required: !parameter.IsSwitch),
            TypeElement(parameter.TypeName),
            new XElement(Dev + "defaultValue", help?.Default ?? (parameter.IsSwitch ? "False" : "None")));
    }

    private static XElement ValueElement(string text, bool required) => new(
        Command + "parameterValue",
        new XAttribute("required", Lower(required)),
        new XAttribute("variableLength", "false"),
        text);

    private static XElement ExampleElement(HelpExample example, int number) => new(
        Command + "example",
        new XElement(Maml + "title", $"-------- Example {number}: {example.Title} --------"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, ""])));

    // Get-Help -Online opens the first link that has an address: the project's own page, or none. So the address of
    // another page is part of its text.
    private static XElement LinkElement(HelpLink link) =>
        NavigationLink(link.Uri.Length == 0 ? link.Text : $"{link.Text}: {link.Uri}", "");

    private static XElement Online(string command, string project) =>
        NavigationLink("Online version:", $"{project.TrimEnd('/')}/blob/HEAD/docs/help/{command}.md");

    private static XElement NavigationLink(string text, string uri) => new(
        Maml + "navigationLink",
        new XElement(Maml + "linkText", text),
        new XElement(Maml + "uri", uri));

    private static XElement TypeElement(string name) =>
        new(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri"));

    private static XElement Description(IReadOnlyList<string> paragraphs) =>
        new(Maml + "description", Paragraphs(paragraphs));

    // Get-Help puts a blank line after each para; the bullets of a list belong together, so a list is one para of
    // several lines.
    private static IEnumerable<XElement> Paragraphs(IReadOnlyList<string> paragraphs)
    {
        var blocks = new List<string>();
        foreach (var paragraph in paragraphs)
        {
            if (IsBullet(paragraph) && blocks.Count > 0 && IsBullet(blocks[^1]))
            {
                blocks[^1] += "\n" + paragraph;
            }
            else
            {
                blocks.Add(paragraph);
            }
        }

        return blocks.Select(b => new XElement(Maml + "para", b));
    }

    private static bool IsBullet(string text) => text.StartsWith(MarkdownText.Bullet, StringComparison.Ordinal);

    private static string Lower(bool value)
    {
        if (value)
        {
            return "true";
        }

        return "false";
    }

    private static (ParameterMetadata Parameter, HelpEntry Help) Switch(string name, string alias, string text) => (
        new ParameterMetadata(
            name,
            "SwitchParameter",
            true,
            [alias],
            [],
            new Dictionary<string, ParameterInSet> { [CommandMetadata.AllSets] = new(false, null, false, false) }),
        new HelpEntry(0, name, [text], null));
}
