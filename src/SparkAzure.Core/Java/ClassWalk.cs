namespace SparkAzure.Core.Java;

/// <summary>
/// Walks from entries through calls, static initializers, service loaders and named classes, and gives the faults that
/// are met. A call
/// of a virtual method goes to every class that is instantiated on the way (rapid type analysis); what the JDK calls
/// back is what
/// overrides a method of the JDK. With the classes that runs loaded, those are walked first and what lies outside
/// counts less.
/// </summary>
/// <param name="links">The class path.</param>
/// <param name="loaded">The hashes of the names (with slashes) of classes that runs loaded; null when no run is
/// known.</param>
internal sealed class ClassWalk(ClassPathLinks links, IReadOnlySet<ulong>? loaded)
{
    private const int LongestWay = 5;
    private static readonly ulong ServiceLoader = NameHash.Of("java/util/ServiceLoader");
    private static readonly ulong Initializer = NameHash.Of("<clinit>");
    private static readonly ulong Constructor = NameHash.Of("<init>");
    private static readonly ulong Nothing = NameHash.Of("()V");

    private readonly JavaClassPath _path = links.Hierarchy.Path;
    private readonly ClassHierarchy _hierarchy = links.Hierarchy;
    private readonly LinkMessages _messages = new(links.Hierarchy.Path.JavaRelease);
    private readonly VirtualCalls _calls = new(links.Hierarchy);
    private readonly Queue<CallStep> _loadedSteps = new();
    private readonly Queue<CallStep> _otherSteps = new();
    private readonly HashSet<(int Class, int Method)> _entered = [];
    private readonly HashSet<int> _initialized = [];
    private readonly Stack<int> _toInitialize = new();
    private readonly HashSet<ulong> _services = [];
    private readonly Dictionary<(int Class, int Reference), LinkOutcome> _outcomes = [];
    private readonly HashSet<(int Class, string Problem)> _told = [];
    private readonly HashSet<string> _toldOfClass = [];
    private readonly List<ReachedFault> _faults = [];

    /// <summary>Enters all methods of a class; one that is in no jar is a fault.</summary>
    /// <param name="name">The class, with slashes or dots.</param>
    /// <param name="reason">What names it: <c>core-default.xml</c>.</param>
    /// <param name="namedIn">The jar that the name stands in; null for none.</param>
    public void EnterClass(string name, string reason, JarOnPath? namedIn = null)
    {
        var slashed = name.Replace('.', '/');
        var any = false;
        for (var number = _path.Find(slashed); number >= 0; number = _path.Next(number))
        {
            any = true;
            var entry = Entry(number, reason);
            Instantiate(number, entry);
            for (var i = 0; i < _hierarchy.Details(number).Methods.Length; i++)
            {
                Enter(number, i, entry.Caller, reason);
            }
        }

        if (!any && !_hierarchy.IsAssumed(System.Text.Encoding.UTF8.GetBytes(slashed)))
        {
            TellNamed(slashed, reason, namedIn);
        }
    }

    /// <summary>Enters the methods of a name in a class; with a descriptor only that one.</summary>
    /// <returns>False when there is none.</returns>
    public bool EnterMethod(string className, string method, string? descriptor, string reason)
    {
        var any = false;
        var (name, type) = (NameHash.Of(method), descriptor is null ? 0 : NameHash.Of(descriptor));
        for (var number = _path.Find(className.Replace('.', '/')); number >= 0; number = _path.Next(number))
        {
            var hashes = _path.JarOf(number).Segment.NameHashes;
            var methods = _hierarchy.Details(number).Methods;
            for (var i = 0; i < methods.Length; i++)
            {
                if (hashes[methods[i].Name] == name && (descriptor is null || hashes[methods[i].Descriptor] == type))
                {
                    any = true;
                    Initialize(number, Entry(number, reason));
                    Enter(number, i, null, reason);
                }
            }
        }

        return any;
    }

    /// <summary>Walks, and gives the faults that are met, those with the strongest basis first.</summary>
    public IReadOnlyList<ReachedFault> Run(CancellationToken cancellationToken)
    {
        if (loaded is not null)
        {
            EnterLoaded();
        }

        while (_loadedSteps.TryDequeue(out var step) || _otherSteps.TryDequeue(out step))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Follow(step);
        }

