using System.Buffers;
using System.IO.Compression;
using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// Reads a log as a stream: lines of any length and any bytes, in UTF-8 or UTF-16, packed with gzip or not, in a memory
/// that does not depend on it. Lines in which no word stands that a sign needs are never made a text of.
/// </summary>
/// <param name="reader">What judges them.</param>
internal sealed class FailureLog(SparkFailureReader reader)
{
    private const int BufferLength = 1 << 18;
    private const int Overlap = 1_000;
    private const int LongestHead = 600;

    private readonly FailureWords _words = FailureWords.Instance;
    private readonly WordSet _found = FailureWords.Instance.NewSet();

    /// <summary>How many lines were read.</summary>
    public long Lines { get; private set; }

    /// <summary>Reads a log to its end.</summary>
    /// <param name="stream">The log.</param>
    /// <param name="source">What its lines are evidence of; the line of it does not count.</param>
    /// <param name="onBytes">Is told how many bytes were read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task ReadAsync(
        Stream stream, FailureEvidence source, Action<int> onBytes, CancellationToken cancellationToken)
    {
        Lines = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var (text, kept) = await DecodedAsync(stream, buffer, cancellationToken).ConfigureAwait(false);
            var isPiece = false;
            while (true)
            {
                var count = await text.ReadAsync(buffer.AsMemory(kept, BufferLength - kept), cancellationToken)
                    .ConfigureAwait(false);
                onBytes(count);
                (kept, isPiece) = Take(buffer, kept + count, count == 0, isPiece, source);
                if (count == 0)
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Gives the whole lines of what was read to the reader; the rest stays at the buffer's beginning.
    private (int Kept, bool IsPiece) Take(byte[] buffer, int length, bool isEnd, bool isPiece, FailureEvidence source)
    {
        var at = 0;
        while (buffer.AsSpan(at, length - at).IndexOf((byte)'\n') is var end and >= 0)
        {
            Lines += isPiece ? 0 : 1;
            Judge(buffer.AsSpan(at, end), source);
            isPiece = false;
            at += end + 1;
        }

        var rest = length - at;
        if (rest > 0 && (isEnd || rest == BufferLength))
        {
            Lines += isPiece ? 0 : 1;
            Judge(buffer.AsSpan(at, rest), source);
            at = isEnd ? length : length - Overlap;
            rest = length - at;
            isPiece = true;
        }

        buffer.AsSpan(at, rest).CopyTo(buffer);
        return (rest, isPiece);
    }

    private void Judge(ReadOnlySpan<byte> line, FailureEvidence source)
    {
        _found.Clear();
        var isOpen = reader.IsOpen(source.Name);
        if (!_words.Finder.Find(line, _found) && !isOpen)
        {
            return;
        }

        if (_words.HasAnchor(_found) || isOpen)
        {
            reader.Read(source with { Line = Encoding.UTF8.GetString(line), Number = Lines });
            return;
        }

        if (!_words.HasLevel(_found))
        {
            return;
        }

        // It tells where the entry before it ends.
        Span<char> head = stackalloc char[LongestHead];
        var length = Encoding.Latin1.GetChars(line[..Math.Min(line.Length, LongestHead)], head);
        reader.Pass(source.Name, Lines, head[..length]);
    }

    // What the first bytes say of the whole: gzip's (RFC 1952), a byte order mark of UTF-16.
    private static async Task<(Stream Text, int Kept)> DecodedAsync(
        Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        var count = await stream.ReadAtLeastAsync(buffer.AsMemory(0, 2), 2, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (count < 2)
        {
            return (stream, count);
        }

        var whole = new PrefixedStream([buffer[0], buffer[1]], stream);
        return (buffer[0], buffer[1]) switch
        {
            (0x1F, 0x8B) => (new GZipStream(whole, CompressionMode.Decompress), 0),
            (0xFF, 0xFE) => (Encoding.CreateTranscodingStream(stream, Encoding.Unicode, Encoding.UTF8), 0),
            (0xFE, 0xFF) => (Encoding.CreateTranscodingStream(stream, Encoding.BigEndianUnicode, Encoding.UTF8), 0),
            _ => (stream, count),
        };
    }
}
