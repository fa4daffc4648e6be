using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// Follows the RUN instructions of a Dockerfile on an image's files without running anything: what makes and changes
/// files is done, what installs is looked for in the image, and what can be neither done nor proven is named.
/// </summary>
internal sealed class RunReplay
{
    // A changed mode takes the whole file into a layer; more than this is not read into memory for it.
    private const long MostCopied = 32 << 20;

    private static readonly string[] Shells = ["sh", "bash", "dash", "ash"];

    private readonly List<RunFinding> _findings = [];

    /// <summary>What was found of each command, in order.</summary>
    public IReadOnlyList<RunFinding> Findings => _findings;

    /// <summary>Follows one instruction; the files stand afterwards as it leaves them.</summary>
    /// <param name="instruction">The RUN instruction.</param>
    /// <param name="shell">The shell in force (SHELL).</param>
    /// <param name="files">The image's files.</param>
    /// <param name="variableOf">Variables of ENV and ARG.</param>
    /// <param name="workingDirectory">WORKDIR.</param>
    /// <param name="user">USER; null for root.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The entries of the layer that it makes; none when it changes nothing.</returns>
    /// <exception cref="SparkAzureException">ImageContentCorrupt, and what the registry refuses.</exception>
    public async Task<IReadOnlyList<TarItem>> ApplyAsync(
        DockerfileInstruction instruction,
        IReadOnlyList<string> shell,
        ImageFileSystem files,
        Func<string, string?> variableOf,
        string workingDirectory,
        string? user,
        CancellationToken cancellationToken)
    {
        var accounts = await Accounts.ReadAsync(files, cancellationToken).ConfigureAwait(false);
        var before = files.Copy();
        if (accounts.Of(user) is not { } runsAs)
        {
            _findings.Add(
                new RunFinding(instruction.ToString(), RunJudgement.Missing, $"the image knows no user '{user}'"));
            return [];
        }

        var context = new RunContext(files, variableOf, ImagePath.Of(workingDirectory), runsAs)
        {
            Accounts = accounts,
            Packages = await InstalledPackages.ReadAsync(files, cancellationToken).ConfigureAwait(false),
        };
        await FollowAsync(context, CommandsOf(instruction, shell), cancellationToken).ConfigureAwait(false);
        return await LayerAsync(instruction, files, before, cancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<ShellCommand> CommandsOf(
        DockerfileInstruction instruction, IReadOnlyList<string> shell)
    {
        if (instruction.Flags.Any(f => f.Name == "mount" && !IsEmptyMount(f.Value)))
        {
            return [NotFollowed("what is mounted is not known here")];
        }

        if (instruction.JsonArguments() is { } arguments)
        {
            return [new ShellCommand(
                instruction.Arguments,
                "",
                [.. arguments.Select(a => new ShellWord([new ShellPiece(ShellPieceKind.Literal, a, IsQuoted: true)]))],
                [])];
        }

        if (!Shells.Contains(ImagePath.Name(shell[0])))
        {
            return [NotFollowed($"the language of '{shell[0]}' is not known here")];
        }

        if (instruction.Heredocs.Count == 0)
        {
            return ShellScript.Parse(instruction.Arguments);
        }

        if (instruction.Heredocs.Count == 1
            && instruction.Arguments.Trim().StartsWith("<<", StringComparison.Ordinal)
            && !instruction.Heredocs[0].Body.StartsWith("#!", StringComparison.Ordinal))
        {
            return ShellScript.Parse(instruction.Heredocs[0].Body);
        }

        return [NotFollowed("its here-document is not for the shell alone")];

        ShellCommand NotFollowed(string why) => new(instruction.ToString(), "", [], [], why);
    }

    // What is mounted so begins empty, and is not in the image afterwards.
    private static bool IsEmptyMount(string mount) =>
        mount.Contains("type=cache", StringComparison.Ordinal)
            || mount.Contains("type=tmpfs", StringComparison.Ordinal);

    private async Task FollowAsync(
        RunContext context, IReadOnlyList<ShellCommand> commands, CancellationToken cancellationToken)
    {
        RunFinding? last = null;
        foreach (var command in commands)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // What stands after "or" runs only where the command before it fails; one that is done or proven does not.
            if (command.Connector == "||" && last is not null)
            {
                if (last.IsUnverified && command.Words is not [{ Plain: "true" or ":" }])
                {
                    _findings.Add(
                        last = new RunFinding(
                            command.Text, RunJudgement.Unknown, "it runs only if the command before it fails"));
                }

                continue;
            }

            RunFinding finding;
            try
            {
                finding = await FollowAsync(context, command, cancellationToken).ConfigureAwait(false);
            }
            catch (ShellNotFollowedException exception)
            {
                finding = RunFinding.Unknown(exception.Message);
            }

            _findings.Add(last = finding with { Command = command.Text });
        }
    }

    private static async Task<RunFinding> FollowAsync(
        RunContext context, ShellCommand command, CancellationToken cancellationToken)
    {
        if (command.Problem is { } problem)
        {
            return RunFinding.Unknown(problem);
        }

        return await RunCommands.FollowAsync(context, command, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<TarItem>> LayerAsync(
        DockerfileInstruction instruction,
        ImageFileSystem files,
        ImageFileSystem before,
        CancellationToken cancellationToken)
    {
        MountedFiles.Restore(files, before);
        var changes = Changes(files, before);
        var copied = changes.Where(c => c is { IsFile: true, Item: null }).ToList();
        if (copied.Sum(c => c.Size) > MostCopied)
        {
            // Undone again: half of what a command does would be worse than none of it.
            foreach (var file in copied)
            {
                files.Set(before.Find(file.Path, followLast: false)!);
            }

            _findings.Add(
                new RunFinding(
                    instruction.ToString(),
                    RunJudgement.Unknown,
                    $"modes or owners of {copied.Count} files of the base image, "
                    + $"{ByteProgress.Megabytes(copied.Sum(c => c.Size))}, stay as they are: the change would take "
                    + "them all into a layer"));
            changes = Changes(files, before);
            copied = [];
        }

        var contents = await files.ReadAsync(copied, cancellationToken).ConfigureAwait(false);
        return [.. changes.Select(c => c.ToItem(contents.GetValueOrDefault(c.Path)))];
    }

    private static List<ImageFile> Changes(ImageFileSystem files, ImageFileSystem before) =>
        [.. files.ChangesSince(before).Where(c => !MountedFiles.HasEntry(c.Path))];
}
