using System.Globalization;
using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Java;

/// <summary>
/// Reads all classes of a jar into a <see cref="JarSegment"/>. Time and memory are bounded whatever the jar claims: a
/// class has at
/// most <see cref="LongestClass"/> bytes, all together unpack to at most <see cref="MostBytes"/> and leave at most
/// <see cref="LargestSegment"/>; what goes beyond counts as present and unread.
/// </summary>
internal sealed class JarScanner
{
    private const int LongestClass = 8 << 20;
    private const int LongestText = 1 << 20;
    private const long MostBytes = 2L << 30;
    private const long LargestSegment = 256L << 20;
    private const int MostEntries = 1_000_000;
    private const int FirstRelease = 9;
    private const int LastRelease = 99;

    private readonly SegmentBuilder _builder;
    private readonly ClassScanner _classes;
    private readonly JarArchive _archive;
    private readonly JarEntryReader _reader;
    private long _bytes;
    private int _unreadable;
    private int _strange;
    private string _first = "";

    private JarScanner(JarArchive archive, JarEntryReader reader, ScanBuffers buffers, bool withCode)
    {
        _archive = archive;
        _reader = reader;
        _builder = buffers.Builder;
        _builder.Clear();
        _classes = new ClassScanner(buffers, withCode);
    }

    /// <summary>Reads a jar.</summary>
    /// <param name="archive">Its directory.</param>
    /// <param name="path">The file.</param>
    /// <param name="buffers">What is used again for the next jar.</param>
    /// <param name="withCode">False leaves the code out: of a JDK only what it declares is asked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static JarSegment Scan(
        JarArchive archive, string path, ScanBuffers buffers, bool withCode, CancellationToken cancellationToken)
    {
        var handle = RegularFile.Open(path);
        using var reader = new JarEntryReader(handle, buffers);
        var scanner = new JarScanner(archive, reader, buffers, withCode);
        scanner.ReadAll(cancellationToken);
        scanner.WriteNote();
        return scanner._builder.Build();
    }

    private void ReadAll(CancellationToken cancellationToken)
    {
        var left = MostEntries;
        foreach (var entry in _archive.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (left-- == 0)
            {
                Note($"it has more than {MostEntries} entries");
                return;
            }

            var name = _archive.Name(entry);
            if (IsOutside(name))
            {
                _strange++;
                continue;
            }

            if (name.EndsWith(".class"u8))
            {
                ReadClass(entry, name[..^6]);
            }
            else if (!name.EndsWith("/"u8))
            {
                ReadResource(entry, name);
            }
        }
    }

    private static bool IsOutside(ReadOnlySpan<byte> name) =>
        name.IsEmpty
            || name[0] == '/'
            || name.StartsWith("../"u8)
            || name.IndexOf("/../"u8) >= 0
            || name.Contains((byte)'\\');

    private void ReadClass(JarEntry entry, ReadOnlySpan<byte> name)
    {
        var release = 0;
        if (name.StartsWith("META-INF/versions/"u8))
        {
            name = name["META-INF/versions/".Length..];
            var slash = name.IndexOf((byte)'/');
            if (slash < 0 || !TryRelease(name[..slash], out release))
            {
                return;
            }

            name = name[(slash + 1)..];
        }

        // Nobody calls these, and what lies elsewhere below META-INF no class loader finds by a class's name.
        if (name.StartsWith("META-INF/"u8) || name.SequenceEqual("module-info"u8) || name.EndsWith("/package-info"u8))
        {
            return;
        }

        ReadClass(entry, name, release);
    }

    private static bool TryRelease(ReadOnlySpan<byte> digits, out int release) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out release)
        && release is >= FirstRelease and <= LastRelease;

    private void ReadClass(JarEntry entry, ReadOnlySpan<byte> name, int release)
    {
        try
        {
            _bytes += entry.Length;
            if (_bytes > MostBytes || _builder.Size > LargestSegment)
            {
                throw new InvalidDataException("the jar has more classes than are read");
            }

            _classes.Read(_reader.Read(entry, LongestClass), name, release, entry.Crc32);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            if (_unreadable++ == 0)
            {
                _first = $"{Encoding.UTF8.GetString(name)}: {exception.Message}";
            }

            _builder.AddUnreadable(name, release, entry.Crc32);
        }
    }

    // The span and the deflater complain in their own words when numbers lie.
    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or IOException or ArgumentException or IndexOutOfRangeException
            or OverflowException;

    private void ReadResource(JarEntry entry, ReadOnlySpan<byte> name)
    {
        _builder.AddResource(name);
        try
        {
            if (name.SequenceEqual("META-INF/MANIFEST.MF"u8))
            {
                var manifest = JarManifest.Parse(_reader.Read(entry, LongestText));
                _builder.IsMultiRelease = manifest.IsMultiRelease;
                _builder.ClassPath = manifest.ClassPath;
            }
            else if (name.StartsWith("META-INF/services/"u8))
            {
                ReadServices(name["META-INF/services/".Length..], _reader.Read(entry, LongestText));
            }
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            Note($"{Encoding.UTF8.GetString(name)} cannot be read");
        }
    }

    // Comments begin with #; a name a line (java.util.ServiceLoader).
    private void ReadServices(ReadOnlySpan<byte> service, ReadOnlySpan<byte> content)
    {
        var serviceName = _builder.Names.Intern(WithSlashes(service));
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)'\n');
            var line = content;
            content = [];
            if (end >= 0)
            {
                content = line[(end + 1)..];
                line = line[..end];
            }

            var comment = line.IndexOf((byte)'#');
            if (comment >= 0)
            {
                line = line[..comment];
            }

            line = line.Trim(" \t\r"u8);
            if (!line.IsEmpty && line.IndexOf((byte)' ') < 0)
            {
                _builder.AddService(serviceName, _builder.Names.Intern(WithSlashes(line)));
            }
        }
    }

    private static byte[] WithSlashes(ReadOnlySpan<byte> name)
    {
        var slashed = name.ToArray();
        slashed.AsSpan().Replace((byte)'.', (byte)'/');
        return slashed;
    }

    private void Note(string text)
    {
        if (_builder.Note.Length == 0)
        {
            _builder.Note = text;
        }
    }

    private void WriteNote()
    {
        if (_unreadable > 0)
        {
            Note($"{_unreadable} of its classes cannot be read and count as present ({_first})");
        }

        if (_strange > 0)
        {
            Note($"{_strange} of its entries have names that lead out of it");
        }

        // The note is one line of the segment's texts, and what it quotes is the jar's.
        _builder.Note = new string(_builder.Note.Select(c => char.IsControl(c) ? '?' : c).Take(500).ToArray());
    }
}
