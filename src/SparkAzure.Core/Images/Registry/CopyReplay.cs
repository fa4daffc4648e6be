using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>Says which entries COPY and ADD put into an image, as Docker's own builder does.</summary>
/// <param name="document">The Dockerfile.</param>
/// <param name="files">The Spark home.</param>
/// <param name="accounts">The users and groups of the base image, for --chown.</param>
internal sealed class CopyReplay(DockerfileDocument document, SparkHomeFiles files, Accounts accounts)
{
    private static readonly string[] ArchiveEndings = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"];

    /// <summary>The entries by name, parents before children.</summary>
    /// <exception cref="SparkAzureException">InstructionNotSupported, BuildSourceMissing, BuildSourceUnusable, CannotRead.</exception>
    public IReadOnlyList<TarItem> Collect(ImageDraft draft, CopyInstruction copy)
    {
        var instruction = copy.Instruction;
        if (copy.IsFromImage)
        {
            throw ImageErrors.InstructionNotSupported(document, instruction, $"it copies from another stage or image, '{instruction.Flag("from")}'");
        }

        if (copy.Sources.FirstOrDefault(CopyInstruction.IsRemote) is { } remote)
        {
            throw ImageErrors.InstructionNotSupported(document, instruction, $"it fetches {remote}");
        }

        var (userId, groupId) = OwnerOf(instruction, copy);
        var mode = ModeOf(instruction);
        var matches = copy.LocalSources.SelectMany(s => files.Match(document, instruction, s)).Distinct().ToList();
        var intoFolder = copy.Destination.EndsWith('/') || copy.Destination is "." || matches.Count + instruction.Heredocs.Count > 1;

        // Where the destination really is: a folder of the base image may be a link, such as /lib.
        var destination = draft.Files.Resolve(Absolute(copy.Destination, draft.Config)) ?? throw ImageErrors.InstructionNotSupported(document, instruction, "the links of its destination go in circles");
        var items = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var match in matches)
        {
            var tree = files.Tree(match);
            if (files.IsFolder(match))
            {
                // What a folder holds is copied, not the folder.
                MakeFolders(destination, isOwned: false);
                if (items.TryGetValue(destination, out var made))
                {
                    items[destination] = made with { UserId = userId, GroupId = groupId };
                }

                foreach (var item in tree.Where(i => i.Name != match))
                {
                    Put(item, ImagePath.Join(destination, match.Length == 0 ? item.Name : item.Name[(match.Length + 1)..]));
                }
            }
            else
            {
                if (instruction.Keyword == "ADD" && ArchiveEndings.Any(e => match.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
                {
                    throw ImageErrors.InstructionNotSupported(document, instruction, $"it unpacks {match}");
                }

                PutFile(tree[0], ImagePath.Name(match));
            }
        }

        foreach (var heredoc in instruction.Heredocs)
        {
            if (heredoc.Expand && heredoc.Body.Contains('$', StringComparison.Ordinal))
            {
                throw ImageErrors.InstructionNotSupported(document, instruction, "its here-document has variables");
            }

            var content = Encoding.UTF8.GetBytes(heredoc.Body);
            PutFile(new TarItem { Name = "", Type = TarEntryType.RegularFile, Content = content, Length = content.Length, Mode = TarItem.Plain }, heredoc.Name);
        }

        return [.. items.Values];

        void PutFile(TarItem item, string fileName)
        {
            var name = intoFolder || draft.Files.Find(destination) is { IsFolder: true } ? ImagePath.Join(destination, fileName) : destination;
            MakeFolders(ImagePath.Parent(name), isOwned: true);
            Put(item, name);
        }

        // The builder gives the folders above a file to the file's owner, and those above a folder to root.
        void MakeFolders(string folder, bool isOwned)
        {
            for (; folder.Length > 0 && draft.Files.Find(folder) is null; folder = ImagePath.Parent(folder))
            {
                items.TryAdd(folder, TarItem.Folder(folder, TarItem.Executable, DateTime.UnixEpoch) with { UserId = isOwned ? userId : 0, GroupId = isOwned ? groupId : 0 });
            }
        }

        // Fixed owner and time: the same files give the same layer on every machine.
        void Put(TarItem item, string name) => items[name] = item with
        {
            Name = name,
            Mode = (item.Type == TarEntryType.RegularFile ? mode : null) ?? item.Mode,
            Modified = DateTimeOffset.UnixEpoch,
            UserId = userId,
            GroupId = groupId,
        };
    }

    /// <summary>A path in the image, from its root, without slashes at its ends.</summary>
    /// <param name="path">The path as an instruction has it.</param>
    /// <param name="config">The image's settings, for WORKDIR.</param>
    public static string Absolute(string path, JsonObject config) => ImagePath.Of((string?)config["WorkingDir"] ?? "", path);

    private (int UserId, int GroupId) OwnerOf(DockerfileInstruction instruction, CopyInstruction copy)
    {
        if (copy.Owner is not { Length: > 0 } owner)
        {
            return (0, 0);
        }

        var parts = owner.Split(':');
        var user = accounts.User(parts[0]);

        // Without a group it is the one of that number or name (Dockerfile reference, "COPY --chown").
        return user is { } userId && parts.Length <= 2 && (parts.Length == 2 ? accounts.Group(parts[1]) : int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : accounts.GroupOf(userId)) is { } groupId
            ? (userId, groupId)
            : throw ImageErrors.InstructionNotSupported(document, instruction, $"the base image knows no account '{owner}'");
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
}
