using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

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
    private readonly StreamReader _lines = new(source, Encoding.UTF8);
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
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _line.Length)
        {
            if (await _lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not { } line)
            {
                return 0;
            }

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
            _lines.Dispose();
        }

        base.Dispose(disposing);
    }

    private static string WithDetail(string line)
    {
        if (line.Length > 0 && line[0] != '{')
        {
            throw new JsonException("It is no message of the Docker Engine API.");
        }

        if (!line.Contains("\"error\"", StringComparison.Ordinal)
            || JsonNode.Parse(line) is not JsonObject message
            || message["error"] is not { } error
            || message["errorDetail"] is JsonObject { Count: > 0 } detail && detail.ContainsKey("message"))
        {
            return line;
        }

        message["errorDetail"] = new JsonObject { ["message"] = error.ToString() };
        return message.ToJsonString();
    }
}
