namespace SparkAzure.Core.Java;

/// <summary>
/// Loads classes and finds members as a JVM does (JVMS 5.3, 5.4.3): superclasses and interfaces in their order, over
/// every definition of a
/// class that an order of the class path can bring. Not for several threads at once.
/// </summary>
internal sealed class ClassHierarchy(JavaClassPath path)
{
    // No library comes near; a jar made to exhaust the stack ends here, and counts as present.
    private const int Deepest = 400;
    private const int MostLooks = 20_000;

    // The methods of java.lang.Object that others inherit.
    private static readonly HashSet<ulong> ObjectMethods =
    [
        NameHash.Of("getClass"), NameHash.Of("hashCode"), NameHash.Of("equals"), NameHash.Of("clone"), NameHash.Of("toString"),
        NameHash.Of("notify"), NameHash.Of("notifyAll"), NameHash.Of("wait"), NameHash.Of("finalize"),
    ];

    private readonly JdkPackages? _jdk = path.HasJdk ? null : JdkPackages.Of(path.JavaRelease);
    private readonly LinkMessages _messages = new(path.JavaRelease);
    private readonly Dictionary<int, ClassDetails> _details = [];
    private readonly Dictionary<int, LinkProblem?> _loads = [];
    private readonly HashSet<int> _loading = [];
    private int _looks;

    /// <summary>The classes.</summary>
    public JavaClassPath Path { get; } = path;

    /// <summary>True for the name of a method of java.lang.Object.</summary>
    public static bool IsOfObject(ulong methodName) => ObjectMethods.Contains(methodName);

    /// <summary>What a class declares and refers to.</summary>
    public ClassDetails Details(int number)
    {
        if (!_details.TryGetValue(number, out var details))
        {
            details = ClassDetails.Read(Path.JarOf(number).Segment, Path.Row(number));
            _details.Add(number, details);
        }

        return details;
    }

    /// <summary>
    /// True for a class that is in no jar, but in a package of the JDK whose classes are not known one by one.
    /// </summary>
    public bool IsAssumed(ReadOnlySpan<byte> className) => _jdk?.Own(className) ?? false;

    /// <summary>The definitions of a class that a given class can come to see.</summary>
    /// <param name="nameHash">The class.</param>
    /// <param name="referrer">Who refers to it.</param>
    public DefinitionList Definitions(ulong nameHash, int referrer) => new(Path, Path.Find(nameHash), referrer);

    /// <summary>Why a class cannot be loaded; null when it can.</summary>
    public LinkProblem? Load(int number)
    {
        if (_loads.TryGetValue(number, out var known))
        {
            return known;
        }

        if (_loading.Count > Deepest)
        {
            return null;
        }

        if (!_loading.Add(number))
        {
            return LinkMessages.Circular(Path.NameOf(number));
        }

        var problem = LoadSupers(number);
        _loading.Remove(number);
        _loads[number] = problem;
        return problem;
    }

    /// <summary>Finds a field: in the class, its interfaces, its superclass (JVMS 5.4.3.2).</summary>
    public MemberLookup Field(int number, ulong name, ulong descriptor)
    {
        _looks = MostLooks;
        return Field(number, name, descriptor, 0);
    }

    /// <summary>
    /// Finds a method: in the class and its superclasses, then in all interfaces (JVMS 5.4.3.3, 5.4.3.4).
    /// </summary>
    public MemberLookup Method(int number, ulong name, ulong descriptor)
    {
        _looks = MostLooks;
        var found = MethodOfClasses(number, name, descriptor, 0);
        if (found.Kind != MemberLookupKind.Missing && !found.DependsOnOrder)
        {
            return found;
        }

        var inherited = MethodOfInterfaces(number, name, descriptor, 0);
        if (found.Kind != MemberLookupKind.Missing)
        {
            if (inherited.Kind == MemberLookupKind.Missing)
            {
                return found;
            }

            return found with { DependsOnOrder = false };
        }

        return inherited;
    }

