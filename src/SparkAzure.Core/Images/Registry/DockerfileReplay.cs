using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Carries a Dockerfile out on a draft without running anything: files become layers, settings become configuration. RUN is not
/// executed but noted: what it would have done must already be in the base image.
/// </summary>
/// <param name="document">The Dockerfile.</param>
/// <param name="buildArguments">The values given to the build.</param>
/// <param name="files">The Spark home.</param>
internal sealed class DockerfileReplay(DockerfileDocument document, IReadOnlyDictionary<string, string> buildArguments, SparkHomeFiles files)
{
    private static readonly string[] ArchiveEndings = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"];

    private readonly List<string> _unverified = [];
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private string[] _shell = ["/bin/sh", "-c"];
    private bool _commandGiven;

    /// <summary>Every RUN instruction met, in order, as a person would quote it.</summary>
    public IReadOnlyList<string> Unverified => _unverified;

    /// <summary>Carries out the last stage, and before it the stages that it begins with.</summary>
    /// <exception cref="SparkAzureException">InstructionNotSupported, BuildSourceMissing, DockerfileUnreadable.</exception>
    public async Task ApplyAsync(ImageDraft draft, CancellationToken cancellationToken)
    {
        var stages = document.Stages(buildArguments);
        if (stages.Count == 0)
        {
            throw DockerfileErrors.DockerfileUnreadable(document.Path, 0, "it has no FROM");
        }

        var chain = new Stack<DockerfileStage>();
        for (DockerfileStage? stage = stages[^1]; stage is not null; stage = stage.BaseStage is { } earlier ? stages[earlier] : null)
        {
            chain.Push(stage);
        }

        foreach (var stage in chain)
        {
            var variables = new StageVariables(document, buildArguments);
            foreach (var (name, value) in EnvironmentOf(draft))
            {
                variables.SetEnvironment(name, value);
            }

            foreach (var instruction in stage.Instructions)
            {
                await ApplyAsync(draft, instruction, variables, cancellationToken).ConfigureAwait(false);
                variables.Apply(instruction);
            }
        }
    }

