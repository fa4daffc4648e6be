using SparkAzure.Core.Java;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>The classes that code names and that are in no jar. For one thread.</summary>
/// <param name="path">The class path.</param>
internal sealed class MissingNames(JavaClassPath path)
{
    private readonly Dictionary<(int Jar, int Name), string[]> _known = [];

    /// <summary>The missing class that a reference names, or whose member it names; none as a rule.</summary>
    /// <param name="number">The class that refers.</param>
    /// <param name="reference">One of its <see cref="ClassDetails.References"/>.</param>
    public string[] Used(int number, int reference)
    {
        var place = UseList.NumberOf(reference);
        if (UseList.UseOf(reference) < ReferenceUse.New)
        {
            place = path.JarOf(number).Segment.References[place].Owner;
        }

        return In(number, place);
    }

    /// <summary>The missing classes in the type of the member that a reference names.</summary>
    /// <param name="number">The class that refers.</param>
    /// <param name="reference">One of its <see cref="ClassDetails.References"/>.</param>
    public string[] InType(int number, int reference)
    {
        if (UseList.UseOf(reference) >= ReferenceUse.New)
        {
            return [];
        }

        return In(number, path.JarOf(number).Segment.References[UseList.NumberOf(reference)].Descriptor);
    }

    private string[] In(int number, int name)
    {
        var key = (path.JarNumberOf(number), name);
        if (!_known.TryGetValue(key, out var missing))
        {
            missing = [.. NamesIn(path.JarOf(number).Segment.Name(name)).Where(n => path.Find(n) < 0)];
            _known.Add(key, missing);
        }

        return missing;
    }

    // A class's name, that of an array, or the type of a member: a/B, [La/B;, (ILa/B;)V.
    private static IEnumerable<string> NamesIn(string text)
    {
        if (text.Length > 0 && text[0] is not ('[' or '(') && !text.EndsWith(';'))
        {
            return text.Contains('/') ? [text] : [];
        }

        return text.Split(';').SkipLast(1).Select(NameAtEndOf).Where(n => n.Length > 0);
    }

    private static string NameAtEndOf(string types)
    {
        var at = types.TakeWhile(c => c is not 'L').Count() + 1;
        return types[Math.Min(at, types.Length)..];
    }
}
