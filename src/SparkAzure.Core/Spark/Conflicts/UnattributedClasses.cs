using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Classes that runs loaded without a word for whom, and that are in no jar here: the verifier for old class files loads
/// what a value is handed on as, and does not say so. Whoever names such a class may be the one.
/// </summary>
internal sealed class UnattributedClasses
{
    private readonly JavaClassPath _path;
    private readonly Dictionary<ulong, RecordedClass> _missing = [];
    private readonly Dictionary<(int Jar, int Descriptor), RecordedClass?> _named = [];

    /// <summary>Finds those that are missing.</summary>
    public UnattributedClasses(JavaClassPath path, SparkRuns runs, RunSelection selection)
    {
        _path = path;
        var attributed = runs.Classes.SelectMany(c => c.Targets).ToHashSet();
        foreach (var recorded in runs.Classes)
        {
            var isMissing = !attributed.Contains(recorded.Place) && path.Find(recorded.NameHash) < 0;
            if (isMissing && (recorded.Runs & selection.All) != 0)
            {
                _missing.Add(recorded.NameHash, recorded);
            }
        }
    }

    /// <summary>Those that a class names; as a rule none.</summary>
    /// <param name="number">The class's number.</param>
    /// <param name="details">What it refers to.</param>
    public IReadOnlyCollection<RecordedClass> NamedBy(int number, ClassDetails details)
    {
        if (_missing.Count == 0)
        {
            return [];
        }

        var found = new HashSet<RecordedClass>();
        var jar = _path.JarNumberOf(number);
        var segment = _path.JarOf(number).Segment;
        foreach (var reference in details.References)
        {
            if (_missing.TryGetValue(NamedClasses.Of(segment, reference), out var named))
            {
                found.Add(named);
            }

            if (UseList.UseOf(reference) < ReferenceUse.New)
            {
                AddNamed(found, jar, segment.References[UseList.NumberOf(reference)].Descriptor);
            }
        }

        return found;
    }

    private void AddNamed(HashSet<RecordedClass> found, int jar, int descriptor)
    {
        if (!_named.TryGetValue((jar, descriptor), out var named))
        {
            named = Read(_path.Jars[jar].Segment.NameBytes(descriptor));
            _named.Add((jar, descriptor), named);
        }

        if (named is not null)
        {
            found.Add(named);
        }
    }

    private RecordedClass? Read(ReadOnlySpan<byte> descriptor)
    {
        while (descriptor.IndexOf((byte)'L') is var at and >= 0)
        {
            descriptor = descriptor[(at + 1)..];
            var end = descriptor.IndexOf((byte)';');
            if (end < 0)
            {
                break;
            }

            if (_missing.TryGetValue(NameHash.Of(descriptor[..end]), out var named))
            {
                return named;
            }

            descriptor = descriptor[(end + 1)..];
        }

        return null;
    }
}
