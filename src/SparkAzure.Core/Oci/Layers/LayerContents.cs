using System.Buffers;
using System.Formats.Tar;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// Files that lie in layers of other images and become part of one that is made. A layer is a stream without places to
/// jump to, and the new layer has another order: so what is wanted of a layer is laid down in a temporary file, all in
/// one reading and only when a byte of it is needed, which it is not where the digest of the new layer is remembered
/// and the target has it.
/// </summary>
/// <param name="caller">Is told what is read.</param>
internal sealed class LayerContents(ICaller caller) : IDisposable
{
    // What setcap(8) leaves at a file, as the tars of layers have it. The index of a layer does not know of it.
    private const string Capability = "SCHILY.xattr.security.capability";

    private const int PieceLength = 1 << 17;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, Dictionary<string, Wanted>> _layers = new(StringComparer.Ordinal);
    private FileStream? _file;
    private long _end;

    /// <summary>Notes that a file of a layer is wanted; nothing is read yet.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="path">The path of the entry that carries the content.</param>
    /// <param name="length">The length of the content in bytes.</param>
    public BorrowedContent Of(ILayer layer, string path, long length)
    {
        if (!_layers.TryGetValue(layer.Digest, out var wanted))
        {
            _layers[layer.Digest] = wanted = new(StringComparer.Ordinal);
        }

        if (!wanted.TryGetValue(path, out var content))
        {
            wanted[path] = content = new Wanted(this, layer, length);
        }

        return content;
    }

    /// <summary>A file, folder or link of an image as an entry of another; its content is borrowed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The name of the entry.</param>
    /// <param name="layer">The layer that it comes from; null for what is made here.</param>
    public TarItem Borrow(ImageFile file, string name, ILayer? layer)
    {
        var item = file.ToItem() with { Name = name };
        if (!file.IsFile)
        {
            return item;
        }

        // Names of one file of a layer are one file; who changed its mode through one of them has another.
        var source = file.ContentPath ?? file.Path;
        item = item with
        {
            Inode = (file.Item as object ?? (file.LayerDigest, source), file.Mode, file.UserId, file.GroupId),
        };
        if (file.Size == 0)
        {
            return item with { Content = item.Content ?? [], Sha256 = item.Sha256 ?? file.Sha256 };
        }

        if (layer is null)
        {
            return item with { Sha256 = item.Sha256 ?? file.Sha256 };
        }

        return item with { Borrowed = Of(layer, source, file.Size), Sha256 = file.Sha256 };
    }

    public void Dispose()
    {
        _file?.Dispose();
        _gate.Dispose();
    }

    private async Task BringAsync(ILayer layer, CancellationToken cancellationToken)
    {
        var wanted = _layers[layer.Digest]
            .Where(w => w.Value.Place is null)
            .ToDictionary(w => w.Key, w => w.Value, StringComparer.Ordinal);
        Tell(layer, wanted.Values);
        using var progress = new ByteProgress(caller, "Reading what is copied") { Total = layer.Size };
        var file = _file ??= Open();
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        await LayerReader.ReadContentsAsync(
            layer,
            wanted.Keys.ToHashSet(StringComparer.Ordinal),
            async (path, entry, stop) => places[path] = await KeepAsync(
                file,
                layer,
                path,
                entry,
                stop).ConfigureAwait(false),
            progress.Add,
            cancellationToken).ConfigureAwait(false);

        // Only now the layer is known to be what its digest says.
        foreach (var (path, content) in wanted)
        {
            if (!places.TryGetValue(path, out var place))
            {
                throw OciErrors.ImageContentCorrupt($"Blob {layer.Digest}", path, "no such file");
            }

            content.Place = place;
        }
    }

    private void Tell(ILayer layer, IReadOnlyCollection<Wanted> wanted)
    {
        var from = layer.Origin is { } origin ? $" from {origin.Host}/{origin.Repository}" : "";
        var length = ByteProgress.Megabytes(wanted.Sum(w => w.Length));
        caller.Verbose($"Reading {ByteProgress.Megabytes(layer.Size)}{from} for {wanted.Count} files, {length}.");
    }

    private async Task<long> KeepAsync(
        FileStream file, ILayer layer, string path, TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry is PaxTarEntry pax && pax.ExtendedAttributes.ContainsKey(Capability))
        {
            throw OciErrors.CapabilityNotCopied(path, layer.Name);
        }

        var content = entry.DataStream ?? Stream.Null;
        var place = _end;
        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                Write(file, buffer.AsSpan(0, read));
            }

            return place;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Write(FileStream file, ReadOnlySpan<byte> piece)
    {
        try
        {
            RandomAccess.Write(file.SafeFileHandle, piece, _end);
        }
        catch (IOException exception)
        {
            throw HostErrors.FromWrite(Path.GetTempPath(), exception);
        }

        _end += piece.Length;
    }

    // Nobody else reads it, and it is gone with the process, however that ends: on Unix it has no name any more,
    // Windows removes it.
    private static FileStream Open()
    {
        var path = Path.Combine(Path.GetTempPath(), $"sparkazure-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 0,
        };
        try
        {
            if (OperatingSystem.IsWindows())
            {
                options.Options = FileOptions.DeleteOnClose;
                return new FileStream(path, options);
            }

            options.UnixCreateMode = FileModes.OwnerOnly;
            var file = new FileStream(path, options);
            File.Delete(path);
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }

    private sealed class Wanted(LayerContents contents, ILayer layer, long length) : BorrowedContent
    {
        public long Length { get; } = length;

        public long? Place { get; set; }

        public override async Task BringAsync(CancellationToken cancellationToken)
        {
            if (Place is not null)
            {
                return;
            }

            await contents._gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (Place is null)
                {
                    await contents.BringAsync(layer, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                contents._gate.Release();
            }
        }

        public override int Read(Span<byte> buffer, long offset) =>
            RandomAccess.Read(contents._file!.SafeFileHandle, buffer, Place!.Value + offset);
    }
}
