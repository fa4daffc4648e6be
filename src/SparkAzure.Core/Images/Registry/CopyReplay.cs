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
/// <param name="sources">Finds what --from names; null where only the Spark home counts.</param>
/// <param name="contents">Brings what is in archives.</param>
internal sealed class CopyReplay(DockerfileDocument document, SparkHomeFiles files, CopySources? sources, LayerContents contents)
{
    // --link says how a builder keeps the layer, not what is in it. Others, such as --exclude and --parents, change what is copied.
    private static readonly string[] KnownFlags = ["from", "chown", "chmod", "link"];

    /// <summary>The entries by name, parents before children.</summary>
    /// <exception cref="SparkAzureException">InstructionNotSupported, BuildSourceMissing, BuildSourceUnusable, StageFileMissing, StageNotFollowed, CannotRead, and what a registry refuses.</exception>
    public async Task<IReadOnlyList<TarItem>> CollectAsync(ImageDraft draft, CopyInstruction copy, CancellationToken cancellationToken)
    {
        var instruction = copy.Instruction;
        if (copy.IsFromImage && sources is null)
        {
            throw ImageErrors.InstructionNotSupported(document, instruction, $"it copies from another stage or image, '{instruction.Flag("from")}'");
        }

        if (copy.Sources.FirstOrDefault(CopyInstruction.IsRemote) is { } remote)
        {
            throw ImageErrors.InstructionNotSupported(document, instruction, $"it fetches {remote}, and nobody can vouch for getting the same again; put the file into the Spark home, and COPY it");
        }

        if (instruction.Flags.FirstOrDefault(f => !KnownFlags.Contains(f.Name)) is { } unknown)
        {
            throw ImageErrors.InstructionNotSupported(document, instruction, $"what --{unknown.Name} changes is not known here");
        }

        ICopySource source = copy.IsFromImage ? await sources!.OpenAsync(instruction, cancellationToken).ConfigureAwait(false) : files;
        var owner = await OwnerOfAsync(draft, copy, cancellationToken).ConfigureAwait(false) ?? (source.HasOwners ? null : (0, 0));
        var (userId, groupId) = owner ?? (0, 0);
        var mode = ModeOf(instruction);
        var matches = (copy.IsFromImage ? copy.Sources : copy.LocalSources).SelectMany(s => source.Match(document, instruction, s)).Distinct().ToList();
        var intoFolder = copy.Destination.EndsWith('/') || copy.Destination is "." || matches.Count + instruction.Heredocs.Count > 1;

        // Where the destination really is: a folder of the base image may be a link, such as /lib.
        var destination = draft.Files.Resolve(Absolute(copy.Destination, draft.Config)) ?? throw ImageErrors.InstructionNotSupported(document, instruction, "the links of its destination go in circles");
        var items = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var match in matches)
        {
            var tree = source.Tree(match);
            if (source.IsFolder(match))
            {
                // What a folder holds is copied, not the folder.
                MakeFolders(destination, isOwned: false);
                if (items.TryGetValue(destination, out var made))
                {
                    items[destination] = made with { UserId = userId, GroupId = groupId };
                }

                foreach (var item in tree.Where(i => i.Name != match))
                {
                    // What is one file under several names stays one, within one source.
                    Put(item.Inode is null ? item : item with { Inode = (match, item.Inode) }, ImagePath.Join(destination, match.Length == 0 ? item.Name : item.Name[(match.Length + 1)..]));
                }
            }
            else
            {
                if (instruction.Keyword == "ADD" && await LocalArchive.ReadAsync(document, instruction, tree[0].Path!, contents, cancellationToken).ConfigureAwait(false) is { } entries)
                {
                    Unpack(entries, tree[0].Path!);
                    continue;
                }

                PutFile(tree[0] with { Inode = null }, ImagePath.Name(match));
            }
        }

