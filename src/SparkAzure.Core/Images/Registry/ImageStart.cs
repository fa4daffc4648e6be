using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SparkAzure.Core.Images.Registry.Run;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Looks whether a container of an image can start at all: the entry point, the interpreter of its first line, and what
/// Spark's entry points call by path (tini, java). Missing packages may never be missed; without these no executor ever
/// runs.
/// </summary>
internal static partial class ImageStart
{
    // Longer ones are programs, not scripts.
    private const long LongestScript = 64 << 10;

    /// <summary>What is missing, each with who needs it.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<IReadOnlyList<string>> MissingAsync(ImageDraft image, CancellationToken cancellationToken)
    {
        var files = image.Files;
        var user = (string?)image.Config["User"];
        if ((await Accounts.ReadAsync(files, cancellationToken).ConfigureAwait(false)).Of(user) is null)
        {
            return [$"the account '{user}' (its USER)"];
        }

        if ((image.Config["Entrypoint"] as JsonArray)?.Select(a =>
            (string?)a).FirstOrDefault() is not { Length: > 0 } program)
        {
            return [];
        }

        var path = Find(image, program);
        if (path is null)
        {
            return [$"{program} (its entry point)"];
        }

        // A script that the base image brings is its own affair.
        if (files.Find(path) is not { Item: not null, Size: > 0 and <= LongestScript } file)
        {
            return [];
        }

        var text = Encoding.UTF8.GetString(
            (await files.ReadAsync([file], cancellationToken).ConfigureAwait(false))[file.Path]);
        if (!text.StartsWith("#!", StringComparison.Ordinal))
        {
            return [];
        }

        var wanted = InterpretersOf(text).Select(p => (Program: p, Why: $"the first line of {program}"))
            .Concat(StartedBy(text, image).Select(p => (Program: p, Why: $"{program} starts it")));
        return [.. wanted.Distinct().Where(w => Find(image, w.Program) is null).Select(w => $"{w.Program} ({w.Why})")];
    }

    private static string JavaOf(ImageDraft image)
    {
        if (image.Variable("JAVA_HOME") is { Length: > 0 } home)
        {
            return $"{home.TrimEnd('/')}/bin/java";
        }

        return "java";
    }

    // What the first line of a script names: a program, and with env another one.
    private static IEnumerable<string> InterpretersOf(string script)
    {
        var words = script[2..].Split('\n')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var isEnv = words is [var program, _, ..] && program.EndsWith("/env", StringComparison.Ordinal);
        return words.Take(isEnv ? 2 : 1);
    }

    private static IEnumerable<string> StartedBy(string script, ImageDraft image)
    {
        foreach (Match tini in Tini().Matches(Comment().Replace(script, "")))
        {
            yield return tini.Value;
        }

        if (Java().IsMatch(script))
        {
            yield return JavaOf(image);
        }
    }

    private static string? Find(ImageDraft image, string program)
    {
        string[] candidates = [program];
        if (!program.Contains('/', StringComparison.Ordinal))
        {
            var folders = image.Variable("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
            candidates = [.. folders.Split(':').Select(f => $"{f}/{program}")];
        }

        return Array.Find(candidates, c => image.Files.Find(c) is { IsFile: true });
    }

    [GeneratedRegex(
        @"(?<![\w./-])/(?:usr/)?(?:local/)?s?bin/tini\b",
        RegexOptions.CultureInvariant)]
    private static partial Regex Tini();

    [GeneratedRegex(
        @"^\s*#.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\$\{?JAVA_HOME\}?/bin/java\b", RegexOptions.CultureInvariant)]
    private static partial Regex Java();
}
