using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>What a swap would do, worked out from what is there, without touching anything.</summary>
internal sealed record JarPlan(
    int HadoopVersion,
    string HadoopRelease,
    IReadOnlyList<SparkJarChange> Rows,
    IReadOnlyList<Jar> Removed,
    IReadOnlyList<JarSource> Added)
{
    /// <summary>Whether Hadoop is shaded in this Spark, so that only its add-ons come in.</summary>
    public bool AddOnsOnly { get; private init; }

    /// <summary>What the user must know of the plan.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Jars that are needed by name, and that neither folder has.</summary>
    public IReadOnlyList<SparkAzureException> Lacks { get; private init; } = [];

    /// <summary>What the plan makes, linked; null where the classes do not tell.</summary>
    public JarLinkage? Linkage { get; private init; }

    internal bool ChangesNothing => Removed.Count == 0 && Added.Count == 0;

    /// <summary>What is to be done, for the person who is asked.</summary>
    internal string Action
    {
        get
        {
            var what = AddOnsOnly ? "Bring the add-ons of Hadoop" : "Swap Hadoop for";
            return $"{what} {HadoopRelease}: remove {Removed.Count} jars, add {Added.Count}";
        }
    }

    /// <summary>Plans the procedure's swap, or, where Hadoop is shaded, the add-ons alone.</summary>
    /// <exception cref="SparkAzureException">
    /// ShadedHadoop, NoHadoopJars, HadoopLineMissing, RequiredJarMissing.
    /// </exception>
    internal static async Task<JarPlan> MakeAsync(JarPlanRequest request, CancellationToken cancellationToken)
    {
        var there = request.Current.Select(j => new StandingJar(j, JarName.Parse(j.Name))).ToList();
        var exchange = JarExchange.For(request, there);
        var choice = new JarChoice(request, exchange, there);
        await choice.MakeAsync(cancellationToken).ConfigureAwait(false);
        var arrivals = await ArrivalsAsync(request, choice.Incoming, cancellationToken).ConfigureAwait(false);
        var departures = there.Select(j => Departure(j, arrivals, choice, exchange, request.ExcludeAws)).ToList();
        var rows = arrivals.Where(a => !a.IsThere)
            .Select(a => Row(SparkJarAction.Add, a.Jar.Name, a.Jar.Source.Length, a.Jar.Reason))
            .Concat(departures.Select(d => d.Row))
            .OrderBy(r => Order(r.Action))
            .ThenBy(r => r.Name, StringComparer.Ordinal)
            .ToList();
        return new JarPlan(
            exchange.Release.Major,
            exchange.Release.Text,
            rows,
            [.. departures.Where(d => d.Row.Action == SparkJarAction.Remove).Select(d => d.Jar)],
            [.. arrivals.Where(a => !a.IsThere).Select(a => a.Jar.Source)])
        {
            AddOnsOnly = exchange.IsShaded,
            Notes = new JarPlanNotes(request, exchange, choice, rows).All(),
            Lacks = choice.Lacks,
            Linkage = choice.Linkage,
        };
    }

    private static async Task<IReadOnlyList<Arrival>> ArrivalsAsync(
        JarPlanRequest request, IReadOnlyList<IncomingJar> incoming, CancellationToken cancellationToken)
    {
        var arrivals = new List<Arrival>();
        foreach (var jar in incoming)
        {
            var isThere = await IsThereAsync(jar.Source, request, cancellationToken).ConfigureAwait(false);
            arrivals.Add(new Arrival(jar, isThere));
        }

        return arrivals;
    }

    // What becomes of a jar that is there: it stays, or it goes.
    private static (Jar Jar, SparkJarChange Row) Departure(
        StandingJar standing, IReadOnlyList<Arrival> arrivals, JarChoice choice, JarExchange exchange, bool excludeAws)
    {
        var (jar, name) = standing;
        if (arrivals.FirstOrDefault(a => a.IsThere && a.Jar.Source.FileName == jar.Name) is { } same)
        {
            return (jar, Row(SparkJarAction.Keep, name, jar.Length, $"there already: {same.Jar.Reason}"));
        }

        if (exchange.ReasonToRemove(name, choice.Incoming, excludeAws) is { } cause)
        {
            return (jar, Row(SparkJarAction.Remove, name, jar.Length, cause));
        }

        return (jar, Row(SparkJarAction.Keep, name, jar.Length, "not touched by the recipe"));
    }

    // What changes first, as a person reads it: what goes, what comes, and then the rest.
    private static int Order(SparkJarAction action) => action switch
    {
        SparkJarAction.Remove => 0,
        SparkJarAction.Add => 1,
        _ => 2,
    };

    private static SparkJarChange Row(SparkJarAction action, JarName name, long length, string reason) =>
        new(action, name.FileName, name.Artifact, name.Version, length, reason);

    private static async Task<bool> IsThereAsync(
        JarSource source, JarPlanRequest request, CancellationToken cancellationToken)
    {
        var there = request.Current.FirstOrDefault(j => j.Name == source.FileName && j.Length == source.Length);
        if (there is null || source.Path is null)
        {
            // A rehearsal reads names and sizes from the archive; that is as near as it gets.
            return there is not null;
        }

        // In an interrupted swap the jar may still be on its way; the hash it is remembered with tells as well.
        var path = Path.Combine(request.Home.Jars, there.Name);
        var hash = there.Sha256;
        if (!there.IsHashed)
        {
            hash = await request.Home.Owner.ActAsync(() => HashIfThere(path, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }

        return hash == await source.HashAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string HashIfThere(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return "";
        }

        return Jar.HashOf(path, cancellationToken);
    }

    /// <summary>A jar that is wanted, and whether it is there already, byte for byte.</summary>
    private sealed record Arrival(IncomingJar Jar, bool IsThere);
}