    /// <summary>True when a class is, or derives from, another; also where that cannot be said.</summary>
    public bool IsSubclass(int number, ulong ancestor)
    {
        _looks = MostLooks;
        return IsSubclass(number, ancestor, 0);
    }

    /// <summary>True when two classes lie in one package.</summary>
    public bool SamePackage(int first, int second) =>
        JavaNames.PackageOf(NameBytes(first)).SequenceEqual(JavaNames.PackageOf(NameBytes(second)));

    /// <summary>A class's name, in UTF-8.</summary>
    public ReadOnlySpan<byte> NameBytes(int number) => Path.JarOf(number).Segment.NameBytes(Path.Row(number).Name);

    private LinkProblem? LoadSupers(int number)
    {
        var super = Path.Row(number).Super;
        if (super >= 0 && LoadSuper(number, super, asInterface: false) is { } problem)
        {
            return problem;
        }

        foreach (var name in Details(number).Interfaces)
        {
            if (LoadSuper(number, name, asInterface: true) is { } second)
            {
                return second;
            }
        }

        return null;
    }

    // A superclass that some order loads is fine here: its own references say the rest.
    private LinkProblem? LoadSuper(int number, int name, bool asInterface)
    {
        var segment = Path.JarOf(number).Segment;
        LinkProblem? problem = null;
        var any = false;
        foreach (var definition in Definitions(segment.NameHashes[name], number))
        {
            any = true;
            problem = Load(definition) ?? Derives(number, definition, asInterface);
            if (problem is null)
            {
                return null;
            }
        }

        if (!any && !IsAssumed(segment.NameBytes(name)))
        {
            return LinkMessages.MissingClass(segment.Name(name));
        }

        return problem;
    }

    private LinkProblem? Derives(int number, int super, bool asInterface)
    {
        var flags = Path.Row(super).Flags;
        var isHollow = Path.Row(number).Flags.HasFlag(ClassFlags.Hollow);
        if (isHollow || flags.HasFlag(ClassFlags.Unreadable) || Path.JarOf(number).IsJdk)
        {
            return null;
        }

        var isInterface = flags.HasFlag(ClassFlags.Interface);
        if (isInterface != asInterface)
        {
            if (asInterface)
            {
                return _messages.NoInterface(Path.NameOf(number), Path.NameOf(super));
            }

            return LinkMessages.SuperIsInterface(Path.NameOf(number), Path.NameOf(super));
        }

        if (flags.HasFlag(ClassFlags.Final))
        {
            return _messages.SuperIsFinal(Path.NameOf(number), Path.NameOf(super));
        }

        if (!flags.HasFlag(ClassFlags.Public) && !SamePackage(number, super))
        {
            return _messages.SuperNotAccessible(Path.NameOf(number), Path.NameOf(super), isInterface);
        }

        return null;
    }

    private MemberLookup Field(int number, ulong name, ulong descriptor, int depth)
    {
        if (IsOpaque(number, depth))
        {
            return MemberLookup.Unknown;
        }

        var details = Details(number);
        var own = Find(number, details.Fields, name, descriptor);
        if (own.IsFound)
        {
            return own;
        }

        foreach (var interfaceName in details.Interfaces)
        {
            var inherited = OfSuper(number, interfaceName, name, d => Field(d, name, descriptor, depth + 1));
            if (inherited.Kind != MemberLookupKind.Missing)
            {
                return inherited;
            }
        }

        return OfSuper(number, Path.Row(number).Super, name, d => Field(d, name, descriptor, depth + 1));
    }

    private MemberLookup MethodOfClasses(int number, ulong name, ulong descriptor, int depth)
    {
        if (IsOpaque(number, depth))
        {
            return MemberLookup.Unknown;
        }

        var own = Find(number, Details(number).Methods, name, descriptor);
        if (own.IsFound)
        {
            return own;
        }

        return OfSuper(number, Path.Row(number).Super, name, d => MethodOfClasses(d, name, descriptor, depth + 1));
    }

