namespace SparkAzure.Core.Java;

/// <summary>
/// Resolves the references of classes as a JVM does (JVMS 5.4.3, 5.4.4), over every order of the class path. What it
/// cannot look
/// into counts as present. Not for several threads at once.
/// </summary>
internal sealed class LinkResolver(JavaClassPath path)
{
    private static readonly ulong ObjectHash = NameHash.Of("java/lang/Object");
    private static readonly ulong Constructor = NameHash.Of("<init>");
    private static readonly ulong[] Polymorphic =
        [NameHash.Of("java/lang/invoke/MethodHandle"), NameHash.Of("java/lang/invoke/VarHandle")];

    private readonly LinkMessages _messages = new(path.JavaRelease);

    /// <summary>The classes and what they inherit.</summary>
    public ClassHierarchy Hierarchy { get; } = new(path);

    /// <summary>Resolves one reference of a class.</summary>
    /// <param name="referrer">The class.</param>
    /// <param name="reference">One of its <see cref="ClassDetails.References"/>.</param>
    public LinkOutcome Resolve(int referrer, int reference)
    {
        var outcome = ResolveUse(referrer, UseList.NumberOf(reference), UseList.UseOf(reference));
        if (outcome.Problem is null || !UseList.IsDynamic(reference))
        {
            return outcome;
        }

        return outcome with { Problem = _messages.InLambda(outcome.Problem) };
    }

    private LinkOutcome ResolveUse(int referrer, int number, ReferenceUse use)
    {
        var segment = path.JarOf(referrer).Segment;
        if (use >= ReferenceUse.New)
        {
            return ResolveClass(referrer, segment, number, use);
        }

        return ResolveMember(referrer, segment, segment.References[number], use);
    }

    private LinkOutcome ResolveClass(int referrer, JarSegment segment, int name, ReferenceUse use)
    {
        var hash = segment.NameHashes[name];
        var bytes = segment.NameBytes(name);
        if (bytes is [(byte)'[', ..])
        {
            bytes = bytes.TrimStart((byte)'[');
            if (bytes.Length < 3)
            {
                return LinkOutcome.Fine;
            }

            bytes = bytes[1..^1];
            hash = NameHash.Of(bytes);
        }

        if (hash == path.HashOf(referrer))
        {
            return LinkOutcome.Fine;
        }

        if (path.Find(hash) < 0)
        {
            if (Hierarchy.IsAssumed(bytes))
            {
                return LinkOutcome.Fine;
            }

            return LinkOutcome.Fails(LinkMessages.MissingClass(segment.Name(name)));
        }

        var result = LinkOutcome.Fine;
        var any = false;
        foreach (var definition in Hierarchy.Definitions(hash, referrer))
        {
            var outcome = ResolveClass(referrer, definition, use);
            result = any ? result.Or(outcome) : outcome;
            any = true;
        }

        return result;
    }

    private LinkOutcome ResolveClass(int referrer, int definition, ReferenceUse use)
    {
        if (Hierarchy.Load(definition) is { } problem)
        {
            return LinkOutcome.Fails(problem, definition);
        }

        var flags = path.Row(definition).Flags;
        if (flags.HasFlag(ClassFlags.Unreadable) || path.JarOf(definition).IsJdk || use == ReferenceUse.Pool)
        {
            return LinkOutcome.Fine;
        }

        if (!flags.HasFlag(ClassFlags.Public) && !Hierarchy.SamePackage(referrer, definition))
        {
            var illegal = _messages.ClassNotAccessible(path.NameOf(definition), path.NameOf(referrer));
            return LinkOutcome.Fails(illegal, definition);
        }

        if (use == ReferenceUse.New && (flags & (ClassFlags.Abstract | ClassFlags.Interface)) != 0)
        {
            return LinkOutcome.Fails(LinkMessages.Instantiation(path.NameOf(definition)), definition);
        }

        return LinkOutcome.Fine;
    }

