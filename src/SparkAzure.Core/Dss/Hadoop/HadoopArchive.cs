using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.Hadoop;

/// <summary>One entry of an archive under the name it has once dssadmin has unpacked it.</summary>
/// <param name="Name">The name relative to the library folder.</param>
/// <param name="Length">Its size in bytes; 0 for a link.</param>
/// <param name="Sha256">The hash of its content in lower-case hex; empty for a link.</param>
/// <param name="LinkTarget">Where a symbolic link leads; null for a file.</param>
internal sealed record HadoopArchiveFile(string Name, long Length, string Sha256, string? LinkTarget = null);

/// <summary>
/// The archive of DSS's standalone Hadoop libraries, read whole and once: whether it is intact, whether it stays inside
/// the folder it is unpacked to, which Hadoop it brings, and what each file is. dssadmin looks at none of this before
/// it deletes the old libraries.
/// </summary>
internal sealed partial class HadoopArchive
{
    // dssadmin unpacks with tar --strip-components=2.
    private const int LeadingParts = 2;

    private HadoopArchive(string path, IReadOnlyList<HadoopArchiveFile> files, ReleaseNumber release)
    {
        Path = path;
        Files = files;
        Release = release;
        Jars = [.. files
            .Where(f => f.LinkTarget is null
                && !f.Name.Contains('/', StringComparison.Ordinal)
                && f.Name.EndsWith(".jar", StringComparison.Ordinal))
            .Select(f => new HadoopLibrary(f.Name, f.Length))
            .OrderBy(j => j.FileName, StringComparer.Ordinal)];
        var name = FileName().Match(System.IO.Path.GetFileName(path));
        if (name.Success)
        {
            NamedVersion = ReleaseNumber.TryParse(name.Groups["version"].Value);
            NamedLine = name.Groups["three"].Success ? 3 : 2;
        }
    }

    internal string Path { get; }

    /// <summary>Every file and link.</summary>
    internal IReadOnlyList<HadoopArchiveFile> Files { get; }

    /// <summary>The jars that come to lie in the library folder itself, ordered by name.</summary>
    internal IReadOnlyList<HadoopLibrary> Jars { get; }

    /// <summary>The Hadoop release of the content, from hadoop-common's file name.</summary>
    internal ReleaseNumber Release { get; }

    /// <summary>The DSS version in the archive's name; null when the name is not one that Dataiku gives.</summary>
    internal ReleaseNumber? NamedVersion { get; }

    /// <summary>The Hadoop line in the archive's name; null when the name is not one that Dataiku gives.</summary>
    internal int? NamedLine { get; }

    /// <summary>Reads an archive from its first byte to its last.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="onPercent">Is told how far the reading has come; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SparkAzureException">
    /// ArchiveNotFound, ArchiveDamaged, ArchiveUnsafe, ArchiveWithoutHadoop, CannotRead.
    /// </exception>
    internal static async Task<HadoopArchive> ReadAsync(
        string path, Action<int>? onPercent, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw DssErrors.ArchiveNotFound(path, Directory.Exists(path) ? "it is a folder" : "it does not exist");
        }

