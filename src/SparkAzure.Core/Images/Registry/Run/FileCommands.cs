using System.Formats.Tar;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// The commands that make and remove files, carried out on an image's files as GNU coreutils and busybox would
/// (POSIX.1-2017, Utilities), with the mask 022. Where a command would stop a build because what it makes is there
/// already, it counts as done: the base image was made with it.
/// </summary>
internal static class FileCommands
{
    public static RunFinding MakeFolder(RunContext context, string[] arguments)
    {
        var line = CommandLine.Parse(arguments, "pv", "m");
        foreach (var operand in line.Operands)
        {
            var path = context.RealPathOf(operand);
            if (context.Files.Find(path) is { } standing)
            {
                if (!standing.IsFolder)
                {
                    return RunFinding.Missing($"'{operand}' is no folder in the image");
                }

                continue;
            }

            var missing = new Stack<string>();
            for (var folder = path; folder.Length > 0
                && context.Files.Find(folder) is null; folder = ImagePath.Parent(folder))
            {
                missing.Push(folder);
            }

            if (missing.Count > 1 && !line.Has('p'))
            {
                return RunFinding.Missing($"the folder of '{operand}' is not in the image");
            }

            if (!context.MayChange(context.Files.Find(ImagePath.Parent(missing.Peek()))))
            {
                return NotAllowed(context, operand);
            }

            while (missing.TryPop(out var folder))
            {
                var mode = TarItem.Executable;
                if (missing.Count == 0 && line.Options.TryGetValue('m', out var text))
                {
                    mode = ModeOf(text, mode | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite, isFolder: true);
                }

                context.Files.Set(New(context, folder, TarEntryType.Directory, mode));
            }
        }

        return RunFinding.Done();
    }

    public static RunFinding Touch(RunContext context, string[] arguments)
    {
        foreach (var operand in CommandLine.Parse(arguments, "acmf").Operands)
        {
            var path = context.RealPathOf(operand);
            if (context.Files.Find(path) is not null)
            {
                continue;
            }

            if (FolderOf(context, path) is not { } folder)
            {
                return RunFinding.Missing($"the folder of '{operand}' is not in the image");
            }

            if (!context.MayChange(folder))
            {
                return NotAllowed(context, operand);
            }

            context.Files.Set(New(context, path, TarEntryType.RegularFile, TarItem.Plain));
        }

        return RunFinding.Done();
    }

    public static RunFinding Link(RunContext context, string[] arguments)
    {
        var line = CommandLine.Parse(arguments, "sfvnT");
        if (!line.Has('s'))
        {
            return RunFinding.Unknown("hard links are not made here");
        }

        if (line.Operands.Count is 0 || (line.Operands.Count > 2 && line.Has('T')))
        {
            return RunFinding.Unknown("it needs a target and a name");
        }

        var last = ".";
        var targets = line.Operands;
        if (targets.Count > 1)
        {
            last = targets[^1];
            targets = [.. targets.SkipLast(1)];
        }

        var isInto = !line.Has('T')
            && context.Files.Find(context.RealPathOf(last)) is { IsFolder: true }
            && !(line.Has('n') && IsLink(context, last));
        if (targets.Count > 1 && !isInto)
        {
            return RunFinding.Missing($"'{last}' is no folder in the image");
        }

        foreach (var target in targets)
        {
            var name = isInto ? $"{last}/{ImagePath.Name(target.TrimEnd('/'))}" : last;
            var path = context.RealPathOf(name, followLast: false);
            var standing = context.Files.Find(path, followLast: false);
            if (standing is { IsLink: true } && standing.LinkTarget == target)
            {
                continue;
            }

            if (standing is not null && (!line.Has('f') || standing.IsFolder))
            {
                return RunFinding.Missing($"'{name}' is there already and is {Describe(standing)}");
            }

            if (FolderOf(context, path) is not { } folder)
            {
                return RunFinding.Missing($"the folder of '{name}' is not in the image");
            }

            if (!context.MayChange(folder))
            {
                return NotAllowed(context, name);
            }

            context.Files.Set(
                New(context, path, TarEntryType.SymbolicLink, (UnixFileMode)0x1FF) with { LinkTarget = target });
        }

        return RunFinding.Done();
    }

    public static RunFinding Remove(RunContext context, string[] arguments)
    {
        var line = CommandLine.Parse(arguments, "rRfvd");
        foreach (var operand in line.Operands)
        {
            var path = context.RealPathOf(operand, followLast: false);
            if (path.Length == 0 || context.Files.Find(path, followLast: false) is not { } file)
            {
                continue;
            }

            if (file.IsFolder
                && !line.Has('r')
                && !line.Has('R')
                && !(line.Has('d') && !context.Files.Children(path).Any()))
            {
                return RunFinding.Missing($"'{operand}' is a folder in the image");
            }

            if (!context.MayChange(FolderOf(context, path)))
            {
                return NotAllowed(context, operand);
            }

            context.Files.Remove(path);
        }

        return RunFinding.Done();
    }

    private static bool IsLink(RunContext context, string path) =>
        context.Files.Find(context.RealPathOf(path, followLast: false), followLast: false) is { IsLink: true };

    private static ImageFile New(RunContext context, string path, TarEntryType type, UnixFileMode mode)
    {
        // In a folder with the set-group bit what is new belongs to its group, and a folder hands the bit on
        // (inode(7)).
        var folder = FolderOf(context, path);
        var groupId = context.GroupId;
        if (folder is not null && folder.Mode.HasFlag(UnixFileMode.SetGroup))
        {
            groupId = folder.GroupId;
            mode |= type == TarEntryType.Directory ? UnixFileMode.SetGroup : UnixFileMode.None;
        }

        return ImageFile.Of(new TarItem
        {
            Name = path,
            Type = type,
            Mode = mode,
            UserId = context.UserId,
            GroupId = groupId,
            Content = type == TarEntryType.RegularFile ? [] : null,
        });
    }

    // The folder that a path is in; the root has no entry of its own in most images.
    private static ImageFile? FolderOf(RunContext context, string path)
    {
        var parent = ImagePath.Parent(path);
        if (context.Files.Find(parent) is { IsFolder: true } folder)
        {
            return folder;
        }

        if (parent.Length == 0)
        {
            return new ImageFile { Path = "", Type = TarEntryType.Directory, Mode = TarItem.Executable };
        }

        return null;
    }

    internal static UnixFileMode ModeOf(string text, UnixFileMode current, bool isFolder) =>
        ChmodMode.Of(text, current, isFolder)
            ?? throw new ShellNotFollowedException($"'{text}' is not a mode that is known here");

    internal static RunFinding NotAllowed(RunContext context, string path) =>
        RunFinding.Missing($"the user {context.UserId} may not change '{path}'");

    private static string Describe(ImageFile file)
    {
        if (file.IsLink)
        {
            return $"a link to '{file.LinkTarget}'";
        }

        if (file.IsFolder)
        {
            return "a folder";
        }

        return "a file";
    }
}
