using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// How a feature comes to a class or a method: the calls between methods that runs of it entered, followed backwards. Not
/// for several threads at once.
/// </summary>
/// <param name="path">The class path.</param>
/// <param name="runs">What was recorded.</param>
/// <param name="ofFeature">The runs of the feature.</param>
internal sealed class FeatureWays(JavaClassPath path, SparkRuns runs, UInt128 ofFeature)
{
    private const int Longest = 5;
    private static readonly ulong Initializer = NameHash.Of("<clinit>");

    private readonly ClassHierarchy _hierarchy = new(path);
    private readonly Lazy<Dictionary<ulong, List<Method>>> _callers = new(() => CallersOf(path, runs, ofFeature));

    /// <summary>The calls that lead to a method, the first one first; at most five.</summary>
    /// <param name="number">The class.</param>
    /// <param name="method">The method's name and descriptor; empty where the class as a whole is meant.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public IReadOnlyList<string> To(int number, string method, CancellationToken cancellationToken)
    {
        var target = new Method(number, PlaceOf(number, method));
        var from = new Dictionary<Method, Method?> { [target] = null };
        var queue = new Queue<(Method Method, int Steps)>([(target, 1)]);
        var last = target;
        while (queue.TryDequeue(out var at))
        {
            cancellationToken.ThrowIfCancellationRequested();
            last = at.Method;
            if (at.Steps == Longest)
            {
                break;
            }

            foreach (var caller in Callers(at.Method))
            {
                if (from.TryAdd(caller, at.Method))
                {
                    queue.Enqueue((caller, at.Steps + 1));
                }
            }
        }

        return Texts(last, from);
    }

    private List<string> Texts(Method first, Dictionary<Method, Method?> next)
    {
        var texts = new List<string>();
        for (Method? at = first; at is { } step; at = next[step])
        {
            texts.Add(TextOf(step));
        }

        return texts;
    }

    private IEnumerable<Method> Callers(Method called)
    {
        // A class as a whole, and its static initializer, are come to by whoever names the class.
        var key = path.HashOf(called.Class);
        if (called.Place >= 0 && NameOf(called) != Initializer)
        {
            key = KeyOf(called);
        }

        if (!_callers.Value.TryGetValue(key, out var callers))
        {
            return [];
        }

        // An overload that calls its namesake is no step of the way.
        return callers.Where(c => c.Class != called.Class || NameOrNothing(c) != NameOrNothing(called));
    }

    private ulong NameOrNothing(Method method)
    {
        if (method.Place < 0)
        {
            return 0;
        }

        return NameOf(method);
    }

    private ulong NameOf(Method method)
    {
        var hashes = path.JarOf(method.Class).Segment.NameHashes;
        return hashes[_hierarchy.Details(method.Class).Methods[method.Place].Name];
    }

    private ulong KeyOf(Method method)
    {
        var hashes = path.JarOf(method.Class).Segment.NameHashes;
        var member = _hierarchy.Details(method.Class).Methods[method.Place];
        return Key(hashes[member.Name], hashes[member.Descriptor]);
    }

    private static ulong Key(ulong name, ulong descriptor) => System.Numerics.BitOperations.RotateLeft(name, 1) ^ descriptor;

    private int PlaceOf(int number, string method)
    {
        var segment = path.JarOf(number).Segment;
        var methods = _hierarchy.Details(number).Methods;
        for (var i = 0; i < methods.Length; i++)
        {
            if (method == segment.Name(methods[i].Name) + segment.Name(methods[i].Descriptor))
            {
                return i;
            }
        }

        return -1;
    }

    private string TextOf(Method method)
    {
        var name = JavaNames.Dotted(path.NameOf(method.Class));
        if (method.Place < 0)
        {
            return name;
        }

        var member = _hierarchy.Details(method.Class).Methods[method.Place];
        return $"{name}.{path.JarOf(method.Class).Segment.Name(member.Name)}";
    }

    // Who calls a method of a name and descriptor, and who names a class.
    private static Dictionary<ulong, List<Method>> CallersOf(JavaClassPath path, SparkRuns runs, UInt128 ofFeature)
    {
        var callers = new Dictionary<ulong, List<Method>>();
        var hierarchy = new ClassHierarchy(path);
        foreach (var recorded in runs.Classes.Where(c => (c.Runs & ofFeature) != 0))
        {
            var number = path.Find(recorded.NameHash);
            if (number < 0 || path.JarOf(number).IsJdk)
            {
                continue;
            }

            var details = hierarchy.Details(number);
            var segment = path.JarOf(number).Segment;
            for (var place = 0; place < details.Methods.Length; place++)
            {
                var name = segment.NameHashes[details.Methods[place].Name];
                if (name == Initializer || recorded.Entered(name))
                {
                    AddCalls(callers, segment, details, new Method(number, place));
                }
            }
        }

        return callers;
    }

    private static void AddCalls(
        Dictionary<ulong, List<Method>> callers, JarSegment segment, ClassDetails details, Method caller)
    {
        foreach (var use in details.UsesOf(caller.Place))
        {
            var reference = details.References[use];
            Add(callers, NamedClasses.Of(segment, reference), caller);
            if (UseList.UseOf(reference) is >= ReferenceUse.InvokeVirtual and < ReferenceUse.New)
            {
                var member = segment.References[UseList.NumberOf(reference)];
                Add(callers, Key(segment.NameHashes[member.Name], segment.NameHashes[member.Descriptor]), caller);
            }
        }
    }

    private static void Add(Dictionary<ulong, List<Method>> callers, ulong key, Method caller)
    {
        if (!callers.TryGetValue(key, out var list))
        {
            list = [];
            callers.Add(key, list);
        }

        list.Add(caller);
    }

    /// <summary>A method; of a class as a whole the place is -1.</summary>
    private readonly record struct Method(int Class, int Place);
}