    private LinkOutcome ResolveMember(int referrer, JarSegment segment, MemberReference reference, ReferenceUse use)
    {
        var hash = segment.NameHashes[reference.Owner];
        var owner = segment.NameBytes(reference.Owner);
        if (path.Find(hash) < 0 || owner is [(byte)'[', ..])
        {
            return ResolveClass(referrer, segment, reference.Owner, ReferenceUse.Class);
        }

        var result = LinkOutcome.Fine;
        var any = false;
        foreach (var definition in Hierarchy.Definitions(hash, referrer))
        {
            var outcome = LinkOutcome.Fine;
            if (definition != referrer)
            {
                outcome = ResolveClass(referrer, definition, ReferenceUse.Class);
            }

            if (outcome.Problem is null)
            {
                outcome = ResolveMember(referrer, segment, reference, use, definition);
            }

            result = any ? result.Or(outcome) : outcome;
            any = true;
        }

        return result;
    }

    private LinkOutcome ResolveMember(
        int referrer, JarSegment segment, MemberReference reference, ReferenceUse use, int definition)
    {
        var flags = path.Row(definition).Flags;
        if ((flags & (ClassFlags.Unreadable | ClassFlags.Hollow)) != 0)
        {
            return LinkOutcome.Fine;
        }

        if (reference.Kind == MemberKind.Field)
        {
            return ResolveField(referrer, segment, reference, use, definition);
        }

        var isInterface = flags.HasFlag(ClassFlags.Interface);
        var isOtherKind = isInterface != (reference.Kind == MemberKind.InterfaceMethod);
        if (isOtherKind && !_messages.AllowsKind(isInterface, use))
        {
            return LinkOutcome.Fails(WrongKind(segment, reference, use, isInterface), definition);
        }

        return ResolveMethod(referrer, segment, reference, use, definition);
    }

    private LinkProblem WrongKind(JarSegment segment, MemberReference reference, ReferenceUse use, bool isInterface)
    {
        var owner = segment.Name(reference.Owner);
        var name = segment.Name(reference.Name);
        return _messages.WrongKind(owner, isInterface, use, name, segment.Name(reference.Descriptor));
    }

    private LinkOutcome ResolveField(
        int referrer, JarSegment segment, MemberReference reference, ReferenceUse use, int definition)
    {
        var hashes = segment.NameHashes;
        var found = Hierarchy.Field(definition, hashes[reference.Name], hashes[reference.Descriptor]);
        if (!found.IsFound)
        {
            return OfLookup(found, segment, reference, definition);
        }

        if (!IsAccessible(referrer, found))
        {
            var problem = _messages.FieldNotAccessible(
                path.NameOf(found.Declaring), segment.Name(reference.Name), found.Flags, path.NameOf(referrer));
            return LinkOutcome.Fails(problem, found.Declaring);
        }

        var expectedStatic = use is ReferenceUse.GetStatic or ReferenceUse.PutStatic;
        if (found.Flags.HasFlag(ClassFlags.Static) != expectedStatic)
        {
            var problem = LinkMessages.WrongField(
                segment.Name(reference.Owner), segment.Name(reference.Name), expectedStatic);
            return LinkOutcome.Fails(problem, found.Declaring);
        }

        return OfLookup(found, segment, reference, definition);
    }

