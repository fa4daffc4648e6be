using System.Formats.Tar;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Oci.Files;

/// <summary>A file, folder or link of an image, as a tar entry of one of its layers says it.</summary>
internal sealed record ImageFile
{
    /// <summary>The path from the image's root, without slashes at its ends; empty for the root.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// RegularFile, Directory, SymbolicLink, or a device. A hard link has become the file that it names.
    /// </summary>
    public required TarEntryType Type { get; init; }

    public required UnixFileMode Mode { get; init; }

    public int UserId { get; init; }

    public int GroupId { get; init; }

    /// <summary>The length of a file in bytes; 0 for anything else.</summary>
    public long Size { get; init; }

    public string? LinkTarget { get; init; }

    /// <summary>
    /// The SHA-256 of a file's content, 64 hexadecimal digits in lower case; null for what is made here.
    /// </summary>
    public string? Sha256 { get; init; }

    /// <summary>The layer that it comes from; null for what is made here.</summary>
    internal string? LayerDigest { get; init; }

    /// <summary>The entry of that layer that carries the content, where a hard link's name differs from it.</summary>
    internal string? ContentPath { get; init; }

    /// <summary>What it is made from; null for what comes from a layer.</summary>
    internal TarItem? Item { get; init; }

    public bool IsFolder => Type == TarEntryType.Directory;

    public bool IsFile => Type == TarEntryType.RegularFile;

    public bool IsLink => Type == TarEntryType.SymbolicLink;

    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>This file as an entry of a new layer.</summary>
    /// <param name="content">The content of a file that comes from a layer below.</param>
    internal TarItem ToItem(byte[]? content = null)
    {
        var item = new TarItem
        {
            Name = Path,
            Type = Type,
            Mode = Mode,
            UserId = UserId,
            GroupId = GroupId,
            LinkTarget = LinkTarget,
            Length = Size,
        };
        if (content is not null)
        {
            return item with { Length = content.Length, Content = content };
        }

        return item with
        {
            Path = Item?.Path,
            Content = Item?.Content,
            Borrowed = Item?.Borrowed,
            Sha256 = Item?.Sha256
        };
    }

    internal static ImageFile Of(TarItem item) => new()
    {
        Path = item.Name,
        Type = item.Type,
        Mode = item.Mode,
        UserId = item.UserId,
        GroupId = item.GroupId,
        Size = item.Length,
        LinkTarget = item.LinkTarget,
        Item = item,
    };
}
