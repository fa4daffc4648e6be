using System.Text;
using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// The commands that are known: what each does to an image's files, or what proves that it has been done.
/// </summary>
internal static class RunCommands
{
    private const long LargestWritten = 32 << 20;

    private static readonly Dictionary<string, Func<RunContext, string[], RunFinding>> Commands = new(StringComparer.Ordinal)
    {
        ["mkdir"] = FileCommands.MakeFolder,
        ["touch"] = FileCommands.Touch,
        ["ln"] = FileCommands.Link,
        ["rm"] = FileCommands.Remove,
        ["chmod"] = PermissionCommands.ChangeMode,
        ["chown"] = PermissionCommands.ChangeOwner,
        ["chgrp"] = PermissionCommands.ChangeGroup,
        ["pip"] = PipInstall.Find,
        ["pip2"] = PipInstall.Find,
        ["pip3"] = PipInstall.Find,
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
        ["cd"] = ChangeDirectory,
    };

    /// <summary>Follows one command.</summary>
    /// <exception cref="ShellNotFollowedException">It has something that is known only when it runs.</exception>
    public static async Task<RunFinding> FollowAsync(
        RunContext context, ShellCommand command, CancellationToken cancellationToken)
    {
        var words = command.Words.SkipWhile(w => Assignment(w) is not null).ToList();
        foreach (var word in command.Words
            .Take(command.Words.Count - words.Count)
            .Concat(words is [{ Plain: "export" }, ..] ? words.Skip(1) : []))
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
            if (arguments is ["echo" or ":" or "true", ..] && into is [{ Descriptor: 1, Operator: ">" or ">>" } one])
            {
                return await WriteAsync(context, arguments, one, cancellationToken).ConfigureAwait(false);
            }

            return RunFinding.Unknown("it writes or reads a file by a redirection that is not followed here");
        }

        return arguments switch
        {
            [] => RunFinding.NotNeeded("it is for the shell"),
            ["echo", ..] => RunFinding.NotNeeded("it only says something"),
            ["sed", .. var rest] => await StreamEdit.ApplyAsync(context, rest, cancellationToken).ConfigureAwait(false),
            [var name, .. var rest] when PackageCommands.IsManager(name) => PackageCommands.Manage(context, name, rest),
            [var name, .. var rest] when Commands.TryGetValue(NameOf(name), out var known) => known(context, rest),
            _ => RunFinding.Unknown("what it does is not known before it runs"),
        };
    }

    private static string NameOf(string program)
    {
        if (program.StartsWith("/bin/", StringComparison.Ordinal))
        {
            return program["/bin/".Length..];
        }

        return program;
    }

    private static RunFinding ChangeDirectory(RunContext context, string[] arguments)
    {
        if (arguments is [var folder] && context.ChangeDirectory(folder))
        {
            return RunFinding.NotNeeded("it is for the shell");
        }

        return RunFinding.Missing("that folder is not in the image");
    }

    // NAME=value before a command.
    private static (string Name, ShellWord Value)? Assignment(ShellWord word)
    {
        if (word.Pieces is not [{ Kind: ShellPieceKind.Literal, IsQuoted: false } first, ..])
        {
            return null;
        }

        var equals = first.Text.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0
            && first.Text
                .Take(equals)
                .Select((c, i) => c == '_' || char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c)))
                .All(isName => isName))
        {
            return (first.Text[..equals], new ShellWord(
                [first with { Text = first.Text[(equals + 1)..] }, .. word.Pieces.Skip(1)]));
        }

        return null;
    }

    private static bool IsOfNoMatter(RunContext context, ShellRedirection redirection) =>
        redirection.Operator == ">&"
            || redirection.Descriptor == 2
            || context.Expansion.One(redirection.Target) == "/dev/null";

    private static async Task<RunFinding> WriteAsync(
        RunContext context, string[] arguments, ShellRedirection into, CancellationToken cancellationToken)
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

        var text = isEcho ? string.Join(' ', words) : "";
        if (hasNewline)
        {
            text += "\n";
        }

        var path = context.RealPathOf(context.Expansion.One(into.Target));
        if (MountedFiles.Has(path))
        {
            return RunFinding.NotNeeded(MountedFiles.Why);
        }

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

        if (!context.MayChange(file) || file.Size > LargestWritten)
        {
            return RunFinding.Missing($"'/{path}' cannot be changed here");
        }

        var content = Encoding.UTF8.GetBytes(text);
        if (into.Operator == ">>")
        {
            var standingContent = await context.Files.ReadAsync([file], cancellationToken).ConfigureAwait(false);
            content = [.. standingContent[file.Path], .. content];
        }

        context.Files.Set(ImageFile.Of(file.ToItem(content)));
        return RunFinding.Done();
    }
}
