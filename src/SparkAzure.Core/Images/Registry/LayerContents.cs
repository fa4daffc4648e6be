using System.Buffers;
using System.Formats.Tar;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Files that lie in layers of other images and become part of one that is made. A layer is a stream without places to jump to, and the new layer has another
/// order: so what is wanted of a layer is laid down in a temporary file, all in one reading and only when a byte of it is needed, which
/// it is not where the digest of the new layer is remembered and the target has it.
/// </summary>
/// <param name="operator">Is told what is read.</param>
internal sealed class LayerContents(IOperator @operator) : IDisposable
{
    // What setcap(8) leaves at a file, as the tars of layers have it. The index of a layer does not know of it.
    private const string Capability = "SCHILY.xattr.security.capability";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, Dictionary<string, Wanted>> _layers = new(StringComparer.Ordinal);
    private FileStream? _file;
    private long _end;

    /// <summary>Notes that a file of a layer is wanted; nothing is read yet.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="path">The path of the entry that carries the content.</param>
    /// <param name="length">The length of the content in bytes.</param>
    public BorrowedContent Of(ImageLayer layer, string path, long length)
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

    public void Dispose()
    {
        _file?.Dispose();
        _gate.Dispose();
    }

    private async Task BringAsync(ImageLayer layer, CancellationToken cancellationToken)
    {
        var wanted = _layers[layer.Digest].Where(w => w.Value.Place is null).ToDictionary(w => w.Key, w => w.Value, StringComparer.Ordinal);
        @operator.Verbose(
            $"Reading {ByteProgress.Megabytes(layer.Size)}{(layer.Origin is { } origin ? $" from {origin.Host}/{origin.Repository}" : "")} for {wanted.Count} files, {ByteProgress.Megabytes(wanted.Values.Sum(w => w.Length))}.");
        using var progress = new ByteProgress(@operator, "Reading what is copied") { Total = layer.Size };
        _file ??= Open();
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        await LayerReader.ReadContentsAsync(
            layer,
            wanted.Keys.ToHashSet(StringComparer.Ordinal),
            async (path, entry, stop) => places[path] = entry is PaxTarEntry pax && pax.ExtendedAttributes.ContainsKey(Capability)
                ? throw OciErrors.CapabilityNotCopied(path, layer.Path ?? layer.Origin?.Repository ?? layer.Digest)
                : await KeepAsync(_file, entry.DataStream ?? Stream.Null, stop).ConfigureAwait(false),
            progress.Add,
            cancellationToken).ConfigureAwait(false);

        // Only now the layer is known to be what its digest says.
        foreach (var (path, content) in wanted)
        {
            content.Place = places.TryGetValue(path, out var place) ? place : throw OciErrors.ImageContentCorrupt($"Blob {layer.Digest}", path, "no such file");
        }
    }

    private async Task<long> KeepAsync(FileStream file, Stream content, CancellationToken cancellationToken)
    {
        var place = _end;
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                try
                {
                    RandomAccess.Write(file.SafeFileHandle, buffer.AsSpan(0, read), _end);
                }
                catch (IOException exception)
                {
                    throw Hosting.HostErrors.FromWrite(Path.GetTempPath(), exception);
                }

                _end += read;
            }

            return place;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Nobody else reads it, and it is gone with the process, however that ends: on Unix it has no name any more, Windows removes it.
    private static FileStream Open()
    {
        var path = Path.Combine(Path.GetTempPath(), $"sparkazure-{Guid.NewGuid():N}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 };
            if (OperatingSystem.IsWindows())
            {
                return new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0, Options = FileOptions.DeleteOnClose });
            }

            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var file = new FileStream(path, options);
            File.Delete(path);
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Hosting.HostErrors.FromWrite(path, exception);
        }
    }

    private sealed class Wanted(LayerContents contents, ImageLayer layer, long length) : BorrowedContent
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

        public override int Read(Span<byte> buffer, long offset) => RandomAccess.Read(contents._file!.SafeFileHandle, buffer, Place!.Value + offset);
    }
}
