using System.Text;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// Follows the RUN instructions of a Dockerfile on an image's files without running anything: what makes and changes files is done, what
/// installs is looked for in the image, and what can be neither done nor proven is named.
/// </summary>
internal sealed class RunReplay
{
    // A changed mode takes the whole file into a layer; more than this is not read into memory for it.
    private const long MostCopied = 32 << 20;

    // Hooks in which the package manager's sources are kept; what changes them brings nothing into the image by itself.
    private static readonly string[] SourceFolders = ["etc/apt", "etc/apk", "etc/yum.repos.d"];

    private static readonly string[] Shells = ["sh", "bash", "dash", "ash"];

    private static readonly Dictionary<string, Func<RunContext, string[], RunFinding>> Commands = new(StringComparer.Ordinal)
    {
        ["mkdir"] = FileCommands.MakeFolder,
        ["touch"] = FileCommands.Touch,
        ["ln"] = FileCommands.Link,
        ["rm"] = FileCommands.Remove,
        ["chmod"] = FileCommands.ChangeMode,
        ["chown"] = FileCommands.ChangeOwner,
        ["chgrp"] = FileCommands.ChangeGroup,
        ["pip"] = PackageCommands.Pip,
        ["pip2"] = PackageCommands.Pip,
        ["pip3"] = PackageCommands.Pip,
        ["python"] = (c, a) => PackageCommands.Python(c, "python", a),
        ["python3"] = (c, a) => PackageCommands.Python(c, "python3", a),
        ["groupadd"] = (c, a) => PackageCommands.AddAccount(c, "groupadd", a),
        ["useradd"] = (c, a) => PackageCommands.AddAccount(c, "useradd", a),
        ["addgroup"] = (c, a) => PackageCommands.AddAccount(c, "addgroup", a),
        ["adduser"] = (c, a) => PackageCommands.AddAccount(c, "adduser", a),
        ["set"] = (_, _) => RunFinding.NotNeeded("it is for the shell"),
        ["true"] = (_, _) => RunFinding.NotNeeded("it does nothing"),
        [":"] = (_, _) => RunFinding.NotNeeded("it does nothing"),
        ["export"] = (_, _) => RunFinding.NotNeeded("it is for the shell"),
        ["apt-key"] = (_, _) => RunFinding.NotNeeded("it is for the package manager"),
        ["cd"] = (c, a) => a is [var folder] && c.ChangeDirectory(folder) ? RunFinding.NotNeeded("it is for the shell") : RunFinding.Missing("that folder is not in the image"),
    };

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
        DockerfileInstruction instruction, IReadOnlyList<string> shell, ImageFileSystem files, Func<string, string?> variableOf, string workingDirectory, string? user, CancellationToken cancellationToken)
    {
        var accounts = await Accounts.ReadAsync(files, cancellationToken).ConfigureAwait(false);
        var before = files.Copy();
        if (accounts.Of(user) is not { } runsAs)
        {
            _findings.Add(new RunFinding(instruction.ToString(), RunJudgement.Missing, $"the image knows no user '{user}'"));
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

    private static IReadOnlyList<ShellCommand> CommandsOf(DockerfileInstruction instruction, IReadOnlyList<string> shell)
    {
        if (instruction.Flags.Any(f => f.Name == "mount" && !f.Value.Contains("type=cache", StringComparison.Ordinal) && !f.Value.Contains("type=tmpfs", StringComparison.Ordinal)))
        {
            return [NotFollowed("what is mounted is not known here")];
        }

        if (instruction.JsonArguments() is { } arguments)
        {
            return [new ShellCommand(instruction.Arguments, "", [.. arguments.Select(a => new ShellWord([new ShellPiece(ShellPieceKind.Literal, a, IsQuoted: true)]))], [])];
        }

        if (!Shells.Contains(ImagePath.Name(shell[0])))
        {
            return [NotFollowed($"the language of '{shell[0]}' is not known here")];
        }

        return instruction.Heredocs.Count == 0 ? ShellScript.Parse(instruction.Arguments)
            : instruction.Heredocs.Count == 1 && instruction.Arguments.Trim().StartsWith("<<", StringComparison.Ordinal) && !instruction.Heredocs[0].Body.StartsWith("#!", StringComparison.Ordinal) ? ShellScript.Parse(instruction.Heredocs[0].Body)
            : [NotFollowed("its here-document is not for the shell alone")];

        ShellCommand NotFollowed(string why) => new(instruction.ToString(), "", [], [], why);
    }

    private async Task FollowAsync(RunContext context, IReadOnlyList<ShellCommand> commands, CancellationToken cancellationToken)
    {
        RunFinding? last = null;
        foreach (var command in commands)
        {
            // What stands after "or" runs only where the command before it fails; one that is done or proven does not.
            if (command.Connector == "||" && last is not null)
            {
                if (last.IsUnverified && command.Words is not [{ Plain: "true" or ":" }])
                {
                    _findings.Add(last = new RunFinding(command.Text, RunJudgement.Unknown, "it runs only if the command before it fails"));
                }

                continue;
            }

            RunFinding finding;
            try
            {
                finding = command.Problem is { } problem ? RunFinding.Unknown(problem) : await FollowAsync(context, command, cancellationToken).ConfigureAwait(false);
            }
            catch (ShellNotFollowedException exception)
            {
                finding = RunFinding.Unknown(exception.Message);
            }

            _findings.Add(last = finding with { Command = command.Text });
        }
    }

    private static async Task<RunFinding> FollowAsync(RunContext context, ShellCommand command, CancellationToken cancellationToken)
    {
        var words = command.Words.SkipWhile(w => Assignment(w) is not null).ToList();
        foreach (var word in command.Words.Take(command.Words.Count - words.Count).Concat(words is [{ Plain: "export" }, ..] ? words.Skip(1) : []))
        {
            if (Assignment(word) is { } assignment)
            {
                context.SetVariable(assignment.Name, context.Expansion.One(assignment.Value));
            }
        }

        var arguments = words.SelectMany(context.Expansion.Expand).ToArray();
        var into = command.Redirections.Where(r => !IsOfNoMatter(context, r)).ToList();
        if (into.Count > 0)
        {
            return arguments is ["echo" or ":" or "true", ..] && into is [{ Descriptor: 1, Operator: ">" or ">>" } one]
                ? await WriteAsync(context, arguments, one, cancellationToken).ConfigureAwait(false)
                : RunFinding.Unknown("it writes or reads a file by a redirection that is not followed here");
        }

        return arguments switch
        {
            [] => RunFinding.NotNeeded("it is for the shell"),
            ["echo", ..] => RunFinding.NotNeeded("it only says something"),
            ["sed", ..] when IsOfSources(context, arguments) => RunFinding.NotNeeded("it only changes where packages come from"),
            [var name, .. var rest] when PackageCommands.IsManager(name) => PackageCommands.Manage(context, name, rest),
            [var name, .. var rest] when Commands.TryGetValue(name.StartsWith("/bin/", StringComparison.Ordinal) ? name[5..] : name, out var known) => known(context, rest),
            _ => RunFinding.Unknown("what it does is not known before it runs"),
        };
    }

    // NAME=value before a command.
    private static (string Name, ShellWord Value)? Assignment(ShellWord word)
    {
        if (word.Pieces is not [{ Kind: ShellPieceKind.Literal, IsQuoted: false } first, ..])
        {
            return null;
        }

        var equals = first.Text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && first.Text.Take(equals).Select((c, i) => c == '_' || char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c))).All(isName => isName)
            ? (first.Text[..equals], new ShellWord([first with { Text = first.Text[(equals + 1)..] }, .. word.Pieces.Skip(1)]))
            : null;
    }

    private static bool IsOfNoMatter(RunContext context, ShellRedirection redirection) =>
        redirection.Operator == ">&" || redirection.Descriptor == 2 || context.Expansion.One(redirection.Target) == "/dev/null";

    private static bool IsOfSources(RunContext context, string[] arguments)
    {
        var files = arguments.Skip(1).Where(a => !a.StartsWith('-')).Skip(1).Select(a => context.PathOf(a)).ToList();
        return files.Count > 0 && files.TrueForAll(f => SourceFolders.Any(s => f.StartsWith(s + "/", StringComparison.Ordinal)));
    }

    private static async Task<RunFinding> WriteAsync(RunContext context, string[] arguments, ShellRedirection into, CancellationToken cancellationToken)
    {
        var isEcho = arguments[0] == "echo";
        var words = arguments.Skip(1).ToList();
        var hasNewline = isEcho;
        if (words is ["-n", ..])
        {
            words.RemoveAt(0);
            hasNewline = false;
        }

        // dash, busybox and bash differ in what a backslash or another option means to echo.
        if (isEcho && (words.Exists(w => w.Contains('\\', StringComparison.Ordinal)) || words is [['-', ..], ..]))
        {
            return RunFinding.Unknown("what echo makes of it differs between shells");
        }

        var text = isEcho ? string.Join(' ', words) + (hasNewline ? "\n" : "") : "";
        var path = context.RealPathOf(context.Expansion.One(into.Target));
        var standing = context.Files.Find(path);
        if (standing is null && FileCommands.Touch(context, ["/" + path]) is { IsUnverified: true } refused)
        {
            return refused;
        }

        var file = context.Files.Find(path)!;
        if (!file.IsFile)
        {
            return RunFinding.Missing($"'/{path}' is no file in the image");
        }

        if (!context.MayChange(file) || file.Size > MostCopied)
        {
            return RunFinding.Missing($"'/{path}' cannot be changed here");
        }

        var content = into.Operator == ">>" ? (await context.Files.ReadAsync([file], cancellationToken).ConfigureAwait(false))[file.Path] : [];
        context.Files.Set(ImageFile.Of(file.ToItem([.. content, .. Encoding.UTF8.GetBytes(text)])));
        return RunFinding.Done();
    }

    private async Task<IReadOnlyList<TarItem>> LayerAsync(DockerfileInstruction instruction, ImageFileSystem files, ImageFileSystem before, CancellationToken cancellationToken)
    {
        var changes = files.ChangesSince(before);
        var copied = changes.Where(c => c is { IsFile: true, Item: null }).ToList();
        if (copied.Sum(c => c.Size) > MostCopied)
        {
            // Undone again: half of what a command does would be worse than none of it.
            foreach (var file in copied)
            {
                files.Set(before.Find(file.Path, followLast: false)!);
            }

            _findings.Add(new RunFinding(instruction.ToString(), RunJudgement.Unknown, $"modes or owners of {copied.Count} files of the base image, {ByteProgress.Megabytes(copied.Sum(c => c.Size))}, stay as they are: the change would take them all into a layer"));
            changes = files.ChangesSince(before);
            copied = [];
        }

        var contents = await files.ReadAsync(copied, cancellationToken).ConfigureAwait(false);
        return [.. changes.Select(c => c.ToItem(contents.GetValueOrDefault(c.Path)))];
    }
}
