using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Classes that runs loaded without a word for whom, and that are in no jar here: Java 8's verifier loads what a value is
/// handed on as, and does not say so. Whoever names such a class may be the one. Whom a run names counts only where it
/// is there: of a jar that is missing as a whole, the classes that look each other up are all missing.
/// </summary>
internal sealed class UnattributedClasses
{
    // JDK 9 logs what its verifier resolves (JEP 158).
    private const int FirstTelling = 9;

    private readonly JavaClassPath _path;
    private readonly Dictionary<ulong, (RecordedClass Class, UInt128 Silently)> _missing = [];
    private readonly Dictionary<(int Jar, int Descriptor), ulong[]> _named = [];

    // Per jar, which descriptors are known to name none: all but a few.
    private readonly bool[]?[] _isOther;

    /// <summary>Finds those that are missing.</summary>
    public UnattributedClasses(JavaClassPath path, SparkRuns runs, RunSelection selection)
    {
        _path = path;
        _isOther = new bool[path.Jars.Count][];
        var attributed = new UInt128[runs.Classes.Count];
        var silent = runs.Runs.Where(r => r.Java < FirstTelling).Aggregate(UInt128.Zero, (all, r) => all | r.Bit);
        foreach (var recorded in runs.Classes)
        {
            var told = recorded.Runs;
            if (path.Find(recorded.NameHash) < 0)
            {
                told &= ~silent;
            }

            foreach (var target in recorded.Targets)
            {
                attributed[target] |= told;
            }
        }

        foreach (var recorded in runs.Classes)
        {
            var silently = recorded.Runs & ~attributed[recorded.Place] & selection.All;
            if (silently != 0 && path.Find(recorded.NameHash) < 0)
            {
                _missing.Add(recorded.NameHash, (recorded, silently));
            }
        }
    }

    /// <summary>All of them; as a rule none.</summary>
    public IReadOnlyCollection<RecordedClass> Missing => [.. _missing.Values.Select(m => m.Class)];

    /// <summary>Those that a class names, and the runs that loaded them so; as a rule none.</summary>
    /// <param name="number">The class's number.</param>
    /// <param name="details">What it refers to.</param>
    public IReadOnlyCollection<(RecordedClass Class, UInt128 Silently)> NamedBy(int number, ClassDetails details)
    {
        if (_missing.Count == 0)
        {
            return [];
        }

        var found = new HashSet<ulong>();
        var jar = _path.JarNumberOf(number);
        var segment = _path.JarOf(number).Segment;
        var isOther = _isOther[jar] ??= new bool[segment.NameHashes.Length];
        foreach (var reference in details.References)
        {
            var named = NamedClasses.Of(segment, reference);
            if (_missing.ContainsKey(named))
            {
                found.Add(named);
            }

            if (UseList.UseOf(reference) < ReferenceUse.New)
            {
                var descriptor = segment.References[UseList.NumberOf(reference)].Descriptor;
                if (!isOther[descriptor])
                {
                    found.UnionWith(NamedIn(jar, descriptor, isOther));
                }
            }
        }

        return [.. found.Select(f => _missing[f])];
    }

    // Those of them in a descriptor.
    private ulong[] NamedIn(int jar, int descriptor, bool[] isOther)
    {
        if (_named.TryGetValue((jar, descriptor), out var known))
        {
            return known;
        }

        var named = Read(_path.Jars[jar].Segment.NameBytes(descriptor));
        if (named.Length > 0)
        {
            _named.Add((jar, descriptor), named);
        }

        isOther[descriptor] = named.Length == 0;
        return named;
    }

    private ulong[] Read(ReadOnlySpan<byte> descriptor)
    {
        var named = new List<ulong>();
        while (descriptor.IndexOf((byte)'L') is var at and >= 0)
        {
            descriptor = descriptor[(at + 1)..];
            var end = descriptor.IndexOf((byte)';');
            if (end < 0)
            {
                break;
            }

            var hash = NameHash.Of(descriptor[..end]);
            if (_missing.ContainsKey(hash))
            {
                named.Add(hash);
            }

            descriptor = descriptor[(end + 1)..];
        }

        return [.. named];
    }
}
