using System.Formats.Tar;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>One entry of a tar, be it a build context or a layer.</summary>
internal sealed record TarItem
{
    internal const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    internal const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The path in the archive, slashes between its parts, none at its ends.</summary>
    public required string Name { get; init; }

    public required TarEntryType Type { get; init; }

    /// <summary>The file on disk; null for folders, links and <see cref="Content"/>.</summary>
    public string? Path { get; init; }

    /// <summary>The content of a file that is not on disk.</summary>
    public byte[]? Content { get; init; }

    /// <summary>A content that has to be brought first; null for one that is at hand.</summary>
    public BorrowedContent? Borrowed { get; init; }

    /// <summary>
    /// What the names of one file have in common where they are to stay one file; null for a file of its own.
    /// </summary>
    public object? Inode { get; init; }

    /// <summary>
    /// The SHA-256 of the content, lower-case hex, as it was when it was last hashed; null when it was not.
    /// </summary>
    public string? Sha256 { get; init; }

    public string? LinkTarget { get; init; }

    public long Length { get; init; }

    public UnixFileMode Mode { get; init; }

    public DateTimeOffset Modified { get; init; } = DateTimeOffset.UnixEpoch;

    public int UserId { get; init; }

    public int GroupId { get; init; }

    public static TarItem File(string name, string path, long length, UnixFileMode mode, DateTime modified) =>
        new()
        {
            Name = name,
            Type = TarEntryType.RegularFile,
            Path = path,
            Length = length,
            Mode = mode,
            Modified = modified,
        };

    public static TarItem Folder(string name, UnixFileMode mode, DateTime modified) =>
        new() { Name = name, Type = TarEntryType.Directory, Mode = mode, Modified = modified };

    public static TarItem Link(string name, string target) =>
        new() { Name = name, Type = TarEntryType.SymbolicLink, LinkTarget = target, Mode = Executable };

    /// <summary>Another name of a file that stands before it in the same archive.</summary>
    public static TarItem HardLink(TarItem item, string target) =>
        item with
        {
            Type = TarEntryType.HardLink,
            LinkTarget = target,
            Path = null,
            Content = null,
            Borrowed = null,
            Sha256 = null,
            Length = 0,
        };

    /// <summary>The mark in a layer that a path of the layers below is gone (OCI image-spec, "Whiteouts").</summary>
    public static TarItem Whiteout(string path) =>
        new() { Name = Layers.Whiteout.PathFor(path), Type = TarEntryType.RegularFile, Content = [], Mode = Plain };
}
