using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;


namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>chmod, chown and chgrp, carried out on an image's files as GNU coreutils would.</summary>
internal static class PermissionCommands
{
    private const UnixFileMode SetIds = UnixFileMode.SetUser | UnixFileMode.SetGroup;

    public static RunFinding ChangeMode(RunContext context, string[] arguments)
    {
        var line = CommandLine.Parse(arguments, "Rvcf");
        if (line.Operands.Count < 2)
        {
            return RunFinding.Unknown("it needs a mode and a file");
        }

        return Change(
            context,
            line,
            line.Operands.Skip(1),
            file => file with { Mode = FileCommands.ModeOf(line.Operands[0], file.Mode, file.IsFolder) });
    }

    public static RunFinding ChangeGroup(RunContext context, string[] arguments)
    {
        var line = CommandLine.Parse(arguments, "Rvcfh");
        if (line.Operands.Count < 2)
        {
            return RunFinding.Unknown("it needs a group and a file");
        }

        if (context.Accounts.Group(line.Operands[0]) is { } group)
        {
            return ChangeOwner(context, line, null, group);
        }

        return RunFinding.Missing($"the image knows no group '{line.Operands[0]}'");
    }

    public static RunFinding ChangeOwner(RunContext context, string[] arguments)
    {
        var line = CommandLine.Parse(arguments, "Rvcfh");
        if (line.Operands.Count < 2)
        {
            return RunFinding.Unknown("it needs an owner and a file");
        }

        var parts = line.Operands[0].Split(':', 2);
        int? user = null;
        int? group = null;
        if (parts[0].Length > 0 && (user = context.Accounts.User(parts[0])) is null)
        {
            return RunFinding.Missing($"the image knows no user '{parts[0]}'");
        }

        if (parts is [_, ""])
        {
            // "user:" means the user's own group.
            group = context.Accounts.GroupOf(user ?? 0);
        }
        else if (parts is [_, var name] && (group = context.Accounts.Group(name)) is null)
        {
            return RunFinding.Missing($"the image knows no group '{name}'");
        }

        return ChangeOwner(context, line, user, group);
    }

    private static RunFinding ChangeOwner(RunContext context, CommandLine line, int? user, int? group)
    {
        if (!context.IsRoot)
        {
            return FileCommands.NotAllowed(context, line.Operands[1]);
        }

        return Change(context, line, line.Operands.Skip(1), file =>
        {
            var (userId, groupId) = (user ?? file.UserId, group ?? file.GroupId);

            // The kernel takes the set-id bits of a program away when its owner is set (chown(2)).
            var mode = file.Mode;
            if (file.IsFile && (mode & TarItem.Executable & ~TarItem.Plain) != 0)
            {
                mode &= ~SetIds;
            }

            if ((userId, groupId, mode) == (file.UserId, file.GroupId, file.Mode))
            {
                return file;
            }

            return file with { UserId = userId, GroupId = groupId, Mode = mode };
        });
    }

    private static RunFinding Change(
        RunContext context, CommandLine line, IEnumerable<string> operands, Func<ImageFile, ImageFile> change)
    {
        foreach (var operand in operands)
        {
            // Below the operands links stay themselves, and have no mode of their own.
            var path = context.RealPathOf(operand, followLast: !line.Has('h'));
            if (path.Length == 0)
            {
                return RunFinding.Unknown("it changes the root folder");
            }

            if (context.Files.Find(path, followLast: false) is not { } file)
            {
                return RunFinding.Missing($"'{operand}' is not in the image");
            }

            var all = line.Has('R') ? [file, .. context.Files.Walk(path)] : new List<ImageFile> { file };
            foreach (var item in all)
            {
                var changed = change(item);
                if (item.IsLink)
                {
                    changed = changed with { Mode = item.Mode };
                }

                if (changed == item)
                {
                    continue;
                }

                if (!context.MayChange(item))
                {
                    return FileCommands.NotAllowed(context, "/" + item.Path);
                }

                context.Files.Set(changed);
            }
        }

        return RunFinding.Done();
    }
}