        foreach (var heredoc in copy.Heredocs)
        {
            var content = Encoding.UTF8.GetBytes(heredoc.Body);
            PutFile(new TarItem { Name = "", Type = TarEntryType.RegularFile, Content = content, Length = content.Length, Mode = TarItem.Plain }, heredoc.Name);
        }

        return Linked(items.Values);

        // Owners and modes are those of the archive, whatever --chown says, and the folder itself is not changed.
        void Unpack(IReadOnlyList<TarItem> entries, string archive)
        {
            MakeFolders(destination, isOwned: false);
            foreach (var entry in entries)
            {
                var name = ImagePath.Join(destination, entry.Name);
                MakeFolders(ImagePath.Parent(name), isOwned: false);
                Put(entry.Inode is null ? entry : entry with { Inode = (archive, entry.Inode) }, name, keepsOwner: true);
            }

            foreach (var entry in entries)
            {
                for (var folder = ImagePath.Parent(ImagePath.Join(destination, entry.Name)); folder.Length > 0; folder = ImagePath.Parent(folder))
                {
                    if (!(items.TryGetValue(folder, out var item) ? item.Type == TarEntryType.Directory : draft.Files.Find(folder, followLast: false)?.IsFolder == true))
                    {
                        throw ImageErrors.InstructionNotSupported(document, instruction, $"the entry '{entry.Name}' of '{archive}' goes through /{folder}, which is no folder");
                    }
                }
            }
        }

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

        // Fixed time: the same files give the same layer on every machine.
        void Put(TarItem item, string name, bool keepsOwner = false) => items[name] = item.Type is not (TarEntryType.RegularFile or TarEntryType.Directory or TarEntryType.SymbolicLink)
            ? throw ImageErrors.InstructionNotSupported(document, instruction, $"/{item.Name} is a device or another special file")
            : item with
            {
                Name = name,
                Mode = item.Type == TarEntryType.RegularFile && !keepsOwner ? mode ?? (owner is null ? item.Mode : Given(item.Mode)) : item.Mode,
                Modified = DateTimeOffset.UnixEpoch,
                UserId = owner is null || keepsOwner ? item.UserId : userId,
                GroupId = owner is null || keepsOwner ? item.GroupId : groupId,
            };
    }

    // Linux takes these marks away when a file is given to somebody, also when root does it (chown(2)).
    private static UnixFileMode Given(UnixFileMode mode) =>
        mode & ~UnixFileMode.SetUser & ~(mode.HasFlag(UnixFileMode.GroupExecute) ? UnixFileMode.SetGroup : UnixFileMode.None);

    private static List<TarItem> Linked(IEnumerable<TarItem> items)
    {
        var first = new Dictionary<object, string>();
        return [.. items.Select(i => i.Inode is null || first.TryAdd(i.Inode, i.Name) ? i : TarItem.HardLink(i, first[i.Inode]))];
    }

    /// <summary>A path in the image, from its root, without slashes at its ends.</summary>
    /// <param name="path">The path as an instruction has it.</param>
    /// <param name="config">The image's settings, for WORKDIR.</param>
    public static string Absolute(string path, JsonObject config) => ImagePath.Of((string?)config["WorkingDir"] ?? "", path);

    private async Task<(int UserId, int GroupId)?> OwnerOfAsync(ImageDraft draft, CopyInstruction copy, CancellationToken cancellationToken)
    {
        if (copy.Owner is not { Length: > 0 } owner)
        {
            return null;
        }

        var accounts = await Accounts.ReadAsync(draft.Files, cancellationToken).ConfigureAwait(false);

        var parts = owner.Split(':');
        var user = accounts.User(parts[0]);

        // Without a group it is the one of that number or name (Dockerfile reference, "COPY --chown").
        return user is { } userId && parts.Length <= 2 && (parts.Length == 2 ? accounts.Group(parts[1]) : int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : accounts.GroupOf(userId)) is { } groupId
            ? (userId, groupId)
            : throw ImageErrors.InstructionNotSupported(document, copy.Instruction, $"the image knows no account '{owner}'");
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