    private static IEnumerable<(string Name, string Value)> EnvironmentOf(ImageDraft draft)
    {
        foreach (var entry in draft.Config["Env"] as JsonArray ?? [])
        {
            var text = entry?.GetValue<string>() ?? "";
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                yield return (text[..equals], text[(equals + 1)..]);
            }
        }
    }

    private async Task ApplyAsync(ImageDraft draft, DockerfileInstruction instruction, StageVariables variables, CancellationToken cancellationToken)
    {
        var config = draft.Config;
        switch (instruction.Keyword)
        {
            case "ARG":
                return;
            case "RUN":
                _unverified.Add(instruction.ToString());
                return;
            case "COPY" or "ADD":
                await CopyAsync(draft, CopyInstruction.Of(document, instruction, variables), variables, cancellationToken).ConfigureAwait(false);
                return;
            case "ENV":
                foreach (var (name, value) in variables.Pairs(instruction))
                {
                    SetEnvironment(config, name, value);
                }

                break;
            case "LABEL":
                foreach (var (name, value) in variables.Pairs(instruction))
                {
                    Section(config, "Labels")[name] = value;
                }

                break;
            case "EXPOSE":
                foreach (var port in variables.Words(instruction))
                {
                    Section(config, "ExposedPorts")[port.Contains('/', StringComparison.Ordinal) ? port : port + "/tcp"] = new JsonObject();
                }

                break;
            case "VOLUME":
                foreach (var path in variables.Words(instruction))
                {
                    Section(config, "Volumes")[path] = new JsonObject();
                }

                break;
            case "WORKDIR":
                // The folder itself is not made: container runtimes do that, and a folder of the base image keeps its mode.
                config["WorkingDir"] = "/" + Absolute(variables.Word(instruction, instruction.Arguments), config);
                break;
            case "USER":
                config["User"] = variables.Word(instruction, instruction.Arguments);
                break;
            case "STOPSIGNAL":
                config["StopSignal"] = variables.Word(instruction, instruction.Arguments);
                break;
            case "SHELL":
                _shell = [.. instruction.JsonArguments() ?? throw DockerfileErrors.DockerfileUnreadable(document.Path, instruction.FirstLine + 1, "SHELL wants its JSON form")];
                break;
            case "CMD":
                config["Cmd"] = Command(instruction);
                _commandGiven = true;
                break;
            case "ENTRYPOINT":
                config["Entrypoint"] = Command(instruction);

                // A new entry point takes the base image's command away, as it was meant for another one.
                if (!_commandGiven)
                {
                    config.Remove("Cmd");
                }

                break;
            case "MAINTAINER":
                break;
            default:
                throw ImageErrors.InstructionNotSupported(document, instruction, "the engine Registry does not know how");
        }

        draft.AddHistory(instruction.ToString(), isEmpty: true);
    }

    private async Task CopyAsync(ImageDraft draft, CopyInstruction copy, StageVariables variables, CancellationToken cancellationToken)
    {
        var items = Collect(copy, draft.Config, variables).Values.OrderBy(i => i.Name, StringComparer.Ordinal).ToList();
        if (items.Count == 0)
        {
            // Only patterns that match nothing: COPY RELEAS[E] of a tree without that file.
            draft.AddHistory(copy.Instruction.ToString(), isEmpty: true);
            return;
        }

        foreach (var layer in JarLayers.Divide(items))
        {
            draft.AddLayer(ImageLayer.Of(layer, draft.Types, copy.Instruction.ToString()));
        }
    }

    private Dictionary<string, TarItem> Collect(CopyInstruction copy, JsonObject config, StageVariables variables)
    {
        var instruction = copy.Instruction;
        if (copy.IsFromImage)
        {
            throw ImageErrors.InstructionNotSupported(document, instruction, "it copies from another stage or image");
        }

        var (userId, groupId) = OwnerOf(instruction, variables);
        var mode = ModeOf(instruction);
        var matches = copy.LocalSources.SelectMany(s => files.Match(document, instruction, s)).Distinct().ToList();
        var intoFolder = copy.Destination.EndsWith('/') || copy.Destination is "." || matches.Count + instruction.Heredocs.Count > 1;
        var destination = Absolute(copy.Destination, config);
        var items = new Dictionary<string, TarItem>(StringComparer.Ordinal);
        if (copy.Sources.FirstOrDefault(CopyInstruction.IsRemote) is { } remote)
        {
            throw ImageErrors.InstructionNotSupported(document, instruction, $"it fetches {remote}");
        }

        foreach (var match in matches)
        {
            var tree = files.Tree(match);
            if (files.IsFolder(match))
            {
                // What a folder holds is copied, not the folder; an empty one is at least made.
                var inside = tree.Where(i => i.Name != match).ToList();
                foreach (var item in inside)
                {
                    Put(item, Join(destination, match.Length == 0 ? item.Name : item.Name[(match.Length + 1)..]));
                }

                if (inside.Count == 0 && destination.Length > 0)
                {
                    Put(TarItem.Folder("", TarItem.Executable, DateTime.UnixEpoch), destination);
                }

                _folders.Add(destination);
            }
            else
            {
                if (instruction.Keyword == "ADD" && ArchiveEndings.Any(e => match.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
                {
                    throw ImageErrors.InstructionNotSupported(document, instruction, $"it unpacks {match}");
                }

                Put(tree[0], TargetOf(match[(match.LastIndexOf('/') + 1)..]));
            }
        }

        foreach (var heredoc in instruction.Heredocs)
        {
            if (heredoc.Expand && heredoc.Body.Contains('$', StringComparison.Ordinal))
            {
                throw ImageErrors.InstructionNotSupported(document, instruction, "its here-document has variables");
            }

            var content = Encoding.UTF8.GetBytes(heredoc.Body);
            Put(new TarItem { Name = "", Type = TarEntryType.RegularFile, Content = content, Length = content.Length }, TargetOf(heredoc.Name));
        }

        return items;

        string TargetOf(string fileName) => intoFolder || _folders.Contains(destination) ? Join(destination, fileName) : destination;

        void Put(TarItem item, string name)
        {
            if (item.Type == TarEntryType.Directory)
            {
                _folders.Add(name);
            }

            // Fixed owner, time and mode: the same files give the same layer on every machine.
            var isExecutable = item.Type != TarEntryType.RegularFile || (item.Mode & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
            items[name] = item with
            {
                Name = name,
                Mode = (item.Type == TarEntryType.RegularFile ? mode : null) ?? (isExecutable ? TarItem.Executable : TarItem.Plain),
                Modified = DateTimeOffset.UnixEpoch,
                UserId = userId,
                GroupId = groupId,
            };
        }
    }

    private (int UserId, int GroupId) OwnerOf(DockerfileInstruction instruction, StageVariables variables)
    {
        if (instruction.Flag("chown") is not { } owner)
        {
            return (0, 0);
        }

        var parts = variables.Word(instruction, owner).Split(':');
        return parts.Length <= 2 && Number(parts[0]) is { } user && Number(parts[^1]) is { } group
            ? (user, group)
            : throw ImageErrors.InstructionNotSupported(document, instruction, $"the number of the account '{owner}' stands in the base image");

        static int? Number(string text) => text == "root" ? 0 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private UnixFileMode? ModeOf(DockerfileInstruction instruction)
    {
        if (instruction.Flag("chmod") is not { } text)
        {
            return null;
        }

        return text.Length is 3 or 4 && text.All(c => c is >= '0' and <= '7')
            ? (UnixFileMode)Convert.ToInt32(text, 8)
            : throw ImageErrors.InstructionNotSupported(document, instruction, $"the mode '{text}' is not an octal number");
    }

    // A path in the image, from its root, without slashes at its ends.
    private static string Absolute(string path, JsonObject config)
    {
        var from = path.StartsWith('/') ? "" : config["WorkingDir"]?.GetValue<string>() ?? "";
        var parts = new List<string>();
        foreach (var part in $"{from}/{path}".Split('/').Where(p => p.Length > 0 && p != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    private JsonArray Command(DockerfileInstruction instruction) =>
        new([.. (instruction.JsonArguments() ?? [.. _shell, instruction.Arguments]).Select(a => JsonValue.Create(a))]);

    private static JsonObject Section(JsonObject config, string name)
    {
        if (config[name] is not JsonObject)
        {
            config[name] = new JsonObject();
        }

        return (JsonObject)config[name]!;
    }

    private static void SetEnvironment(JsonObject config, string name, string value)
    {
        if (config["Env"] is not JsonArray)
        {
            config["Env"] = new JsonArray();
        }

        var list = (JsonArray)config["Env"]!;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i]?.GetValue<string>().StartsWith(name + "=", StringComparison.Ordinal) == true)
            {
                list[i] = $"{name}={value}";
                return;
            }
        }

        list.Add($"{name}={value}");
    }
}
