using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Java;

/// <summary>What reading jars gave.</summary>
/// <param name="Jars">Those that could be read, ordered by name.</param>
/// <param name="Unreadable">Those that are no zip files, and what is wrong with each.</param>
internal sealed record JarReadings(
    IReadOnlyList<JarContents> Jars, IReadOnlyList<(string Path, SparkAzureException Error)> Unreadable);

/// <summary>A jar as the conflict rules see it: who it is, and which classes it holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="FileName">Its name in the jars folder.</param>
/// <param name="Identity">Which artifact it is.</param>
/// <param name="Classes">The hashes of its classes' names, in the order of <paramref name="Checksums"/>.</param>
/// <param name="Checksums">The CRC-32 of each class.</param>
internal sealed record JarContents(
    string Path,
    string FileName,
    JarIdentity Identity,
    ulong[] Classes,
    uint[] Checksums)
{
    private const int LongestClass = 4 << 20;

    /// <summary>Reads jars, several at once; those that are no zip files come back as errors.</summary>
    /// <param name="paths">The jars.</param>
    /// <param name="ofFileName">What a jar's file name tells of it, for where the jar itself tells nothing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    internal static async Task<JarReadings> ReadAllAsync(
        IReadOnlyList<string> paths, Func<string, JarIdentity> ofFileName, CancellationToken cancellationToken)
    {
        var readings = await AllCores.EachAsync(
            paths,
            (path, stop) => TryReadAsync(path, ofFileName, stop),
            cancellationToken).ConfigureAwait(false);
        return new JarReadings(
            [.. readings.Select(r => r.Jar).OfType<JarContents>().OrderBy(j => j.FileName, StringComparer.Ordinal)],
            [.. readings.Where(r => r.Error is not null).Select(r => (r.Path, r.Error!))]);
    }

    /// <summary>
    /// The names of those classes whose hashes are wanted, with dots: <c>com.google.common.base.Preconditions</c>.
    /// </summary>
    internal async Task<IReadOnlyList<string>> NamesAsync(
        IReadOnlySet<ulong> wanted, CancellationToken cancellationToken)
    {
        using var archive = await JarArchive.OpenAsync(Path, cancellationToken).ConfigureAwait(false);
        var names = new List<string>(wanted.Count);
        foreach (var entry in archive.Entries)
        {
            var name = archive.Name(entry);
            if (IsClass(name) && wanted.Contains(Hash(name)))
            {
                names.Add(Encoding.UTF8.GetString(name[..^6]).Replace('/', '.'));
            }
        }

        return names;
    }

    /// <summary>
    /// The classes, with slashes, that this jar's classes name. Unpacks them all: for the few jars that are in
    /// question.
    /// </summary>
    internal async Task<IReadOnlySet<string>> ReferencesAsync(CancellationToken cancellationToken)
    {
        using var archive = await JarArchive.OpenAsync(Path, cancellationToken).ConfigureAwait(false);
        var references = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries.Where(e => IsClass(archive.Name(e))))
        {
            references.UnionWith(ClassFile.References(await archive
                .ReadAsync(entry, LongestClass, cancellationToken)
                .ConfigureAwait(false)));
        }

        return references;
    }

    /// <summary>The hash under which a class is found, of its name with slashes and without <c>.class</c>.</summary>
    internal static ulong Hash(string name) => Hash(Encoding.UTF8.GetBytes(name + ".class"));

    private static async Task<(string Path, JarContents? Jar, SparkAzureException? Error)> TryReadAsync(
        string path, Func<string, JarIdentity> ofFileName, CancellationToken cancellationToken)
    {
        try
        {
            return (path, await ReadAsync(path, ofFileName, cancellationToken).ConfigureAwait(false), null);
        }
        catch (SparkAzureException exception) when (exception.Id == nameof(JarErrors.JarUnreadable))
        {
            return (path, null, exception);
        }
    }

    private static async Task<JarContents> ReadAsync(
        string path, Func<string, JarIdentity> ofFileName, CancellationToken cancellationToken)
    {
        using var archive = await JarArchive.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        var fileName = System.IO.Path.GetFileName(path);
        var identity = await JarIdentity.ReadAsync(archive, fileName, ofFileName(fileName), cancellationToken)
            .ConfigureAwait(false);
        var (classes, checksums) = ClassesOf(archive);
        return new JarContents(path, fileName, identity, classes, checksums);
    }

    private static (ulong[] Classes, uint[] Checksums) ClassesOf(JarArchive archive)
    {
        var count = archive.Entries.Count(e => IsClass(archive.Name(e)));
        var classes = new ulong[count];
        var checksums = new uint[count];
        var i = 0;
        foreach (var entry in archive.Entries)
        {
            var name = archive.Name(entry);
            if (IsClass(name))
            {
                classes[i] = Hash(name);
                checksums[i++] = entry.Crc32;
            }
        }

        return (classes, checksums);
    }

    // Below META-INF are classes for newer Java versions; module-info and package-info are nothing that code calls.
    private static bool IsClass(ReadOnlySpan<byte> name) =>
        name.EndsWith(".class"u8)
            && !name.StartsWith("META-INF/"u8)
            && !name.EndsWith("module-info.class"u8)
            && !name.EndsWith("package-info.class"u8);

    // FNV-1a, 64 bit: among 150,000 names the chance of one false match is below one in a billion.
    private static ulong Hash(ReadOnlySpan<byte> name)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var b in name)
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return hash;
    }
}

