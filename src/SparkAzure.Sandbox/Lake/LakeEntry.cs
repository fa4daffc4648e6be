using System.Globalization;

namespace SparkAzure.Sandbox.Lake;

/// <summary>A file or folder of a file system.</summary>
internal sealed class LakeEntry
{
    private static long _etags = 0x8D0000000000000;

    private readonly SortedDictionary<long, byte[]> _appended = [];
    private byte[] _content = [];

    /// <summary>Makes one that is empty.</summary>
    public LakeEntry(bool isFolder)
    {
        IsFolder = isFolder;
        Touch();
    }

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder { get; }

    /// <summary>Changes with the content.</summary>
    public string ETag { get; private set; } = "";

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset Modified { get; private set; }

    /// <summary>What was flushed.</summary>
    public ReadOnlyMemory<byte> Content => _content;

    /// <summary>Takes bytes for a position; they become content with a flush.</summary>
    public void Append(long position, byte[] bytes) => _appended[position] = bytes;

    /// <summary>Makes what was appended content, up to a length.</summary>
    /// <returns>False where bytes are missing in between, or come to another length.</returns>
    public bool Flush(long length)
    {
        using var whole = new MemoryStream();
        whole.Write(_content);
        foreach (var (position, bytes) in _appended)
        {
            if (position != whole.Length)
            {
                return false;
            }

            whole.Write(bytes);
        }

        if (whole.Length != length)
        {
            return false;
        }

        _content = whole.ToArray();
        _appended.Clear();
        Touch();
        return true;
    }

    private void Touch()
    {
        Modified = DateTimeOffset.UtcNow;
        ETag = string.Create(CultureInfo.InvariantCulture, $"\"0x{Interlocked.Increment(ref _etags):X}\"");
    }
}
