using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparkAzure.Sandbox.Azure.Tasks;

/// <summary>A step of a task.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Build">The words after docker build; null for a step of another kind.</param>
/// <param name="Environment">The variables that docker build sees.</param>
/// <param name="Push">What is pushed.</param>
/// <param name="When">The steps that come before it, or -.</param>
internal sealed record TaskStep(
    string Id,
    string[]? Build,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> Push,
    IReadOnlyList<string> When);

/// <summary>
/// Reads a task's YAML as far as such tasks go, in the order in which Azure/acr-builder does: templates, aliases, YAML,
/// and for variables a shell's quotes. What it does not know it refuses, so that nothing is let through that the real
/// one would refuse.
/// </summary>
internal static partial class TaskSteps
{
    public static List<TaskStep> Parse(string yaml, string loginServer)
    {
        var lines = Aliases(Templates(yaml), loginServer).Split('\n').Where(l => l.Length > 0).ToList();
        if (lines is not [var version, ..]
            || !version.StartsWith("version: v1.", StringComparison.Ordinal)
            || !lines.Contains("steps:"))
        {
            throw new RunFailure("failed to unmarshal task before running");
        }

        var steps = new List<Dictionary<string, string>>();
        foreach (var line in lines.Skip(lines.IndexOf("steps:") + 1))
        {
            var match = Property().Match(line);
            if (!match.Success || (match.Groups["dash"].Value.Trim().Length == 0 && steps.Count == 0))
            {
                throw new RunFailure($"failed to unmarshal task before running: yaml: '{line}'");
            }

            if (match.Groups["dash"].Value.Trim() == "-")
            {
                steps.Add([]);
            }

            steps[^1][match.Groups["name"].Value] = match.Groups["value"].Value;
        }

        return steps.ConvertAll(Step);
    }

    private static TaskStep Step(Dictionary<string, string> properties)
    {
        if (properties.Keys.FirstOrDefault(k => k is not ("id" or "build" or "env" or "push" or "when")) is { } unknown)
        {
            throw new RunFailure($"failed to unmarshal task before running: unknown property {unknown}");
        }

        var environment = List(properties, "env")
            .Select(Unquote)
            .Select(v => v.Split('=', 2))
            .ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        return new TaskStep(
            properties["id"],
            properties.TryGetValue("build", out var build)
                ? JsonSerializer.Deserialize<string>(build)!.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : null,
            environment,
            List(properties, "push"),
            List(properties, "when"));
    }

    private static List<string> List(Dictionary<string, string> properties, string name)
    {
        if (properties.TryGetValue(name, out var value))
        {
            return JsonSerializer.Deserialize<List<string>>(value)!;
        }

        return [];
    }

    // Go's templates, of which only raw strings are known here.
    private static string Templates(string text)
    {
        var rendered = RawString().Replace(text, m => m.Groups[1].Value.Replace("{{", "\0", StringComparison.Ordinal));
        if (rendered.Contains("{{", StringComparison.Ordinal))
        {
            throw new RunFailure("failed to render template: function not defined");
        }

        return rendered.Replace("\0", "{{", StringComparison.Ordinal);
    }

    private static string Aliases(string text, string loginServer) =>
        Alias().Replace(text, m => m.Value switch
        {
            "$$" => "$",
            "$Registry" => loginServer,
            var other => other,
        });

    // A word of a shell in single quotes.
    private static string Unquote(string word)
    {
        if (!word.StartsWith('\'') || !word.EndsWith('\''))
        {
            throw new RunFailure($"/bin/sh: {word}: not quoted");
        }

        return word[1..^1].Replace("'\\''", "'", StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"^(?<dash>- |  )(?<name>[a-zA-Z]+): (?<value>.+)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Property();

    [GeneratedRegex(@"\{\{`([^`]*)`\}\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RawString();

    [GeneratedRegex(@"\$\$|\$[A-Za-z0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Alias();
}