        if (loaded is not null)
        {
            TellOfLoaded(cancellationToken);
        }

        return [.. _faults.OrderBy(f => f.Basis)];
    }

    private static CallStep Entry(int number, string reason) => new(number, -1, null, reason, true);

    // What a run has loaded may be instantiated by reflection and by the JDK as well.
    private void EnterLoaded()
    {
        foreach (var number in LoadedClasses())
        {
            Instantiate(number, Entry(number, "a run"));
            Initialize(number, Entry(number, "a run"));
        }
    }

    private IEnumerable<int> LoadedClasses()
    {
        foreach (var hash in loaded!)
        {
            for (var number = _path.Find(hash); number >= 0; number = _path.Next(number))
            {
                if (!_path.JarOf(number).IsJdk)
                {
                    yield return number;
                }
            }
        }
    }

    private void TellOfLoaded(CancellationToken cancellationToken)
    {
        foreach (var number in LoadedClasses())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var fault in links.FaultsOf(number))
            {
                Add(number, fault, [], LinkBasis.Runs);
            }
        }
    }

    private void Enter(int number, int method, CallStep? caller, string reason = "")
    {
        if (_path.JarOf(number).IsJdk || !_entered.Add((number, method)))
        {
            return;
        }

        var isLoaded = (caller?.IsLoaded ?? true) && IsLoaded(number);
        Queue(new CallStep(number, method, caller, reason, isLoaded));
    }

    private bool IsLoaded(int number) => loaded?.Contains(_path.HashOf(number)) ?? false;

    private void Queue(CallStep step)
    {
        if (step.IsLoaded)
        {
            _loadedSteps.Enqueue(step);
        }
        else
        {
            _otherSteps.Enqueue(step);
        }
    }

    private void Follow(CallStep step)
    {
        if (step.Method < 0)
        {
            FollowHollow(step);
            return;
        }

        var details = _hierarchy.Details(step.Class);
        var segment = _path.JarOf(step.Class).Segment;
        var loadsServices = false;
        foreach (var place in details.UsesOf(step.Method))
        {
            var reference = details.References[place];
            if (!Resolves(step, reference))
            {
                continue;
            }

            var use = UseList.UseOf(reference);
            if (use >= ReferenceUse.New)
            {
                FollowClass(step, segment, UseList.NumberOf(reference), use);
                continue;
            }

            var member = segment.References[UseList.NumberOf(reference)];
            loadsServices |= segment.NameHashes[member.Owner] == ServiceLoader;
            FollowMember(step, segment, member, use);
        }

        if (loadsServices)
        {
            EnterServices(step, details, segment);
        }
    }

    private bool Resolves(CallStep step, int reference)
    {
        if (!_outcomes.TryGetValue((step.Class, reference), out var outcome))
        {
            outcome = links.Resolver.Resolve(step.Class, reference);
            _outcomes.Add((step.Class, reference), outcome);
        }

        if (outcome.Problem is not null)
        {
            var method = links.MethodName(step.Class, step.Method);
            Tell(step, links.Fault(step.Class, method, UseList.UseOf(reference), outcome));
        }

        return outcome.Works;
    }

    private void FollowClass(CallStep step, JarSegment segment, int name, ReferenceUse use)
    {
        if (use != ReferenceUse.New)
        {
            return;
        }

        foreach (var number in _hierarchy.Definitions(segment.NameHashes[name], step.Class))
        {
            Instantiate(number, step);
        }
    }

    private void FollowMember(CallStep step, JarSegment segment, MemberReference member, ReferenceUse use)
    {
        var (name, descriptor) = (segment.NameHashes[member.Name], segment.NameHashes[member.Descriptor]);
        foreach (var number in _hierarchy.Definitions(segment.NameHashes[member.Owner], step.Class))
        {
            if (member.Kind == MemberKind.Field)
            {
                FollowField(step, number, name, descriptor, use);
                continue;
            }

            var found = _hierarchy.Method(number, name, descriptor);
            if (found.IsFound)
            {
                FollowMethod(step, number, found, name, descriptor, use);
            }
        }
    }

    private void FollowField(CallStep step, int number, ulong name, ulong descriptor, ReferenceUse use)
    {
        var found = _hierarchy.Field(number, name, descriptor);
        if (found.IsFound && use is ReferenceUse.GetStatic or ReferenceUse.PutStatic)
        {
            Initialize(found.Declaring, step);
        }
    }

    private void FollowMethod(
        CallStep step, int number, MemberLookup found, ulong name, ulong descriptor, ReferenceUse use)
    {
        if (use == ReferenceUse.InvokeStatic)
        {
            Initialize(found.Declaring, step);
        }

        if (!found.Flags.HasFlag(ClassFlags.Abstract))
        {
            Enter(found.Declaring, found.Place, step);
        }

        if (use is ReferenceUse.InvokeVirtual or ReferenceUse.InvokeInterface)
        {
            var call = new VirtualCall(_path.HashOf(number), name, descriptor, found, step);
            foreach (var receiver in _calls.Add(call))
            {
                Dispatch(call, receiver);
            }
        }
    }

    // Selects what a receiver of that class runs (JVMS 5.4.6).
    private void Dispatch(VirtualCall call, int receiver)
    {
        var selected = _hierarchy.Method(receiver, call.Name, call.Descriptor);
        if (selected.IsFound && !selected.Flags.HasFlag(ClassFlags.Abstract))
        {
            Enter(selected.Declaring, selected.Place, call.Step);
        }
        else if (selected.Kind != MemberLookupKind.Unknown && _hierarchy.Load(receiver) is null)
        {
            TellNotImplemented(call, receiver);
        }
    }

    private void TellNotImplemented(VirtualCall call, int receiver)
    {
        var declaring = call.Found.Declaring;
        var segment = _path.JarOf(declaring).Segment;
        var member = _hierarchy.Details(declaring).Methods[call.Found.Place];
        var problem = _messages.NotImplemented(
            _path.NameOf(receiver),
            _path.NameOf(declaring),
            _path.Row(declaring).Flags.HasFlag(ClassFlags.Interface),
            segment.Name(member.Name),
            segment.Name(member.Descriptor));
        var method = links.MethodName(call.Step.Class, call.Step.Method);
        var outcome = LinkOutcome.Fails(problem, receiver);
        Tell(call.Step, links.Fault(call.Step.Class, method, ReferenceUse.InvokeVirtual, outcome));
    }

    private void Instantiate(int number, CallStep step)
    {
        Initialize(number, step);
        var flags = _path.Row(number).Flags;
        const ClassFlags NoInstances = ClassFlags.Abstract | ClassFlags.Interface | ClassFlags.Unreadable;
        if (_path.JarOf(number).IsJdk || (flags & NoInstances) != 0)
        {
            return;
        }

        if (_calls.Instantiate(number) is not { } calls)
        {
            return;
        }

        foreach (var call in calls)
        {
            Dispatch(call, number);
        }

        EnterCallbacks(number, step);
    }

    // What the JDK calls: whatever overrides a method of a class or an interface of the JDK.
    private void EnterCallbacks(int number, CallStep step)
    {
        foreach (var (declaring, place) in _calls.CallbacksOf(number))
        {
            Enter(declaring, place, Caller(step));
        }
    }

    private static CallStep? Caller(CallStep step)
    {
        if (step.Method < 0)
        {
            return step.Caller;
        }

        return step;
    }

    private void Initialize(int number, CallStep step)
    {
        // No recursion: a jar can have a line of superclasses as long as it likes.
        _toInitialize.Push(number);
        while (_toInitialize.TryPop(out var next))
        {
            if (!_path.JarOf(next).IsJdk && _initialized.Add(next))
            {
                InitializeOne(next, step);
            }
        }
    }

    private void InitializeOne(int number, CallStep step)
    {
        if (_hierarchy.Load(number) is { } problem)
        {
            if (_toldOfClass.Add(problem.ToString()))
            {
                Tell(step, links.Fault(number, "", ReferenceUse.Class, LinkOutcome.Fails(problem)));
            }

            return;
        }

        var row = _path.Row(number);
        if (row.Flags.HasFlag(ClassFlags.Hollow))
        {
            Queue(new CallStep(number, -1, step, "", step.IsLoaded && IsLoaded(number)));
        }

        if (row.Flags.HasFlag(ClassFlags.Initializer))
        {
            var found = _hierarchy.Method(number, Initializer, Nothing);
            if (found.IsFound && found.Declaring == number)
            {
                Enter(number, found.Place, Caller(step), step.Method < 0 ? step.Reason : "");
            }
        }

        if (row.Super >= 0)
        {
            foreach (var super in _hierarchy.Definitions(_path.JarOf(number).Segment.NameHashes[row.Super], number))
            {
                _toInitialize.Push(super);
            }
        }
    }

    // Without code the names in its pool are its calls.
    private void FollowHollow(CallStep step)
    {
        var number = step.Class;
        var segment = _path.JarOf(number).Segment;
        foreach (var fault in links.FaultsOf(number))
        {
            Tell(step, fault);
        }

        foreach (var reference in _hierarchy.Details(number).References)
        {
            foreach (var definition in _hierarchy.Definitions(segment.NameHashes[UseList.NumberOf(reference)], number))
            {
                Initialize(definition, step);
            }
        }
    }

    // Whatever the method names that has providers: ServiceLoader.load(X.class).
    private void EnterServices(CallStep step, ClassDetails details, JarSegment segment)
    {
        foreach (var place in details.UsesOf(step.Method))
        {
            var reference = details.References[place];
            if (UseList.UseOf(reference) == ReferenceUse.Class)
            {
                EnterService(step, segment.NameHashes[UseList.NumberOf(reference)]);
            }
        }
    }

    private void EnterService(CallStep step, ulong service)
    {
        if (!_services.Add(service))
        {
            return;
        }

        foreach (var jar in _path.Jars.Where(j => !j.IsJdk))
        {
            foreach (var entry in jar.Segment.Services)
            {
                if (jar.Segment.NameHashes[entry.Service] == service)
                {
                    EnterProvider(step, jar.Segment, entry);
                }
            }
        }
    }

    private void EnterProvider(CallStep step, JarSegment segment, ServiceProvider entry)
    {
        var first = _path.Find(segment.NameHashes[entry.Provider]);
        if (first < 0 && !_hierarchy.IsAssumed(segment.NameBytes(entry.Provider)))
        {
            var problem = LinkMessages.MissingProvider(segment.Name(entry.Service), segment.Name(entry.Provider));
            var method = links.MethodName(step.Class, step.Method);
            Tell(step, links.Fault(step.Class, method, ReferenceUse.Class, LinkOutcome.Fails(problem)));
        }

        for (var number = first; number >= 0; number = _path.Next(number))
        {
            Instantiate(number, step);
            var constructor = _hierarchy.Method(number, Constructor, Nothing);
            if (constructor.IsFound && constructor.Declaring == number)
            {
                Enter(number, constructor.Place, step);
            }
        }
    }

    private void TellNamed(string name, string reason, JarOnPath? namedIn)
    {
        var problem = LinkMessages.MissingNamedClass(name);
        if (_toldOfClass.Add(problem.ToString()))
        {
            var fault = new LinkFault(problem, namedIn, "", "", ReferenceUse.Class, DependsOnOrder: false, null, null);
            _faults.Add(new ReachedFault(fault, [reason], LinkBasis.Calls));
        }
    }

    private void Tell(CallStep step, LinkFault fault)
    {
        var basis = step.IsLoaded && loaded is not null ? LinkBasis.RunsAndCalls : LinkBasis.Calls;
        Add(step.Class, fault, WayTo(step), basis);
    }

    private void Add(int number, LinkFault fault, IReadOnlyList<string> way, LinkBasis basis)
    {
        if (_told.Add((number, fault.Problem.ToString())))
        {
            _faults.Add(new ReachedFault(fault, way, basis));
        }
    }

    private List<string> WayTo(CallStep step)
    {
        var way = new List<string>();
        for (var at = step; at is not null; at = at.Caller)
        {
            way.Add(TextOf(at));
        }

        way.Reverse();
        if (way.Count > LongestWay)
        {
            way.RemoveRange(1, way.Count - LongestWay);
        }

        return way;
    }

    private string TextOf(CallStep step)
    {
        var name = JavaNames.Dotted(_path.NameOf(step.Class));
        if (step.Method >= 0)
        {
            var member = _hierarchy.Details(step.Class).Methods[step.Method];
            name += "." + _path.JarOf(step.Class).Segment.Name(member.Name);
        }

        if (step.Reason.Length == 0)
        {
            return name;
        }

        return $"{name} ({step.Reason})";
    }
}
