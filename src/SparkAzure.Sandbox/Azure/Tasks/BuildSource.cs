using System.Formats.Tar;
using System.IO.Compression;
using System.Text.RegularExpressions;

namespace SparkAzure.Sandbox.Azure.Tasks;

/// <summary>A build context that was uploaded as tar.gz.</summary>
internal sealed class BuildSource
{
    private readonly SortedDictionary<string, TarEntry> _entries = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _entries.Keys;

    /// <exception cref="RunFailure">It is no tar.gz.</exception>
    public static BuildSource Read(byte[] source)
    {
        var context = new BuildSource();
        try
        {
            using var reader = new TarReader(new GZipStream(new MemoryStream(source), CompressionMode.Decompress));
            while (reader.GetNextEntry(copyData: true) is { } entry)
            {
                context._entries[entry.Name.TrimEnd('/')] = entry;
            }

            return context;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new RunFailure($"failed to download context: gzip: invalid header ({exception.Message})");
        }
    }

    public byte[]? File(string name)
    {
        if (_entries.TryGetValue(name, out var entry))
        {
            return Content(entry);
        }

        return null;
    }

    /// <summary>What a COPY of a path or pattern brings: the paths below the destination, and their entries.</summary>
    public List<(string Relative, TarEntry Entry)> Match(string source)
    {
        var pattern = source.Trim('/');
        pattern = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern;
        var glob = new Regex(
            $"^{Regex.Escape(pattern)
                .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
                .Replace(@"\?", "[^/]", StringComparison.Ordinal)
                .Replace(@"\[", "[", StringComparison.Ordinal)}$",
            RegexOptions.None,
            TimeSpan.FromSeconds(1));
        var found = new List<(string, TarEntry)>();
        foreach (var (name, entry) in _entries)
        {
            for (var slash = name.Length; slash > 0; slash = name.LastIndexOf('/', slash - 1))
            {
                if (pattern == "." || glob.IsMatch(name[..slash]))
                {
                    var below = slash == name.Length ? "" : name[(slash + 1)..];
                    found.Add((pattern == "." ? name : below, entry));
                    break;
                }
            }
        }

        return found;
    }

    public static byte[] Content(TarEntry entry)
    {
        if (entry.DataStream is null)
        {
            return [];
        }

        entry.DataStream.Position = 0;
        var content = new byte[entry.DataStream.Length];
        entry.DataStream.ReadExactly(content);
        return content;
    }
}
