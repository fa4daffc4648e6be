using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>Opens what --from of a COPY or ADD names.</summary>
/// <exception cref="SparkAzureException">
/// StageNotFollowed, InstructionNotSupported, ImageReferenceInvalid, BaseImageNotFound, and what the registry refuses.
/// </exception>
internal delegate Task<ICopySource> CopySourceOpener(
    DockerfileInstruction instruction, CancellationToken cancellationToken);

/// <summary>Says which entries COPY and ADD put into an image, as Docker's own builder does.</summary>
/// <param name="document">The Dockerfile.</param>
/// <param name="files">The Spark home.</param>
/// <param name="open">Finds what --from names; null where only the Spark home counts.</param>
/// <param name="contents">Brings what is in archives.</param>
internal sealed class CopyReplay(
    DockerfileDocument document, SparkHomeFiles files, CopySourceOpener? open, LayerContents contents)
{
    // --link says how a builder keeps the layer, not what is in it. Others, such as --exclude and --parents, change
    // what is copied.
    private static readonly string[] KnownFlags = ["from", "chown", "chmod", "link"];

    /// <summary>The entries by name, parents before children.</summary>
    /// <exception cref="SparkAzureException">
    /// InstructionNotSupported, BuildSourceMissing, BuildSourceUnusable, StageFileMissing, StageNotFollowed,
    /// CannotRead, and what a registry refuses.
    /// </exception>
    public async Task<IReadOnlyList<TarItem>> CollectAsync(
        ImageDraft draft, CopyInstruction copy, CancellationToken cancellationToken)
    {
        Check(copy);
        ICopySource source = files;
        if (copy.IsFromImage)
        {
            source = await open!(copy.Instruction, cancellationToken).ConfigureAwait(false);
        }

        var given = await OwnerOfAsync(draft, copy, cancellationToken).ConfigureAwait(false);
        var owner = given ?? (source.HasOwners ? null : (0, 0));
        var mode = ModeOf(copy.Instruction);
        var matches = Matches(copy, source);

        // Where the destination really is: a folder of the base image may be a link, such as /lib.
        var destination = draft.Files.Resolve(Absolute(copy.Destination, draft.Config))
            ?? throw Unsupported(copy.Instruction, "the links of its destination go in circles");
        var entries = new CopiedEntries(
            draft.Files,
            destination,
            owner,
            mode,
            why => Unsupported(copy.Instruction, why))
        {
            IsIntoFolder = copy.Destination.EndsWith('/')
                || copy.Destination is "."
                || matches.Count + copy.Instruction.Heredocs.Count > 1,
        };
        foreach (var match in matches)
        {
            await AddAsync(entries, copy.Instruction, source, match, cancellationToken).ConfigureAwait(false);
        }

        foreach (var heredoc in copy.Heredocs)
        {
            var content = Encoding.UTF8.GetBytes(heredoc.Body);
            var item = new TarItem
            {
                Name = "",
                Type = TarEntryType.RegularFile,
                Content = content,
                Length = content.Length,
                Mode = TarItem.Plain,
            };
            entries.AddFile(item, heredoc.Name);
        }

        return entries.All();
    }

    /// <summary>A path in the image, from its root, without slashes at its ends.</summary>
    /// <param name="path">The path as an instruction has it.</param>
    /// <param name="config">The image's settings, for WORKDIR.</param>
    public static string Absolute(string path, JsonObject config) =>
        ImagePath.Of((string?)config["WorkingDir"] ?? "", path);

    private void Check(CopyInstruction copy)
    {
        var instruction = copy.Instruction;
        if (copy.IsFromImage && open is null)
        {
            throw Unsupported(instruction, $"it copies from another stage or image, '{instruction.Flag("from")}'");
        }

        if (copy.Sources.FirstOrDefault(CopyInstruction.IsRemote) is { } remote)
        {
            throw Unsupported(
                instruction,
                $"it fetches {remote}, and nobody can vouch for getting the same again; put the file into the Spark "
                + "home, and COPY it");
        }

        if (instruction.Flags.FirstOrDefault(f => !KnownFlags.Contains(f.Name)) is { } unknown)
        {
            throw Unsupported(instruction, $"what --{unknown.Name} changes is not known here");
        }
    }

    private List<string> Matches(CopyInstruction copy, ICopySource source)
    {
        var named = copy.IsFromImage
            ? copy.Sources.SelectMany(s => InImage(copy.Instruction, source, s))
            : copy.LocalSources.SelectMany(s => files.Match(document, copy.Instruction, s));
        return [.. named.Distinct()];
    }

    private IReadOnlyList<string> InImage(DockerfileInstruction instruction, ICopySource source, string name)
    {
        var found = source.Match(name);
        if (found.Count > 0 || PathPattern.Is(name))
        {
            return found;
        }

        throw ImageErrors.StageFileMissing(document, instruction, name, source.Name);
    }

    private async Task AddAsync(
        CopiedEntries entries, DockerfileInstruction instruction, ICopySource source, string match, CancellationToken cancellationToken)
    {
        var tree = source.Tree(match);
        if (source.IsFolder(match))
        {
            entries.AddFolder(tree, match);
            return;
        }

        if (instruction.Keyword == "ADD"
            && await IsTarAsync(instruction, tree[0].Path!, cancellationToken).ConfigureAwait(false))
        {
            var archive = tree[0].Path!;
            entries.Unpack(
                await LocalArchive.ReadAsync(archive, contents, cancellationToken).ConfigureAwait(false), archive);
            return;
        }

        entries.AddFile(tree[0] with { Inode = null }, ImagePath.Name(match));
    }

    private async Task<bool> IsTarAsync(
        DockerfileInstruction instruction, string path, CancellationToken cancellationToken)
    {
        var kind = await LocalArchive.KindOfAsync(path, cancellationToken).ConfigureAwait(false);
        if (kind is ArchiveKind.None or ArchiveKind.Tar)
        {
            return kind == ArchiveKind.Tar;
        }

        throw Unsupported(
            instruction,
            $"'{path}' is compressed with {kind.ToString().ToLowerInvariant()}, which is not unpacked here; "
            + "compress it with gzip, or use COPY if it is to stay as it is");
    }

    private async Task<(int UserId, int GroupId)?> OwnerOfAsync(
        ImageDraft draft, CopyInstruction copy, CancellationToken cancellationToken)
    {
        if (copy.Owner is not { Length: > 0 } owner)
        {
            return null;
        }

        var accounts = await Accounts.ReadAsync(draft.Files, cancellationToken).ConfigureAwait(false);
        var parts = owner.Split(':');
        if (parts.Length <= 2 && accounts.User(parts[0]) is { } user && GroupOf(accounts, parts, user) is { } group)
        {
            return (user, group);
        }

        throw Unsupported(copy.Instruction, $"the image knows no account '{owner}'");
    }

    private static int? GroupOf(Accounts accounts, string[] parts, int user)
    {
        if (parts.Length == 2)
        {
            return accounts.Group(parts[1]);
        }

        // Without a group it is the one of that number or name (Dockerfile reference, "COPY --chown").
        var isNumber = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber)
        {
            return number;
        }

        return accounts.GroupOf(user);
    }

    private UnixFileMode? ModeOf(DockerfileInstruction instruction)
    {
        if (instruction.Flag("chmod") is not { } text)
        {
            return null;
        }

        if (text.Length is 3 or 4 && text.All(c => c is >= '0' and <= '7'))
        {
            return (UnixFileMode)Convert.ToInt32(text, 8);
        }

        throw Unsupported(instruction, $"the mode '{text}' is not an octal number");
    }

    private SparkAzureException Unsupported(DockerfileInstruction instruction, string why) =>
        ImageErrors.InstructionNotSupported(document, instruction, why);
}
