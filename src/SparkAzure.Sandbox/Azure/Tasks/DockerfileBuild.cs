using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Sandbox.Azure.Tasks;

/// <summary>
/// docker build, as far as it goes without running anything: the Dockerfile and every COPY source must be in the
/// context, FROM must be there to be pulled, settings and labels are taken over. RUN lines go into the log and the
/// history; one with <c>false</c> as its last
/// command fails.
/// </summary>
internal sealed partial class DockerfileBuild
{
    private readonly BuildSource _context;
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _arguments;

    private DockerfileBuild(BuildSource context, IReadOnlyDictionary<string, string> arguments) =>
        (_context, _arguments) = (context, arguments);

    public static BuiltImage Run(
        TaskStep step,
        BuildSource context,
        Func<string, BuiltImage> from,
        IReadOnlyDictionary<string, BuiltImage> built,
        Action<string> say)
    {
        var options = DockerBuildOptions.Parse(step);
        var build = new DockerfileBuild(context, options.Arguments);
        var text = options.Place == "." ? context.File(options.Dockerfile) : null;
        var lines = Lines(Encoding.UTF8.GetString(text ?? throw NoDockerfile(options.Dockerfile)));
        BuiltImage? image = null;
        for (var i = 0; i < lines.Count; i++)
        {
            say($"Step {i + 1}/{lines.Count} : {lines[i]}\n");
            var space = lines[i].IndexOf(' ', StringComparison.Ordinal);
            var (keyword, rest) = (lines[i][..space].ToUpperInvariant(), lines[i][(space + 1)..].Trim());
            if (keyword != "FROM")
            {
                build.Apply(image, keyword, rest);
                continue;
            }

            var reference = build.Replace(rest.Split(' ')[0]);
            var isBuilt = built.TryGetValue(reference, out var earlier) && !options.Pull;
            image = isBuilt ? earlier!.Copy() : from(reference);
            build.TakeVariables(image);
        }

        image = image ?? throw new RunFailure("the Dockerfile is empty");
        image.Tags.AddRange(options.Tags);
        say($"Successfully built {options.Tags[0]}\n");
        return image;
    }

    private static RunFailure NoDockerfile(string name) => new(
        "unable to prepare context: unable to evaluate symlinks in Dockerfile path: " +
        $"lstat /workspace/{name}: no such file or directory");

    private void TakeVariables(BuiltImage image)
    {
        _variables.Clear();
        foreach (var variable in image.Config["Env"]?.AsArray() ?? [])
        {
            var parts = ((string)variable!).Split('=', 2);
            _variables[parts[0]] = parts[1];
        }
    }

    private static List<string> Lines(string dockerfile)
    {
        var lines = dockerfile.Split('\n').Where(l => !l.TrimStart().StartsWith('#'));
        return
        [
            .. Continuation()
                .Replace(string.Join('\n', lines), " ")
                .Split('\n')
                .Select(l => l.Trim())
                .Where(l => l.Length > 0)
        ];
    }

    private void Apply(BuiltImage? image, string keyword, string rest)
    {
        if (keyword == "ARG")
        {
            var parts = rest.Split('=', 2);
            _variables[parts[0]] = _arguments.GetValueOrDefault(parts[0], parts.ElementAtOrDefault(1) ?? "");
            image?.AddStep($"/bin/sh -c #(nop) ARG {rest}");
            return;
        }

        if (image is null)
        {
            throw new RunFailure("no build stage in current context");
        }

        switch (keyword)
        {
            case "COPY" or "ADD":
                CopyFiles(image, keyword, Replace(rest));
                return;
            case "RUN":
                image.AddStep($"/bin/sh -c {rest}");
                if (rest.TrimEnd().EndsWith("false", StringComparison.Ordinal))
                {
                    throw new RunFailure($"The command '/bin/sh -c {rest}' returned a non-zero code: 1");
                }

                return;
            case "ENV":
                SetVariable(image, rest);
                break;
            case "LABEL":
                SetLabels(image, rest);
                break;
            case "USER":
                image.Config["User"] = Replace(rest);
                break;
            case "WORKDIR":
                image.Config["WorkingDir"] = Replace(rest);
                break;
            case "ENTRYPOINT":
                image.Config["Entrypoint"] = JsonNode.Parse(rest);
                break;
        }

        image.AddStep($"/bin/sh -c #(nop) {keyword} {rest}");
    }

    private void SetVariable(BuiltImage image, string rest)
    {
        var separator = rest.Split(' ')[0].Contains('=', StringComparison.Ordinal) ? '=' : ' ';
        var pair = rest.Split(separator, 2);
        _variables[pair[0]] = Replace(pair[1].Trim());
        var others = (image.Config["Env"]?.AsArray() ?? [])
            .Select(v => (string)v!)
            .Where(v => !v.StartsWith(pair[0] + "=", StringComparison.Ordinal));
        var all = others.Append($"{pair[0]}={_variables[pair[0]]}");
        image.Config["Env"] = new JsonArray([.. all.Select(v => (JsonNode)v)]);
    }

    private static void SetLabels(BuiltImage image, string rest)
    {
        var labels = image.Config["Labels"]?.DeepClone().AsObject() ?? [];
        foreach (Match label in Label().Matches(rest))
        {
            var name = Escape().Replace(label.Groups[1].Value, "$1");
            labels[name] = Escape().Replace(label.Groups[2].Value, "$1");
        }

        image.Config["Labels"] = labels;
    }

    private void CopyFiles(BuiltImage image, string keyword, string rest)
    {
        var words = rest
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(w => !w.StartsWith("--", StringComparison.Ordinal))
            .ToArray();
        var destination = words[^1].Trim('/');
        var files = new List<(string, TarEntry)>();
        foreach (var source in words[..^1])
        {
            var found = _context.Match(source);
            if (found.Count == 0)
            {
                throw new RunFailure(
                    $"{keyword} failed: file not found in build context or excluded by .dockerignore: stat {source}: " +
                    $"file does not exist");
            }

            foreach (var (relative, entry) in found)
            {
                var intoFolder = words[^1].EndsWith('/') || words.Length > 2;
                files.Add((Target(destination, relative, entry, intoFolder), entry));
            }
        }

        image.AddLayer($"/bin/sh -c #(nop) {keyword} {rest}", files);
    }

    private static string Target(string destination, string relative, TarEntry entry, bool intoFolder)
    {
        if (relative.Length > 0)
        {
            return $"{destination}/{relative}";
        }

        var isNamed = entry.EntryType != TarEntryType.Directory && intoFolder;
        if (isNamed)
        {
            return $"{destination}/{Path.GetFileName(entry.Name)}";
        }

        return destination;
    }

    private string Replace(string text) =>
        Variable().Replace(text, m => _variables.GetValueOrDefault(m.Groups[1].Value, ""));

    [GeneratedRegex(@"\\[ \t]*\r?\n", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Continuation();

    [GeneratedRegex(@"\$\{?(\w+)\}?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(
        @"""((?:[^""\\]|\\.)*)""=""((?:[^""\\]|\\.)*)""", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Label();

    [GeneratedRegex(@"\\(.)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escape();
}
