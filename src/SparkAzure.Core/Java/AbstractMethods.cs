namespace SparkAzure.Core.Java;

/// <summary>
/// What classes inherit without code: a call ends with an AbstractMethodError where the class of the instance is of one
/// version of a library, and the interface or abstract class that the call names is of another (JVMS 5.4.6). Not for
/// several threads at once.
/// </summary>
/// <param name="hierarchy">The classes.</param>
internal sealed class AbstractMethods(ClassHierarchy hierarchy)
{
    private const ClassFlags NeverMade = ClassFlags.Abstract | ClassFlags.Interface;
    private const ClassFlags NotLookedInto = ClassFlags.Unreadable | ClassFlags.Hollow;

    private readonly JavaClassPath _path = hierarchy.Path;
    private readonly LinkMessages _messages = new(hierarchy.Path.JavaRelease);

    /// <summary>
    /// What a call of an instance throws, for each method that a type of another jar asks for and the class has not. In
    /// one jar they were compiled together.
    /// </summary>
    /// <param name="number">The instance's class, which can be loaded.</param>
    /// <param name="means">Which methods count, by the hash of their name.</param>
    public IEnumerable<LinkProblem> Of(int number, Func<ulong, bool> means)
    {
        if ((_path.Row(number).Flags & (NeverMade | NotLookedInto)) != 0)
        {
            yield break;
        }

        var jar = _path.JarNumberOf(number);
        foreach (var type in TypesOf(number).Where(t => _path.JarNumberOf(t) != jar && !_path.JarOf(t).IsJdk))
        {
            var hashes = _path.JarOf(type).Segment.NameHashes;
            foreach (var method in hierarchy.Details(type).Methods)
            {
                if (method.Flags.HasFlag(ClassFlags.Abstract) && means(hashes[method.Name])
                    && IsWithoutCode(number, hashes[method.Name], hashes[method.Descriptor]))
                {
                    yield return Problem(number, type, method);
                }
            }
        }
    }

    private bool IsWithoutCode(int number, ulong name, ulong descriptor)
    {
        var found = hierarchy.Method(number, name, descriptor);
        return found.IsFound && !found.DependsOnOrder && found.Flags.HasFlag(ClassFlags.Abstract);
    }

    private LinkProblem Problem(int number, int type, ClassMember method)
    {
        var segment = _path.JarOf(type).Segment;
        var isInterface = _path.Row(type).Flags.HasFlag(ClassFlags.Interface);
        var (name, descriptor) = (segment.Name(method.Name), segment.Name(method.Descriptor));
        return _messages.NotImplemented(_path.NameOf(number), _path.NameOf(type), isInterface, name, descriptor);
    }

    // What the class derives from, over all definitions.
    private IEnumerable<int> TypesOf(int number)
    {
        var types = new List<int> { number };
        var seen = new HashSet<int> { number };
        for (var i = 0; i < types.Count; i++)
        {
            var hashes = _path.JarOf(types[i]).Segment.NameHashes;
            var names = hierarchy.Details(types[i]).Interfaces.Append(_path.Row(types[i]).Super).Where(n => n >= 0);
            foreach (var name in names)
            {
                foreach (var definition in hierarchy.Definitions(hashes[name], types[i]))
                {
                    if (seen.Add(definition))
                    {
                        types.Add(definition);
                    }
                }
            }
        }

        return types.Skip(1);
    }
}