    private MemberLookup MethodOfInterfaces(int number, ulong name, ulong descriptor, int depth)
    {
        if (IsOpaque(number, depth))
        {
            return MemberLookup.Unknown;
        }

        var best = MemberLookup.Missing;
        foreach (var interfaceName in Details(number).Interfaces)
        {
            var found = OfSuper(number, interfaceName, name, d => MethodOfInterface(d, name, descriptor, depth + 1));

            // A default method is more specific than the abstract one that it implements (JVMS 5.4.3.3, step 3).
            if (found.IsFound && !found.Flags.HasFlag(ClassFlags.Abstract))
            {
                return found;
            }

            if (found.Kind < best.Kind)
            {
                best = found;
            }
        }

        var super = Path.Row(number).Super;
        if (super >= 0 && !best.IsFound)
        {
            var inherited = OfSuper(number, super, name, d => MethodOfInterfaces(d, name, descriptor, depth + 1));
            if (inherited.Kind < best.Kind)
            {
                best = inherited;
            }
        }

        return best;
    }

    private MemberLookup MethodOfInterface(int number, ulong name, ulong descriptor, int depth)
    {
        if (IsOpaque(number, depth))
        {
            return MemberLookup.Unknown;
        }

        var own = Find(number, Details(number).Methods, name, descriptor);
        if (own.IsFound && (own.Flags & (ClassFlags.Static | ClassFlags.Private)) == 0)
        {
            return own;
        }

        return MethodOfInterfaces(number, name, descriptor, depth);
    }

    private bool IsSubclass(int number, ulong ancestor, int depth)
    {
        if (IsOpaque(number, depth) || Path.HashOf(number) == ancestor)
        {
            return true;
        }

        var segment = Path.JarOf(number).Segment;
        var super = Path.Row(number).Super;
        if (super >= 0 && IsSubclassOfSuper(number, segment, super, ancestor, depth))
        {
            return true;
        }

        foreach (var name in Details(number).Interfaces)
        {
            if (IsSubclassOfSuper(number, segment, name, ancestor, depth))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsSubclassOfSuper(int number, JarSegment segment, int name, ulong ancestor, int depth)
    {
        var hash = segment.NameHashes[name];
        if (hash == ancestor)
        {
            return true;
        }

        foreach (var definition in Definitions(hash, number))
        {
            if (IsSubclass(definition, ancestor, depth + 1))
            {
                return true;
            }
        }

        return false;
    }

    // What cannot be looked into: everything may be in it. So too where a jar's classes inherit in a lattice without
    // end.
    private bool IsOpaque(int number, int depth) =>
        depth > Deepest || --_looks < 0 || (Path.Row(number).Flags & (ClassFlags.Unreadable | ClassFlags.Hollow)) != 0;

    private MemberLookup OfSuper(int number, int name, ulong member, Func<int, MemberLookup> lookup)
    {
        // The superclass of java.lang.Object.
        if (name < 0)
        {
            return MemberLookup.Missing;
        }

        var segment = Path.JarOf(number).Segment;
        var result = MemberLookup.Missing;
        var any = false;
        foreach (var definition in Definitions(segment.NameHashes[name], number))
        {
            var found = lookup(definition);
            result = any ? result.Or(found) : found;
            any = true;
        }

        if (any)
        {
            return result;
        }

        // A superclass that is missing is told where the class is loaded; the JDK's unknown ones may have anything.
        var isObject = segment.NameBytes(name).SequenceEqual("java/lang/Object"u8);
        if (isObject && !IsOfObject(member))
        {
            return MemberLookup.Missing;
        }

        return MemberLookup.Unknown;
    }

    private MemberLookup Find(int number, ClassMember[] members, ulong name, ulong descriptor)
    {
        var hashes = Path.JarOf(number).Segment.NameHashes;
        for (var i = 0; i < members.Length; i++)
        {
            if (hashes[members[i].Name] == name && hashes[members[i].Descriptor] == descriptor)
            {
                return new MemberLookup(MemberLookupKind.Found, number, i, members[i].Flags);
            }
        }

        return MemberLookup.Missing;
    }
}
