using System.Collections.Concurrent;

namespace SparkAzure.Core.Java;

/// <summary>
/// The faults of a class path: what a JVM throws when it resolves the references of its classes. Not for several
/// threads at once.
/// </summary>
internal sealed class ClassPathLinks(JavaClassPath path)
{
    private AbstractMethods? _abstract;

    /// <summary>What resolves the references.</summary>
    public LinkResolver Resolver { get; } = new(path);

    /// <summary>The classes and what they inherit.</summary>
    public ClassHierarchy Hierarchy => Resolver.Hierarchy;

    /// <summary>What classes inherit without code.</summary>
    public AbstractMethods Abstract => _abstract ??= new AbstractMethods(Hierarchy);

    /// <summary>The faults of all classes of the jars, the JDK's left out, in the order of the jars.</summary>
    public static async Task<IReadOnlyList<LinkFault>> AllAsync(JavaClassPath path, CancellationToken cancellationToken)
    {
        var faults = new ConcurrentDictionary<int, List<LinkFault>>();
        var next = -1;
        async Task WorkAsync()
        {
            await Task.Yield();
            var links = new ClassPathLinks(path);
            while (Interlocked.Increment(ref next) is var jar && jar < path.Jars.Count)
            {
                if (!path.Jars[jar].IsJdk)
                {
                    faults[jar] = links.FaultsOfJar(jar, cancellationToken);
                }
            }
        }

        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ =>
            Task.Run(WorkAsync, cancellationToken));
        await Task.WhenAll(workers).ConfigureAwait(false);
        return [.. faults.OrderBy(f => f.Key).SelectMany(f => f.Value)];
    }

    /// <summary>
    /// The faults of a class: why it cannot be loaded, or which of its references do not resolve, each once.
    /// </summary>
    public IReadOnlyList<LinkFault> FaultsOf(int number)
    {
        if (Hierarchy.Load(number) is { } problem)
        {
            return [Fault(number, "", ReferenceUse.Class, LinkOutcome.Fails(problem))];
        }

        var faults = new List<LinkFault>();
        var details = Hierarchy.Details(number);
        for (var place = 0; place < details.References.Length; place++)
        {
            var outcome = Resolver.Resolve(number, details.References[place]);
            if (outcome.Problem is not null)
            {
                var use = UseList.UseOf(details.References[place]);
                faults.Add(Fault(number, MethodThatUses(number, place), use, outcome));
            }
        }

        return faults;
    }

    /// <summary>Makes the record of a fault.</summary>
    public LinkFault Fault(int number, string method, ReferenceUse use, LinkOutcome outcome) => new(
        outcome.Problem!,
        path.JarOf(number),
        JavaNames.Dotted(path.NameOf(number)),
        method,
        use,
        outcome.Works,
        FaultyClass(outcome.Definition),
        FaultyJar(outcome.Definition));

    /// <summary>A method's name and descriptor.</summary>
    public string MethodName(int number, int method)
    {
        var segment = path.JarOf(number).Segment;
        var member = Hierarchy.Details(number).Methods[method];
        return segment.Name(member.Name) + segment.Name(member.Descriptor);
    }

    private string? FaultyClass(int definition)
    {
        if (definition < 0)
        {
            return null;
        }

        return JavaNames.Dotted(path.NameOf(definition));
    }

    private JarOnPath? FaultyJar(int definition)
    {
        if (definition < 0)
        {
            return null;
        }

        return path.JarOf(definition);
    }

    private List<LinkFault> FaultsOfJar(int jar, CancellationToken cancellationToken)
    {
        var faults = new List<LinkFault>();
        var (from, to) = path.ClassesOf(jar);
        for (var number = from; number < to; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (path.Counts(number))
            {
                faults.AddRange(FaultsOf(number));
            }
        }

        return faults;
    }

    private string MethodThatUses(int number, int place)
    {
        var details = Hierarchy.Details(number);
        for (var i = 0; i < details.Methods.Length; i++)
        {
            if (details.UsesOf(i).Contains(place))
            {
                return MethodName(number, i);
            }
        }

        return "";
    }
}
