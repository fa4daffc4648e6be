namespace SparkAzure.Core.Java;

/// <summary>
/// Collects what a jar's classes say, and makes a <see cref="JarSegment"/> of it. It can be emptied for the next jar.
/// </summary>
internal sealed class SegmentBuilder
{
    private readonly ReferenceTable _references = new();
    private readonly List<ClassRow> _classes = [];
    private readonly List<ServiceProvider> _services = [];
    private readonly List<ulong> _resources = [];
    private byte[] _details = new byte[16 * 1024];
    private int _detailsLength;

    /// <summary>The jar's names.</summary>
    public NameTable Names { get; } = new();

    /// <summary>True when the manifest says so (JEP 238).</summary>
    public bool IsMultiRelease { get; set; }

    /// <summary>The manifest's Class-Path, as it stands there.</summary>
    public string ClassPath { get; set; } = "";

    /// <summary>What an administrator should know of the jar; empty when nothing.</summary>
    public string Note { get; set; } = "";

    /// <summary>How many bytes have been collected so far, roughly.</summary>
    public long Size => (long)_detailsLength + Names.Bytes.Length + (12L * Names.Count) + (32L * _references.Count);

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Names.Clear();
        _references.Clear();
        _classes.Clear();
        _services.Clear();
        _resources.Clear();
        _detailsLength = 0;
        (IsMultiRelease, ClassPath, Note) = (false, "", "");
    }

    /// <summary>A member reference's number.</summary>
    public int Intern(MemberReference reference) => _references.Intern(reference);

    /// <summary>Adds a class that was read.</summary>
    public void Add(
        ClassRow row, int nestHost, ReadOnlySpan<int> interfaces, MemberList fields, MemberList methods, UseList uses)
    {
        row.DetailsAt = _detailsLength;
        Write(nestHost + 1);
        Write(interfaces.Length);
        foreach (var name in interfaces)
        {
            Write(name);
        }

        Write(fields);
        Write(methods);
        Write(uses.References.Length);
        foreach (var reference in uses.References)
        {
            Write(reference);
        }

        Write(uses.OfMethods.Length);
        var from = 0;
        foreach (var end in uses.Ends)
        {
            Write(end - from);
            foreach (var place in uses.OfMethods[from..end])
            {
                Write(place);
            }

            from = end;
        }

        _classes.Add(row);
    }

    /// <summary>Adds a class that cannot be read: it counts as present.</summary>
    public void AddUnreadable(ReadOnlySpan<byte> name, int release, uint crc32 = 0) => _classes.Add(new ClassRow
    {
        Name = Names.Intern(name),
        Super = -1,
        Flags = ClassFlags.Unreadable | ClassFlags.Public,
        Release = release,
        DetailsAt = -1,
        Crc32 = crc32,
    });

    /// <summary>Adds a service's provider.</summary>
    public void AddService(int service, int provider) => _services.Add(new ServiceProvider(service, provider));

    /// <summary>Adds the name of an entry that is no class.</summary>
    public void AddResource(ReadOnlySpan<byte> name) => _resources.Add(NameHash.Of(name));

    /// <summary>Makes tables of everything.</summary>
    public JarSegment Build()
    {
        _resources.Sort();
        return new JarSegment
        {
            NameHashes = Names.Hashes.ToArray(),
            NameEnds = Names.Ends.ToArray(),
            Names = Names.Bytes.ToArray(),
            References = _references.References.ToArray(),
            Classes = [.. _classes],
            Services = [.. _services],
            Resources = [.. _resources],
            Details = _details.AsSpan(0, _detailsLength).ToArray(),
            Texts = new SegmentTexts(IsMultiRelease, ClassPath, Note),
        };
    }

    private void Write(MemberList members)
    {
        Write(members.Count);
        foreach (var (name, descriptor, flags) in members.Members)
        {
            Write(name);
            Write(descriptor);
            Write(flags);
        }
    }

    private void Write(int value)
    {
        if (_detailsLength + VariableNumber.Longest > _details.Length)
        {
            Array.Resize(ref _details, 2 * _details.Length);
        }

        _detailsLength += VariableNumber.Write(_details.AsSpan(_detailsLength), value);
    }
}
