namespace SparkAzure.Core.Java;

/// <summary>
/// Brings virtual calls and instantiated classes together, whichever comes first: each call goes to each class that is
/// a subtype of
/// the class that the call names.
/// </summary>
internal sealed class VirtualCalls(ClassHierarchy hierarchy)
{
    private const int Deepest = 400;
    private readonly Dictionary<ulong, List<VirtualCall>> _callsOf = [];
    private readonly Dictionary<ulong, List<int>> _instancesOf = [];
    private readonly HashSet<(ulong Owner, ulong Name, ulong Descriptor)> _known = [];
    private readonly HashSet<int> _instantiated = [];

    /// <summary>
    /// Adds a call and gives the instantiated classes that it goes to; none when the same call was there.
    /// </summary>
    public IReadOnlyList<int> Add(VirtualCall call)
    {
        if (!_known.Add((call.Owner, call.Name, call.Descriptor)))
        {
            return [];
        }

        ListOf(_callsOf, call.Owner).Add(call);
        if (_instancesOf.TryGetValue(call.Owner, out var instances))
        {
            return [.. instances];
        }

        return [];
    }

    /// <summary>Adds an instantiated class and gives the calls that go to it; null when it was there.</summary>
    public IReadOnlyList<VirtualCall>? Instantiate(int number)
    {
        if (!_instantiated.Add(number))
        {
            return null;
        }

        var calls = new List<VirtualCall>();
        foreach (var type in TypesOf(number).Select(hierarchy.Path.HashOf).Distinct())
        {
            ListOf(_instancesOf, type).Add(number);
            if (_callsOf.TryGetValue(type, out var ofType))
            {
                calls.AddRange(ofType);
            }
        }

        return calls;
    }

    /// <summary>
    /// The methods that a class or what it inherits from declares and a type of the JDK declares too. Of a JDK that is
    /// only known by
    /// its packages: all public methods of a class that derives from one of its types.
    /// </summary>
    public IReadOnlyList<(int Class, int Method)> CallbacksOf(int number)
    {
        var types = TypesOf(number);
        var ofJdk = new HashSet<(ulong Name, ulong Descriptor)>();
        foreach (var type in types.Where(t => hierarchy.Path.JarOf(t).IsJdk))
        {
            var hashes = hierarchy.Path.JarOf(type).Segment.NameHashes;
            foreach (var method in hierarchy.Details(type).Methods.Where(IsVirtual))
            {
                ofJdk.Add((hashes[method.Name], hashes[method.Descriptor]));
            }
        }

        var takesAll = !hierarchy.Path.HasJdk && types.Any(DerivesFromAssumed);
        var callbacks = new List<(int, int)>();
        foreach (var type in types.Where(t => !hierarchy.Path.JarOf(t).IsJdk))
        {
            var hashes = hierarchy.Path.JarOf(type).Segment.NameHashes;
            var methods = hierarchy.Details(type).Methods;
            for (var i = 0; i < methods.Length; i++)
            {
                var signature = (hashes[methods[i].Name], hashes[methods[i].Descriptor]);
                if (IsVirtual(methods[i]) && (takesAll || ofJdk.Contains(signature)))
                {
                    callbacks.Add((type, i));
                }
            }
        }

        return callbacks;
    }

    private static List<T> ListOf<T>(Dictionary<ulong, List<T>> lists, ulong key)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = []);
        }

        return list;
    }

    private static bool IsVirtual(ClassMember method) => (method.Flags & (ClassFlags.Static | ClassFlags.Private)) == 0;

    // A JDK's type other than Object, which everything derives from.
    private bool DerivesFromAssumed(int number)
    {
        var segment = hierarchy.Path.JarOf(number).Segment;
        var super = hierarchy.Path.Row(number).Super;
        if (super >= 0 && IsAssumed(segment, super) && !segment.NameBytes(super).SequenceEqual("java/lang/Object"u8))
        {
            return true;
        }

        return hierarchy.Details(number).Interfaces.Any(i => IsAssumed(segment, i));
    }

    private bool IsAssumed(JarSegment segment, int name) =>
        hierarchy.Path.Find(segment.NameHashes[name]) < 0 && hierarchy.IsAssumed(segment.NameBytes(name));

    // The class itself and everything that it derives from, over all definitions.
    private List<int> TypesOf(int number)
    {
        var types = new List<int> { number };
        var seen = new HashSet<int> { number };
        for (var i = 0; i < types.Count && i < Deepest; i++)
        {
            var segment = hierarchy.Path.JarOf(types[i]).Segment;
            var super = hierarchy.Path.Row(types[i]).Super;
            if (super >= 0)
            {
                AddDefinitions(segment.NameHashes[super], types[i], types, seen);
            }

            foreach (var name in hierarchy.Details(types[i]).Interfaces)
            {
                AddDefinitions(segment.NameHashes[name], types[i], types, seen);
            }
        }

        return types;
    }

    private void AddDefinitions(ulong hash, int referrer, List<int> types, HashSet<int> seen)
    {
        foreach (var definition in hierarchy.Definitions(hash, referrer))
        {
            if (seen.Add(definition))
            {
                types.Add(definition);
            }
        }
    }
}
