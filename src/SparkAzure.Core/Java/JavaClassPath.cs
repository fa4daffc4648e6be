using System.Collections.Concurrent;
using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Java;

/// <summary>
/// The classes of a set of jars and of the JDK, found by name. A class's number counts over all jars; several may have
/// one name, and
/// which of them a JVM takes is the order of its class path, which nobody promises.
/// </summary>
internal sealed class JavaClassPath
{
    private readonly JavaClassPathOptions _options;
    private readonly int[] _bases;
    private readonly ushort[] _jarOf;
    private readonly ulong[] _hashes;
    private readonly int[] _slots;
    private readonly int[] _next;

    private JavaClassPath(IReadOnlyList<JarOnPath> jars, IReadOnlyList<JarNote> notes, JavaClassPathOptions options)
    {
        _options = options;
        Jars = jars;
        Notes = notes;
        JavaRelease = options.JavaRelease;
        HasJdk = jars.Any(j => j.IsJdk);
        _bases = new int[jars.Count + 1];
        for (var i = 0; i < jars.Count; i++)
        {
            _bases[i + 1] = _bases[i] + jars[i].Segment.Classes.Length;
        }

        var count = _bases[^1];
        _jarOf = new ushort[count];
        _hashes = new ulong[count];
        _next = new int[count];
        _slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * count))];
        for (var jar = jars.Count - 1; jar >= 0; jar--)
        {
            AddClasses(jar);
        }
    }

    /// <summary>The jars, the JDK's before all others.</summary>
    public IReadOnlyList<JarOnPath> Jars { get; }

    /// <summary>What could not be read as it should.</summary>
    public IReadOnlyList<JarNote> Notes { get; }

    /// <summary>The Java that runs it.</summary>
    public int JavaRelease { get; }

    /// <summary>True when the JDK's classes are known with their members.</summary>
    public bool HasJdk { get; }

    /// <summary>How many classes there are, those of the JDK and all releases' included.</summary>
    public int Count => _jarOf.Length;

    /// <summary>Reads jars, several at once.</summary>
    /// <param name="jars">The files; at most 65,000.</param>
    /// <param name="options">For which Java, and where the index is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<JavaClassPath> ReadAsync(
        IReadOnlyList<string> jars, JavaClassPathOptions options, CancellationToken cancellationToken)
    {
        var store = SegmentStore.Open(options.IndexFolder);
        var reading = new JarReading(store);
        var notes = new ConcurrentBag<JarNote>();
        var jdk = await Task.Run(() => Jdk.Read(options, store, reading, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var read = await ReadJarsAsync(jars, reading, notes, cancellationToken).ConfigureAwait(false);
        var named = ClassPathEntries.Of(read, jars);
        if (named.Count > 0)
        {
            read = [.. read, .. await ReadJarsAsync(named, reading, notes, cancellationToken).ConfigureAwait(false)];
        }

        store?.Trim();
        return new JavaClassPath(
            [.. jdk, .. read],
            [.. notes.OrderBy(n => n.Path, StringComparer.Ordinal)],
            options);
    }

    /// <summary>The same JDK with other jars that were read: a class path that is only thought of.</summary>
    public JavaClassPath With(IEnumerable<JarOnPath> jars) =>
        new([.. Jars.Where(j => j.IsJdk), .. jars.Where(j => !j.IsJdk)], [], _options);

    /// <summary>The jar that has a class.</summary>
    public JarOnPath JarOf(int classNumber) => Jars[_jarOf[classNumber]];

    /// <summary>The place of the jar that has a class.</summary>
    public int JarNumberOf(int classNumber) => _jarOf[classNumber];

    /// <summary>A class's row.</summary>
    public ref readonly ClassRow Row(int classNumber)
    {
        var jar = _jarOf[classNumber];
        return ref Jars[jar].Segment.Classes[classNumber - _bases[jar]];
    }

    /// <summary>The hash of a class's name.</summary>
    public ulong HashOf(int classNumber) => _hashes[classNumber];

    /// <summary>A class's name with slashes.</summary>
    public string NameOf(int classNumber) => JarOf(classNumber).Segment.Name(Row(classNumber).Name);

    /// <summary>The first class of a name; -1 when there is none.</summary>
    public int Find(ulong nameHash)
    {
        var mask = _slots.Length - 1;
        for (var slot = (int)nameHash & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (_hashes[_slots[slot] - 1] == nameHash)
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }

    /// <summary>The first class of a name with slashes; -1 when there is none.</summary>
    public int Find(string name) => Find(NameHash.Of(name));

    /// <summary>The next class of the same name; -1 after the last. A JDK's class hides all others.</summary>
    public int Next(int classNumber)
    {
        if (JarOf(classNumber).IsJdk)
        {
            return -1;
        }

        return _next[classNumber] - 1;
    }

    /// <summary>True for a class that no other jar has, so that no order of the class path hides it.</summary>
    public bool IsOnlyOne(int classNumber) =>
        Find(HashOf(classNumber)) == classNumber && Next(classNumber) < 0;

    /// <summary>True for what counts: a class for another Java release does not.</summary>
    public bool Counts(int classNumber)
    {
        for (var i = Find(HashOf(classNumber)); i >= 0; i = Next(i))
        {
            if (i == classNumber)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The numbers of a jar's classes.</summary>
    public (int From, int To) ClassesOf(int jar) => (_bases[jar], _bases[jar + 1]);

    /// <summary>Reads the entries of that name, of all jars: <c>core-default.xml</c>.</summary>
    /// <exception cref="SparkAzureException">CannotRead, JarUnreadable.</exception>
    public IReadOnlyList<(JarOnPath Jar, byte[] Content)> ReadResource(
        string name, int longest, CancellationToken cancellationToken)
    {
        var hash = NameHash.Of(name);
        var wanted = Encoding.UTF8.GetBytes(name);
        var found = new List<(JarOnPath, byte[])>();
        foreach (var jar in Jars.Where(j => !j.IsJdk && j.Segment.HasResource(hash)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var archive = JarArchive.Open(jar.Path);
            foreach (var entry in archive.Entries.Where(e => archive.Name(e).SequenceEqual(wanted)))
            {
                found.Add((jar, archive.Read(entry, longest)));
            }
        }

        return found;
    }

    private static async Task<JarOnPath[]> ReadJarsAsync(
        IReadOnlyList<string> jars, JarReading reading, ConcurrentBag<JarNote> notes, CancellationToken cancellationToken)
    {
        var read = new JarOnPath?[jars.Count];

        // The largest first, so that none of them is left for the end.
        var order = Enumerable.Range(0, jars.Count).OrderByDescending(i => LengthOf(jars[i])).ToArray();
        await AllCores.EachAsync(
            order,
            (i, token) =>
            {
                if (ReadJar(jars[i], reading, notes, token) is { } segment)
                {
                    read[i] = new JarOnPath(jars[i], segment, IsJdk: false);
                }

                return Task.FromResult(true);
            },
            cancellationToken).ConfigureAwait(false);
        return [.. read.OfType<JarOnPath>()];
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists)
        {
            return file.Length;
        }

        return 0;
    }

    private static JarSegment? ReadJar(
        string path, JarReading reading, ConcurrentBag<JarNote> notes, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = JarArchive.Open(path);
            var segment = reading.Read(archive, path, withCode: true, cancellationToken);
            if (segment.Texts.Note.Length > 0)
            {
                notes.Add(new JarNote(path, segment.Texts.Note));
            }

            return segment;
        }
        catch (SparkAzureException exception)
        {
            notes.Add(new JarNote(path, exception.Message));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            notes.Add(new JarNote(path, $"it cannot be read: {exception.Message}"));
            return null;
        }
    }

    // From the last jar to the first: the chain of a name then follows the order of the jars.
    private void AddClasses(int jar)
    {
        var segment = Jars[jar].Segment;
        var classes = segment.Classes;
        var hashes = segment.NameHashes;
        var isMultiRelease = segment.Texts.IsMultiRelease;
        var mask = _slots.Length - 1;
        for (var i = 0; i < classes.Length; i++)
        {
            var number = _bases[jar] + i;
            _jarOf[number] = (ushort)jar;
            var hash = hashes[classes[i].Name];
            _hashes[number] = hash;
            var release = classes[i].Release;
            if (release > 0 && (!isMultiRelease || release > JavaRelease))
            {
                continue;
            }

            var slot = (int)hash & mask;
            while (_slots[slot] != 0 && _hashes[_slots[slot] - 1] != hash)
            {
                slot = (slot + 1) & mask;
            }

            Put(slot, number, jar, release);
        }
    }

    // Of one jar's classes of a name one counts: the one for the highest release, the first of two entries of one name.
    private void Put(int slot, int number, int jar, int release)
    {
        var head = _slots[slot] - 1;
        if (head >= 0 && _jarOf[head] == jar)
        {
            if (Row(head).Release >= release)
            {
                return;
            }

            _next[number] = _next[head];
        }
        else
        {
            _next[number] = head + 1;
        }

        _slots[slot] = number + 1;
    }
}