/// <summary>
/// The classes of all jars together: where one stands, and which stand in several jars with different bytes.
/// </summary>
internal sealed class ClassIndex
{
    private readonly ulong[] _hashes;
    private readonly (int Jar, uint Checksum)[] _holders;
    private readonly IReadOnlyList<JarContents> _jars;

    public ClassIndex(IReadOnlyList<JarContents> jars)
    {
        _jars = jars;
        var count = jars.Sum(j => j.Classes.Length);
        _hashes = new ulong[count];
        _holders = new (int, uint)[count];
        var at = 0;
        for (var jar = 0; jar < jars.Count; jar++)
        {
            var contents = jars[jar];
            contents.Classes.CopyTo(_hashes, at);
            for (var i = 0; i < contents.Classes.Length; i++)
            {
                _holders[at++] = (jar, contents.Checksums[i]);
            }
        }

        Array.Sort(_hashes, _holders);
    }

    /// <summary>True when some jar has the class.</summary>
    public bool Has(string className) => Array.BinarySearch(_hashes, JarContents.Hash(className)) >= 0;

    /// <summary>The jars that have the class.</summary>
    public IReadOnlyList<JarContents> With(string className)
    {
        var hash = JarContents.Hash(className);
        var first = Array.BinarySearch(_hashes, hash);
        if (first < 0)
        {
            return [];
        }

        while (first > 0 && _hashes[first - 1] == hash)
        {
            first--;
        }

        var jars = new List<JarContents>();
        for (var i = first; i < _hashes.Length && _hashes[i] == hash; i++)
        {
            jars.Add(_jars[_holders[i].Jar]);
        }

        return jars;
    }

    /// <summary>Per pair of jars the classes that both hold with different bytes.</summary>
    public Dictionary<(JarContents First, JarContents Second), HashSet<ulong>> Overlaps()
    {
        var overlaps = new Dictionary<(JarContents, JarContents), HashSet<ulong>>();
        for (var start = 0; start < _hashes.Length;)
        {
            var end = start + 1;
            while (end < _hashes.Length && _hashes[end] == _hashes[start])
            {
                end++;
            }

            for (var i = start; i < end; i++)
            {
                for (var j = i + 1; j < end; j++)
                {
                    if (_holders[i].Checksum != _holders[j].Checksum && _holders[i].Jar != _holders[j].Jar)
                    {
                        var pair = (_jars[Math.Min(_holders[i].Jar, _holders[j].Jar)], _jars[Math.Max(
                            _holders[i].Jar, _holders[j].Jar)]);
                        if (!overlaps.TryGetValue(pair, out var classes))
                        {
                            overlaps[pair] = classes = [];
                        }

                        classes.Add(_hashes[start]);
                    }
                }
            }

            start = end;
        }

        return overlaps;
    }
}
