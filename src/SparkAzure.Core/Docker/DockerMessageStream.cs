using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Docker;

/// <summary>
/// The messages of a daemon, line by line. Engines before API 1.48 end a failure in <c>error</c>, later ones deprecate
/// that
/// for <c>errorDetail</c> (moby, docs/api/version-history.md), podman has sent the first alone; Docker.DotNet reads
/// only
/// the second. A line that has only the first gets the second.
/// </summary>
/// <param name="source">What the daemon sends; disposed with this.</param>
internal sealed class DockerMessageStream(Stream source) : Stream
{
    private const int LongestLine = 1 << 20;

    private readonly byte[] _piece = new byte[1 << 14];
    private readonly MemoryStream _begun = new();
    private int _taken;
    private int _came;
    private byte[] _line = [];
    private int _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="JsonException">Somebody answers who does not speak the API.</exception>
    /// <exception cref="IOException">A message is too large to be one.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _line.Length)
        {
            if (!await ReadLineAsync(cancellationToken).ConfigureAwait(false))
            {
                return 0;
            }

            var line = Encoding.UTF8.GetString(_begun.ToArray()).TrimEnd('\n', '\r');
            _line = Encoding.UTF8.GetBytes(WithDetail(line) + "\n");
            _given = 0;
        }

        var count = Math.Min(buffer.Length, _line.Length - _given);
        _line.AsMemory(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
            _begun.Dispose();
        }

        base.Dispose(disposing);
    }

    // Not a StreamReader, which takes a line of any length.
    private async ValueTask<bool> ReadLineAsync(CancellationToken cancellationToken)
    {
        _begun.SetLength(0);
        while (_begun.Length <= LongestLine)
        {
            if (_taken == _came)
            {
                _taken = 0;
                _came = await source.ReadAsync(_piece, cancellationToken).ConfigureAwait(false);
                if (_came == 0)
                {
                    return _begun.Length > 0;
                }
            }

            if (TakeToEndOfLine())
            {
                return true;
            }
        }

        throw new AnswerLimitException($"a message of it is larger than {LongestLine >> 20} MiB");
    }

    private bool TakeToEndOfLine()
    {
        var rest = _piece.AsSpan(_taken, _came - _taken);
        var end = rest.IndexOf((byte)'\n');
        var count = end + 1;
        if (end < 0)
        {
            count = rest.Length;
        }

        _begun.Write(rest[..count]);
        _taken += count;
        return end >= 0;
    }

    private static string WithDetail(string line)
    {
        if (line.Length > 0 && line[0] != '{')
        {
            throw new JsonException("It is no message of the Docker Engine API.");
        }

        if (!line.Contains("\"error\"", StringComparison.Ordinal)
            || ForeignJson.Object(Encoding.UTF8.GetBytes(line)) is not { } message
            || message["error"] is not { } error
            || message["errorDetail"] is JsonObject { Count: > 0 } detail && detail.ContainsKey("message"))
        {
            return line;
        }

        message["errorDetail"] = new JsonObject { ["message"] = error.ToString() };
        return message.ToJsonString();
    }
}