    private LinkOutcome ResolveMethod(
        int referrer, JarSegment segment, MemberReference reference, ReferenceUse use, int definition)
    {
        var hashes = segment.NameHashes;
        var found = Hierarchy.Method(definition, hashes[reference.Name], hashes[reference.Descriptor]);
        var isMissing = found.Kind == MemberLookupKind.Missing;
        if (isMissing && reference.Kind == MemberKind.InterfaceMethod && IsObjects(hashes, reference))
        {
            return LinkOutcome.Fine;
        }

        if (!found.IsFound && Array.IndexOf(Polymorphic, hashes[reference.Owner]) >= 0)
        {
            return LinkOutcome.Fine;
        }

        // A constructor is never inherited.
        if (!found.IsFound || (found.Declaring != definition && hashes[reference.Name] == Constructor))
        {
            return OfLookup(found.IsFound ? MemberLookup.Missing : found, segment, reference, definition);
        }

        if (!IsAccessible(referrer, found))
        {
            var problem = _messages.MethodNotAccessible(
                path.NameOf(found.Declaring),
                segment.Name(reference.Name),
                segment.Name(reference.Descriptor),
                found.Flags,
                path.NameOf(referrer));
            return LinkOutcome.Fails(problem, found.Declaring);
        }

        if (found.Flags.HasFlag(ClassFlags.Static) != (use == ReferenceUse.InvokeStatic))
        {
            return LinkOutcome.Fails(WrongMethod(segment, reference, use, found), found.Declaring);
        }

        return OfLookup(found, segment, reference, definition);
    }

    // One that is static and should not be, or the other way round.
    private LinkProblem WrongMethod(JarSegment segment, MemberReference reference, ReferenceUse use, MemberLookup found)
    {
        var named = _messages.NamesDeclaringClass ? path.NameOf(found.Declaring) : segment.Name(reference.Owner);
        var (name, descriptor) = (segment.Name(reference.Name), segment.Name(reference.Descriptor));
        if (found.Flags.HasFlag(ClassFlags.Static))
        {
            return _messages.StaticMethod(named, name, descriptor, use);
        }

        return _messages.NotStaticMethod(named, name, descriptor);
    }

    // An interface has Object's public methods too.
    private bool IsObjects(ReadOnlySpan<ulong> hashes, MemberReference reference)
    {
        var root = path.Find(ObjectHash);
        if (root < 0)
        {
            return ClassHierarchy.IsOfObject(hashes[reference.Name]);
        }

        return Hierarchy.Method(root, hashes[reference.Name], hashes[reference.Descriptor]).IsFound;
    }

    // Words are made for what is missing alone: that is one in thousands.
    private LinkOutcome OfLookup(MemberLookup found, JarSegment segment, MemberReference reference, int definition)
    {
        if (found.Kind == MemberLookupKind.Missing)
        {
            return LinkOutcome.Fails(NoSuchMember(segment, reference), definition);
        }

        if (found.DependsOnOrder)
        {
            return new LinkOutcome(true, NoSuchMember(segment, reference), definition);
        }

        return LinkOutcome.Fine;
    }

    private LinkProblem NoSuchMember(JarSegment segment, MemberReference reference)
    {
        var (owner, name) = (segment.Name(reference.Owner), segment.Name(reference.Name));
        var descriptor = segment.Name(reference.Descriptor);
        if (reference.Kind == MemberKind.Field)
        {
            return _messages.NoSuchField(owner, name, descriptor);
        }

        return _messages.NoSuchMethod(owner, name, descriptor);
    }

    private bool IsAccessible(int referrer, MemberLookup found)
    {
        var declaring = found.Declaring;
        if (found.Flags.HasFlag(ClassFlags.Public) || declaring == referrer || path.JarOf(declaring).IsJdk)
        {
            return true;
        }

        if (found.Flags.HasFlag(ClassFlags.Private))
        {
            return path.JavaRelease >= 11 && NestOf(declaring) == NestOf(referrer);
        }

        if (Hierarchy.SamePackage(referrer, declaring))
        {
            return true;
        }

        return found.Flags.HasFlag(ClassFlags.Protected) && Hierarchy.IsSubclass(referrer, path.HashOf(declaring));
    }

    private ulong NestOf(int number)
    {
        var host = Hierarchy.Details(number).NestHost;
        if (host < 0)
        {
            return path.HashOf(number);
        }

        return path.JarOf(number).Segment.NameHashes[host];
    }
}
