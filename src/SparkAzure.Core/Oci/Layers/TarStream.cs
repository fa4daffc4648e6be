using Microsoft.Win32.SafeHandles;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// A tar of items, as a stream that is read: nothing of it is stored, each file is opened when its turn comes. Its
/// length is known beforehand, and it can be read again from any place, which is what resuming an upload takes.
/// Borrowed contents have been brought before.
/// </summary>
internal sealed class TarStream : Stream
{
    // Two blocks of zeros end a tar.
    private const int EndLength = 2 * TarHeader.BlockSize;

    private readonly List<Part> _parts = [];
    private readonly ContentReader? _onContent;
    private readonly long _length;
    private long _position;
    private int _current;
    private SafeFileHandle? _file;

    /// <param name="items">The entries, in order.</param>
    /// <param name="onContent">
    /// Is told of each piece of a file's content as it is read; for one reading from beginning to end.
    /// </param>
    public TarStream(IEnumerable<TarItem> items, ContentReader? onContent = null)
    {
        _onContent = onContent;
        foreach (var item in items)
        {
            var header = TarHeader.Of(item);
            _parts.Add(new Part(_length, header.Length, header, null));
            _length += header.Length;
            if (item.Type == System.Formats.Tar.TarEntryType.RegularFile && item.Length > 0)
            {
                _parts.Add(new Part(_length, item.Length, item.Content, item));
                _length += item.Length + TarHeader.Padding(item.Length);
            }
        }

        _length += EndLength;
    }

    /// <summary>Is told of a piece of a file's content.</summary>
    public delegate void ContentReader(TarItem item, ReadOnlySpan<byte> piece);

    /// <summary>The whole content of one entry; empty for folders and links.</summary>
    /// <exception cref="SparkAzureException">BuildSourceChanged, CannotRead, and what a registry refuses.</exception>
    public static async Task<byte[]> ContentOfAsync(TarItem item, CancellationToken cancellationToken)
    {
        if (item.Type != System.Formats.Tar.TarEntryType.RegularFile)
        {
            return [];
        }

        await (item.Borrowed?.BringAsync(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
        using var tar = new TarStream([item]);
        tar.Position = TarHeader.Of(item).Length;
        var content = new byte[item.Length];
        tar.ReadExactly(content);
        return content;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => _length + offset,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(position, nameof(offset));
        Close(ref _file);
        _position = position;
        _current = Math.Max(0, _parts.FindLastIndex(p => p.Offset <= position));
        return position;
    }

    /// <exception cref="SparkAzureException">BuildSourceChanged, CannotRead.</exception>
    public override int Read(Span<byte> buffer)
    {
        var done = 0;
        while (done < buffer.Length && _position < _length)
        {
            // What lies between and behind the parts are zeros.
            while (_current + 1 < _parts.Count && _position >= _parts[_current + 1].Offset)
            {
                _current++;
                Close(ref _file);
            }

            var free = buffer[done..];
            int read;
            if (_parts.Count > 0 && _position < _parts[_current].End)
            {
                var part = _parts[_current];
                free = free[..(int)Math.Min(free.Length, part.End - _position)];
                read = Read(part, free);
                if (part.Item is not null)
                {
                    _onContent?.Invoke(part.Item, free[..read]);
                }
            }
            else
            {
                var end = _current + 1 < _parts.Count ? _parts[_current + 1].Offset : _length;
                read = (int)Math.Min(free.Length, end - _position);
                free[..read].Clear();
            }

            done += read;
            _position += read;
        }

        return done;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // Files on a local disk, mostly in its cache: a switch of threads per piece would cost more than the reading.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close(ref _file);
        }

        base.Dispose(disposing);
    }

    private static void Close(ref SafeFileHandle? file)
    {
        file?.Dispose();
        file = null;
    }

    private int Read(Part part, Span<byte> buffer)
    {
        var at = _position - part.Offset;
        if (part.Item?.Borrowed is { } borrowed)
        {
            return ReadFrom(borrowed, buffer, at);
        }

        if (part.Path is null)
        {
            part.Content.AsSpan((int)at, buffer.Length).CopyTo(buffer);
            return buffer.Length;
        }

        try
        {
            _file ??= Open(part);
            var read = RandomAccess.Read(_file, buffer, at);
            if (read > 0)
            {
                return read;
            }

            throw OciErrors.BuildSourceChanged(part.Path);
        }
        catch (FileNotFoundException)
        {
            throw OciErrors.BuildSourceChanged(part.Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(part.Path, exception);
        }
    }

    private static int ReadFrom(BorrowedContent content, Span<byte> buffer, long at)
    {
        try
        {
            if (content.Read(buffer, at) is var read and > 0)
            {
                return read;
            }

            throw new EndOfStreamException();
        }
        catch (IOException exception)
        {
            throw HostErrors.CannotRead(Path.GetTempPath(), exception);
        }
    }

    private static SafeFileHandle Open(Part part)
    {
        var file = RegularFile.Open(part.Path!);
        if (RandomAccess.GetLength(file) == part.Length)
        {
            return file;
        }

        file.Dispose();
        throw OciErrors.BuildSourceChanged(part.Path!);
    }

    private readonly record struct Part(long Offset, long Length, byte[]? Content, TarItem? Item)
    {
        public string? Path => Item?.Path;

        public long End => Offset + Length;
    }
}
