namespace SparkAzure.HelpCompiler;

/// <summary>Something that help says wrongly, or does not say.</summary>
/// <param name="File">The page.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record HelpFinding(string File, int Line, string Message);

/// <summary>Compares what the pages say with what the cmdlets are.</summary>
internal static class HelpCheck
{
    /// <summary>What the notes of every cmdlet must state.</summary>
    internal static readonly string[] RequiredNotes = ["Host: ", "Azure roles: ", "DSS: "];

    private static readonly string[] RehearsalParameters = ["WhatIf", "Confirm"];

    // What every cmdlet takes (about_CommonParameters).
    private static readonly string[] CommonParameters =
    [
        "Debug", "ErrorAction", "ErrorVariable", "InformationAction", "InformationVariable", "OutBuffer", "OutVariable",
        "PipelineVariable", "ProgressAction", "Verbose", "WarningAction", "WarningVariable",
    ];

    internal static IReadOnlyList<HelpFinding> Compare(
        IReadOnlyList<CommandMetadata> commands, IReadOnlyList<HelpPage> pages)
    {
        var byName = commands.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        var findings = new List<HelpFinding>();
        foreach (var command in commands.Where(c => pages.All(p => p.Command != c.Name)))
        {
            findings.Add(new HelpFinding(
                $"{command.Name}.md", 1, $"{command.Name} is not documented: the page is missing"));
        }

        foreach (var page in pages)
        {
            if (byName.TryGetValue(page.Command, out var command))
            {
                findings.AddRange(ComparePage(page, command));
                findings.AddRange(page.Examples.SelectMany(e => CompareExample(page, e, byName)));
            }
            else
            {
                findings.Add(new HelpFinding(
                    page.File, 1, $"{page.Command} is documented, but the module has no such cmdlet"));
            }
        }

        return findings;
    }

    private static IEnumerable<HelpFinding> ComparePage(HelpPage page, CommandMetadata command)
    {
        if (page.File != $"{page.Command}.md")
        {
            yield return new HelpFinding(page.File, 1, $"the page is titled {page.Command}");
        }

        foreach (var missing in command.Parameters.Where(p => page.Parameters.All(e => e.Name != p.Name)))
        {
            yield return new HelpFinding(page.File, 1, $"the parameter -{missing.Name} is not documented");
        }

        foreach (var invented in page.Parameters.Where(e => command.Parameters.All(p => p.Name != e.Name)))
        {
            yield return new HelpFinding(page.File, invented.Line, $"{command.Name} has no parameter -{invented.Name}");
        }

        foreach (var empty in page.Parameters.Concat(page.Inputs).Concat(page.Outputs).Where(e => e.Text.Count == 0))
        {
            yield return new HelpFinding(page.File, empty.Line, $"'{empty.Name}' has no text");
        }

        if (page.Examples.Count < 2 || !page.Examples.Any(e => e.Code.Contains('|', StringComparison.Ordinal)))
        {
            yield return new HelpFinding(page.File, 1, "at least two examples are wanted, one of them a pipeline");
        }

        foreach (var silent in page.Examples.Where(e => e.Remarks.Count == 0))
        {
            yield return new HelpFinding(
                page.File, silent.Line, $"the example '{silent.Title}' does not say what happens");
        }

        foreach (var note in RequiredNotes.Where(n =>
            !page.Notes.Any(p => p.StartsWith(MarkdownText.Bullet + n, StringComparison.Ordinal))))
        {
            yield return new HelpFinding(page.File, 1, $"the notes have no bullet '{note.TrimEnd()}'");
        }

        foreach (var output in command.Outputs)
        {
            var entry = page.Outputs.FirstOrDefault(e => e.Name == output.TypeName);
            if (entry is null)
            {
                yield return new HelpFinding(page.File, 1, $"the output {output.TypeName} is not documented");
                continue;
            }

            foreach (var member in output.Members.Where(m =>
                !entry.Text.Any(t => t.StartsWith($"{MarkdownText.Bullet}{m}: ", StringComparison.Ordinal))))
            {
                yield return new HelpFinding(
                    page.File, entry.Line, $"the member {member} of {output.TypeName} is not explained");
            }
        }
    }

    private static IEnumerable<HelpFinding> CompareExample(
        HelpPage page, HelpExample example, Dictionary<string, CommandMetadata> commands)
    {
        foreach (var use in ExampleCode.Commands(example.Code))
        {
            var line = example.Line + 1 + use.Line;
            if (!commands.TryGetValue(use.Name, out var command))
            {
                // Other modules' commands are none of our business, but a misspelt one of ours is.
                if (commands.Values.Any(c => c.Noun.Equals(
                    use.Name[(use.Name.IndexOf('-', StringComparison.Ordinal) + 1)..],
                    StringComparison.OrdinalIgnoreCase)))
                {
                    yield return new HelpFinding(
                        page.File, line, $"an example calls {use.Name}, which the module does not have");
                }

                continue;
            }

            string[] known =
            [
                .. command.Parameters.Select(p => p.Name),
                .. CommonParameters,
                .. command.SupportsShouldProcess ? RehearsalParameters : []
            ];
            foreach (var name in use.Parameters.Where(n => !known.Contains(n, StringComparer.OrdinalIgnoreCase)))
            {
                yield return new HelpFinding(
                    page.File, line, $"an example gives {use.Name} the parameter -{name}, which it does not have");
            }
        }
    }
}
