using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Carries a Dockerfile out on a draft without running anything: files become layers, settings become configuration.
/// What RUN does to files is done too; what else it does must be in the base image, which is looked at.
/// </summary>
/// <param name="document">The Dockerfile.</param>
/// <param name="buildArguments">The values given to the build.</param>
/// <param name="copies">Carries out COPY.</param>
/// <param name="runs">Follows RUN.</param>
internal sealed class DockerfileReplay(
    DockerfileDocument document, IReadOnlyDictionary<string, string> buildArguments, CopyReplay copies, RunReplay runs)
{
    /// <summary>Carries out the last stage, and before it the stages that it begins with.</summary>
    /// <exception cref="SparkAzureException">
    /// InstructionNotSupported, BuildSourceMissing, StageNotFollowed, DockerfileUnreadable, and what a registry
    /// refuses.
    /// </exception>
    public Task ApplyAsync(ImageDraft draft, CancellationToken cancellationToken) =>
        ApplyAsync(draft, Index.FromEnd(1), cancellationToken);

    /// <summary>Carries out a stage, and before it the stages that it begins with.</summary>
    /// <inheritdoc cref="ApplyAsync(ImageDraft, CancellationToken)"/>
    public async Task ApplyAsync(ImageDraft draft, Index last, CancellationToken cancellationToken)
    {
        foreach (var stage in Lineage(last))
        {
            var settings = new ImageSettings(document, draft.Config);
            var variables = VariablesFor(draft);
            foreach (var instruction in TakeTriggers(draft.Config).Concat(stage.Instructions))
            {
                await ApplyAsync(draft, instruction, settings, variables, cancellationToken).ConfigureAwait(false);
                variables.Apply(instruction);
            }
        }
    }

    // What ONBUILD left in the image that a stage begins with is carried out right after its FROM, and is then gone.
    private IReadOnlyList<DockerfileInstruction> TakeTriggers(JsonObject config)
    {
        var triggers = (config["OnBuild"] as JsonArray ?? []).Select(t => t?.ToString()).ToList();
        config.Remove("OnBuild");
        var text = string.Join('\n', triggers.Prepend("FROM scratch"));
        return [.. DockerfileDocument.Parse(document.Path, Encoding.UTF8.GetBytes(text)).Instructions.Skip(1)];
    }

    /// <summary>
    /// What COPY and ADD bring, and nothing else, for an image that was made from such a Dockerfile already.
    /// </summary>
    /// <param name="draft">The image; its working directory is changed.</param>
    /// <param name="skipped">Is told of each that brings what is not in the Spark home.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<TarItem> CopiedAsync(
        ImageDraft draft,
        Action<DockerfileInstruction, string> skipped,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var stage in Lineage(Index.FromEnd(1)))
        {
            var variables = VariablesFor(draft);
            foreach (var instruction in stage.Instructions)
            {
                if (instruction.Keyword == "WORKDIR")
                {
                    draft.Config["WorkingDir"] = "/" + CopyReplay.Absolute(
                        variables.Word(instruction, instruction.Arguments), draft.Config);
                }
                else if (instruction.Keyword is "COPY" or "ADD")
                {
                    var copy = CopyInstruction.Of(document, instruction, variables);
                    var items = await CopiedAsync(draft, copy, cancellationToken).ConfigureAwait(false);
                    if (items is null)
                    {
                        skipped(instruction, "what it brings is not in the Spark home");
                    }

                    foreach (var item in items ?? [])
                    {
                        yield return item;
                    }
                }

                variables.Apply(instruction);
            }
        }
    }

    // Null for what is not followed.
    private async Task<IReadOnlyList<TarItem>?> CopiedAsync(
        ImageDraft draft, CopyInstruction copy, CancellationToken cancellationToken)
    {
        try
        {
            return await copies.CollectAsync(draft, copy, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.Id == nameof(ImageErrors.InstructionNotSupported))
        {
            return null;
        }
    }

    /// <summary>A stage and those that it begins with, the first one on top.</summary>
    /// <exception cref="SparkAzureException">DockerfileUnreadable.</exception>
    internal Stack<DockerfileStage> Lineage(Index last)
    {
        var stages = document.Stages(buildArguments);
        if (stages.Count == 0)
        {
            throw DockerfileErrors.DockerfileUnreadable(document.Path, 0, "it has no FROM");
        }

        var chain = new Stack<DockerfileStage>();
        var stage = stages[last];
        chain.Push(stage);
        while (stage.BaseStage is { } earlier)
        {
            stage = stages[earlier];
            chain.Push(stage);
        }

        return chain;
    }

    /// <summary>The variables that a stage begins with on an image.</summary>
    internal StageVariables VariablesFor(ImageDraft draft)
    {
        var variables = new StageVariables(document, buildArguments);
        foreach (var (name, value) in draft.Environment)
        {
            variables.SetEnvironment(name, value);
        }

        return variables;
    }

    private async Task ApplyAsync(
        ImageDraft draft,
        DockerfileInstruction instruction,
        ImageSettings settings,
        StageVariables variables,
        CancellationToken cancellationToken)
    {
        switch (instruction.Keyword)
        {
            case "ARG":
                break;
            case "RUN":
                await RunAsync(draft, instruction, settings.ShellInForce, variables, cancellationToken).ConfigureAwait(false);
                break;
            case "COPY" or "ADD":
                var copy = CopyInstruction.Of(document, instruction, variables);
                await CopyAsync(draft, copy, cancellationToken).ConfigureAwait(false);
                break;
            case "WORKDIR":
                ChangeFolder(draft, instruction, variables);
                break;
            default:
                settings.Apply(instruction, variables);
                draft.AddHistory(instruction.ToString(), isEmpty: true);
                break;
        }
    }

    private static void ChangeFolder(ImageDraft draft, DockerfileInstruction instruction, StageVariables variables)
    {
        var folder = CopyReplay.Absolute(variables.Word(instruction, instruction.Arguments), draft.Config);
        draft.Config["WorkingDir"] = "/" + folder;
        if (!MakeFolder(draft, folder, instruction.ToString()))
        {
            draft.AddHistory(instruction.ToString(), isEmpty: true);
        }
    }

    private async Task CopyAsync(ImageDraft draft, CopyInstruction copy, CancellationToken cancellationToken)
    {
        var items = await copies.CollectAsync(draft, copy, cancellationToken).ConfigureAwait(false);
        if (items.Count == 0)
        {
            // Only patterns that match nothing: COPY RELEAS[E] of a tree without that file.
            draft.AddHistory(copy.Instruction.ToString(), isEmpty: true);
            return;
        }

        draft.Files.Apply(items);
        foreach (var layer in JarLayers.Divide(items))
        {
            draft.AddLayer(layer, copy.Instruction.ToString());
        }
    }

    private async Task RunAsync(
        ImageDraft draft,
        DockerfileInstruction instruction,
        IReadOnlyList<string> shell,
        StageVariables variables,
        CancellationToken cancellationToken)
    {
        var items = await runs.ApplyAsync(
            instruction,
            shell,
            draft.Files,
            variables.Value,
            (string?)draft.Config["WorkingDir"] ?? "/",
            (string?)draft.Config["User"],
            cancellationToken).ConfigureAwait(false);
        if (items.Count == 0)
        {
            draft.AddHistory(instruction.ToString(), isEmpty: true);
        }
        else
        {
            draft.AddLayer(items, instruction.ToString());
        }
    }

    // A build makes the folder where it is not there yet.
    private static bool MakeFolder(ImageDraft draft, string path, string createdBy)
    {
        var made = new List<TarItem>();
        for (var folder = draft.Files.Resolve(path)
            ?? ""; folder.Length > 0 && draft.Files.Find(folder) is null; folder = ImagePath.Parent(folder))
        {
            made.Add(TarItem.Folder(folder, TarItem.Executable, DateTime.UnixEpoch));
        }

        if (made.Count == 0)
        {
            return false;
        }

        draft.Files.Apply(made);
        draft.AddLayer(made, createdBy);
        return true;
    }
}
