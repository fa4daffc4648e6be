using System.Globalization;
using System.Text.Json.Nodes;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// What an image that is only brought up to date in its files lacks of what its Dockerfiles say: each instruction is
/// carried out on a copy, and those that make the copy another image are left out.
/// </summary>
/// <param name="image">The image as it is.</param>
internal sealed class LeftOutInstructions(ImageDraft image)
{
    private const string OnlyFiles = "left out: of this image only files are brought up to date";
    private const int MostNamed = 3;

    // As a daemon writes what is not set; other builders leave it away.
    private static readonly string[] Nothing = ["[]", "{}", "\"\"", "false"];

    private readonly ImageDraft _copy = image.Copy();
    private readonly Dictionary<string, (int Place, DockerfileInstruction Setter)> _settings =
        new(StringComparer.Ordinal);
    private readonly List<string> _commands = [];
    private int _place;

    /// <summary>Carries a Dockerfile out on the copy.</summary>
    /// <param name="job">Whose Dockerfile.</param>
    /// <param name="replay">Knows its stages.</param>
    /// <param name="runs">
    /// Follows RUN; null where the image is known to be made from this Dockerfile, and so has what they do.
    /// </param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="SparkAzureException">
    /// InstructionNotSupported, DockerfileUnreadable, ImageContentCorrupt, and what the registry refuses.
    /// </exception>
    public async Task FollowAsync(
        ImageJob job, DockerfileReplay replay, RunReplay? runs, CancellationToken cancellationToken)
    {
        foreach (var stage in replay.Lineage(Index.FromEnd(1)))
        {
            var settings = new ImageSettings(job.Document, _copy.Config);
            var variables = replay.VariablesFor(_copy);
            foreach (var instruction in stage.Instructions)
            {
                if (instruction.Keyword == "RUN")
                {
                    await RunAsync(instruction, settings, runs, variables, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    Set(instruction, settings, variables);
                }

                variables.Apply(instruction);
            }
        }
    }

    /// <summary>What is left out: settings in the order of their lines, then commands.</summary>
    public IReadOnlyList<string> All()
    {
        var (was, becomes) = (Flat(image.Config), Flat(_copy.Config));
        var settings = _settings
            .Where(s => !IsHeld(was.GetValueOrDefault(s.Key), becomes.GetValueOrDefault(s.Key)))
            .OrderBy(s => s.Value.Place)
            .Select(s => $"{s.Value.Setter} ({OnlyFiles})");
        return [.. settings.Distinct(), .. _commands];
    }

    // Which instruction set it last, counts.
    private void Set(DockerfileInstruction instruction, ImageSettings settings, StageVariables variables)
    {
        var before = Flat(_copy.Config);
        switch (instruction.Keyword)
        {
            case "ARG" or "COPY" or "ADD":
                return;
            case "WORKDIR":
                var folder = variables.Word(instruction, instruction.Arguments);
                _copy.Config["WorkingDir"] = "/" + CopyReplay.Absolute(folder, _copy.Config);
                break;
            default:
                settings.Apply(instruction, variables);
                break;
        }

        _place++;
        var after = Flat(_copy.Config);
        foreach (var name in after.Keys.Union(before.Keys))
        {
            if (after.GetValueOrDefault(name) != before.GetValueOrDefault(name))
            {
                _settings[name] = (_place, instruction);
            }
        }
    }

    // A variable that is added to, as a search path is, may have been added to before.
    private static bool IsHeld(string? was, string? becomes)
    {
        if (was == becomes)
        {
            return true;
        }

        if (was is not { Length: > 0 } || becomes?.Contains(was, StringComparison.Ordinal) != true)
        {
            return false;
        }

        var added = becomes.Replace(was, "", StringComparison.Ordinal).Trim(':', ' ');
        return added.Length > 0 && was.Contains(added, StringComparison.Ordinal);
    }

    private async Task RunAsync(
        DockerfileInstruction instruction,
        ImageSettings settings,
        RunReplay? runs,
        StageVariables variables,
        CancellationToken cancellationToken)
    {
        if (runs is null)
        {
            return;
        }

        var known = runs.Findings.Count;
        var items = await runs.ApplyAsync(
            instruction,
            settings.ShellInForce,
            _copy.Files,
            variables.Value,
            (string?)_copy.Config["WorkingDir"] ?? "/",
            (string?)_copy.Config["User"],
            cancellationToken).ConfigureAwait(false);
        _commands.AddRange(runs.Findings.Skip(known).Where(f => f.IsUnverified).Select(f => f.ToString()));
        var changed = new List<string>();
        foreach (var item in items)
        {
            if (!await IsThereAsync(item, cancellationToken).ConfigureAwait(false))
            {
                changed.Add("/" + item.Name);
            }
        }

        if (changed.Count > 0)
        {
            _commands.Add($"{instruction} (left out: it would change {Named(changed)})");
        }
    }

    private static string Named(List<string> paths)
    {
        var named = string.Join(", ", paths.Take(MostNamed));
        if (paths.Count <= MostNamed)
        {
            return named;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{named} and {paths.Count - MostNamed} more");
    }

    // What is appended to a file a second time is in it already.
    private async Task<bool> IsThereAsync(TarItem item, CancellationToken cancellationToken)
    {
        if (item.Content is not { Length: > 0 } content || image.Files.Find(item.Name) is not { IsFile: true } file)
        {
            return false;
        }

        var contents = await image.Files.ReadAsync([file], cancellationToken).ConfigureAwait(false);
        var was = contents[file.Path].AsSpan();
        return was.Length > 0
            && file.Mode == item.Mode
            && content.AsSpan().StartsWith(was)
            && was.IndexOf(content.AsSpan(was.Length)) >= 0;
    }

    // Each setting by a name of its own; lists of variables, labels, ports and volumes one by one.
    private static Dictionary<string, string> Flat(JsonObject config)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in config)
        {
            switch (value)
            {
                case JsonArray variables when name == "Env":
                    foreach (var parts in variables.Select(v => $"{v}".Split('=', 2)))
                    {
                        flat[$"Env {parts[0]}"] = parts.ElementAtOrDefault(1) ?? "";
                    }

                    break;
                case JsonObject section when name is "Labels" or "ExposedPorts" or "Volumes":
                    foreach (var (key, entry) in section)
                    {
                        flat[$"{name} {key}"] = $"{entry}";
                    }

                    break;
                case not null when value.ToJsonString() is var text && !Nothing.Contains(text):
                    flat[name] = text;
                    break;
            }
        }

        return flat;
    }
}