        try
        {
            var file = RegularFile.OpenStream(path);
            await using (file.ConfigureAwait(false))
            {
                var lengthNoted = await GzipLengthAsync(file, cancellationToken).ConfigureAwait(false)
                    ?? throw DssErrors.ArchiveDamaged(path, "it is not a gzip file");
                var read = 0L;
                var content = new CountingStream(
                    new GZipStream(file, CompressionMode.Decompress), length => read += length);
                await using (content.ConfigureAwait(false))
                {
                    var files = await FilesAsync(
                        path,
                        content,
                        () => onPercent?.Invoke((int)(100 * file.Position / file.Length)),
                        cancellationToken).ConfigureAwait(false);
                    await content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);

                    // A gzip stream that ends too early is no error to .NET before version 9: the length noted at the
                    // end tells.
                    if ((uint)read != lengthNoted)
                    {
                        throw DssErrors.ArchiveDamaged(path, "it ends before its content does");
                    }

                    return new HadoopArchive(path, files, ReleaseOf(path, files));
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException
            or ArgumentException)
        {
            throw DssErrors.ArchiveDamaged(path, exception.Message.TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private static async Task<uint?> GzipLengthAsync(FileStream file, CancellationToken cancellationToken)
    {
        var bytes = new byte[4];
        if (file.Length < 18 || await file.ReadAtLeastAsync(bytes.AsMemory(0, 2), 2, false, cancellationToken)
            .ConfigureAwait(false) < 2 || bytes[0] != 0x1f || bytes[1] != 0x8b)
        {
            return null;
        }

        file.Seek(-4, SeekOrigin.End);
        await file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        file.Seek(0, SeekOrigin.Begin);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private static async Task<IReadOnlyList<HadoopArchiveFile>> FilesAsync(
        string path, Stream content, Action onEntry, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, HadoopArchiveFile>(StringComparer.Ordinal);
        var tar = new TarReader(content, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                onEntry();
                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
                {
                    continue;
                }

                var name = Unpacked(path, entry.Name, entry.Name);
                if (Above(name).Any(parent => files.GetValueOrDefault(parent)?.LinkTarget is not null))
                {
                    throw DssErrors.ArchiveUnsafe(path, entry.Name, "would be written through a symbolic link");
                }

                switch (entry.EntryType)
                {
                    case TarEntryType.Directory:
                        break;
                    case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                        var hash = await HashAsync(path, entry, cancellationToken).ConfigureAwait(false);
                        if (name.Length > 0)
                        {
                            files[name] = new HadoopArchiveFile(name, entry.Length, hash);
                        }

                        break;
                    case TarEntryType.SymbolicLink:
                        if (entry.LinkName.StartsWith('/') || LeavesFolder(name, entry.LinkName))
                        {
                            throw DssErrors.ArchiveUnsafe(path, entry.Name, $"is a link to '{entry.LinkName}'");
                        }

                        files[name] = new HadoopArchiveFile(name, 0, "", entry.LinkName);
                        break;
                    case TarEntryType.HardLink when files.TryGetValue(
                        Unpacked(path, entry.Name, entry.LinkName), out var linked):
                        files[name] = linked with { Name = name };
                        break;
                    default:
                        throw DssErrors.ArchiveUnsafe(path, entry.Name, $"is a {entry.EntryType}, not a file");
                }
            }
        }

        return [.. files.Values];
    }

    private static async Task<string> HashAsync(string path, TarEntry entry, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        var read = 0L;
        int count;
        while (entry.DataStream is not null && (count = await entry.DataStream.ReadAsync(buffer, cancellationToken)
            .ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, count));
            read += count;
        }

        if (read != entry.Length)
        {
            throw DssErrors.ArchiveDamaged(path, $"it ends within '{entry.Name}'");
        }

        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }

    // What tar makes of an entry's name: the leading parts gone; empty when nothing is left, and tar leaves that entry
    // out.
    private static string Unpacked(string path, string entry, string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (name.StartsWith('/') || parts.Contains(".."))
        {
            throw DssErrors.ArchiveUnsafe(path, entry, "leads outside the folder it is unpacked to");
        }

        return string.Join('/', parts.Skip(LeadingParts));
    }

    private static IEnumerable<string> Above(string name)
    {
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            yield return name[..slash];
        }
    }

    private static bool LeavesFolder(string name, string target)
    {
        var depth = name.Count(c => c == '/');
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != "."))
        {
            depth += part == ".." ? -1 : 1;
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }

    private static ReleaseNumber ReleaseOf(string path, IEnumerable<HadoopArchiveFile> files)
    {
        var releases = files
            .Select(f => HadoopCommon().Match(f.Name))
            .Where(m => m.Success)
            .Select(m => m.Groups["release"].Value)
            .ToList();
        if (releases.Count != 1)
        {
            throw DssErrors.ArchiveWithoutHadoop(
                path,
                releases.Count == 0 ? "no hadoop-common jar" : $"hadoop-common of {string.Join(" and ", releases)}");
        }

        return ReleaseNumber.Parse(releases[0]);
    }

    // Before 8.0: dataiku-dss-hadoop[3]-standalone-libs-generic-5.1.3.tar.gz (the howto's command line has a dot before
    // the version); from 8.0: dataiku-dss-hadoop-standalone-libs-generic-hadoop3-9.0.5.tar.gz.
    [GeneratedRegex(
        @"^dataiku-dss-hadoop(?<three>3)?-standalone-libs-generic(?<three>-hadoop3)?[-.](?<version>\d+\.\d+\.\d+[^/]*)\.tar\.gz$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();

    [GeneratedRegex(
        @"^hadoop-common-(?<release>\d+(\.\d+)+)\.jar$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HadoopCommon();
}
