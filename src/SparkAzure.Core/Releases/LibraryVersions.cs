namespace SparkAzure.Core.Releases;

/// <summary>Which version of an artifact belongs to a Spark and its Hadoop, and who says so.</summary>
internal sealed class LibraryVersions
{
    // Published together with another artifact, and used with the same version of it. Jetty 6, which Hadoop 2 has, had
    // no such jar.
    private static readonly (string Artifact, string With, ReleaseNumber Since)[] Siblings =
        [("jetty-util-ajax", "jetty-util", ReleaseNumber.Parse("9"))];

    private readonly SparkRelease? _spark;
    private readonly ReleaseNumber? _hadoop;
    private readonly SparkJarLayout _layout;
    private readonly IReadOnlyCollection<ShippedJar> _present;
    private readonly string? _scala;
    private readonly IReadOnlyList<HadoopLibrarySet> _sets;
    private readonly Lazy<SparkRelease?> _otherSpark;
    private readonly Lazy<IReadOnlyList<SparkRelease>> _neighbours;
    private readonly Dictionary<string, LibrarySuggestion[]> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LibrarySuggestion[]> _ofNeighbours = new(StringComparer.Ordinal);

    /// <summary>Opens the tables for a context.</summary>
    public LibraryVersions(LibraryContext context)
    {
        _spark = SparkReleases.Find(context.SparkVersion);
        _hadoop = ReleaseNumber.TryParse(context.HadoopVersion ?? _spark?.Hadoop);
        _present = context.Present;
        _scala = ScalaOf(_present) ?? ScalaOf(_spark?.Jars ?? []);
        _layout = LayoutOf(context);
        _sets = [];
        if (_hadoop is not null)
        {
            _sets = HadoopLibraries.Of(_hadoop);
        }

        _otherSpark = new Lazy<SparkRelease?>(SparkWithThisHadoop);
        _neighbours = new Lazy<IReadOnlyList<SparkRelease>>(Neighbours);
    }

    /// <summary>The jars of an artifact that belong here, the surest first.</summary>
    /// <param name="artifact">The artifact, without Scala's version.</param>
    public IReadOnlyList<LibrarySuggestion> Of(string artifact)
    {
        if (!_known.TryGetValue(artifact, out var known))
        {
            _known[artifact] = known = Find(artifact);
        }

        return known;
    }

    /// <summary>What a Spark that has this Hadoop for its own ships of an artifact; none of Spark's own.</summary>
    /// <param name="artifact">The artifact, without Scala's version.</param>
    public IEnumerable<LibrarySuggestion> OfSparkWithThisHadoop(string artifact)
    {
        var other = _otherSpark.Value;
        if (other is null || SparkReleases.Modules.Contains(artifact))
        {
            return [];
        }

        return JarsOf(other, artifact)
            .Select(jar => Suggested(jar, $"Spark {other.Version} ships it with Hadoop {_hadoop}", isExact: true));
    }

    /// <summary>
    /// What the nearest releases, of this line and those beside it, ship of an artifact that this one does not; none of
    /// Spark's and Hadoop's own.
    /// </summary>
    /// <param name="artifact">The artifact, without Scala's version.</param>
    public IReadOnlyList<LibrarySuggestion> OfNeighbours(string artifact)
    {
        if (SparkReleases.Modules.Contains(artifact) || HadoopLibraries.IsPart(artifact))
        {
            return [];
        }

        if (!_ofNeighbours.TryGetValue(artifact, out var known))
        {
            _ofNeighbours[artifact] = known = [.. FindAtNeighbours(artifact)];
        }

        return known;
    }

    private IReadOnlyList<SparkRelease> Neighbours() => _spark is null ? [] : [.. SparkReleases.NeighboursOf(_spark)];

    private IEnumerable<LibrarySuggestion> FindAtNeighbours(string artifact) =>
        from release in _neighbours.Value
        from jar in JarsOf(release, artifact)
        select Suggested(jar, $"Spark {release.Version} ships it, {_spark!.Version} does not", isExact: false);

    private LibrarySuggestion[] Find(string artifact)
    {
        if (HadoopLibraries.IsPart(artifact))
        {
            return [.. PartOfHadoop(artifact)];
        }

        return
        [
            .. LikeItsSibling(artifact),
            .. CalledByHadoop(artifact),
            .. ShippedBySpark(artifact),
        ];
    }

    private IEnumerable<LibrarySuggestion> PartOfHadoop(string artifact)
    {
        if (_hadoop is not null && HadoopLibraries.HasPart(artifact, _hadoop, _layout))
        {
            yield return new LibrarySuggestion(
                artifact, _hadoop.Text, "", $"it is a part of Hadoop {_hadoop}", IsExact: true);
        }
    }

    private IEnumerable<LibrarySuggestion> LikeItsSibling(string artifact) =>
        from sibling in Siblings
        where sibling.Artifact == artifact
        from jar in _present
        where jar.Name == sibling.With
        let version = ReleaseNumber.TryParse(jar.Version)
        where version is not null && version >= sibling.Since
        select new LibrarySuggestion(artifact, jar.Version, "", $"{jar.Name} {jar.Version} is there", IsExact: true);

    private IEnumerable<LibrarySuggestion> CalledByHadoop(string artifact) =>
        from set in _sets
        from jar in set.Jars
        where jar.Name == artifact
        select Suggested(jar, set.Source, set.IsOfLine || set.Release == _hadoop);

    private IEnumerable<LibrarySuggestion> ShippedBySpark(string artifact)
    {
        if (_spark is null)
        {
            return [];
        }

        var isOwn = SparkReleases.Modules.Contains(artifact);
        var isExact = isOwn || _spark.Knowledge == SparkReleaseKnowledge.Itself;
        var source = isExact
            ? $"Spark {_spark.Version} ships it"
            : $"Spark {_spark.Nearest} ships it, the nearest release that was read";
        return JarsOf(_spark, artifact).Select(jar => Suggested(jar, source, isExact));
    }

    // A Spark that has the Hadoop for which another one was exchanged here.
    private SparkRelease? SparkWithThisHadoop()
    {
        if (_hadoop is null || _hadoop.Text == _spark?.Hadoop)
        {
            return null;
        }

        return SparkReleases.Known.Reverse().Select(SparkReleases.Find).FirstOrDefault(r => r!.Hadoop == _hadoop.Text);
    }

    private SparkJarLayout LayoutOf(LibraryContext context)
    {
        if (context.JarLayout is SparkJarLayout.Split or SparkJarLayout.Shaded)
        {
            return context.JarLayout;
        }

        return _spark?.IsShaded == true ? SparkJarLayout.Shaded : SparkJarLayout.Split;
    }

    // Jars for one processor stand beside one for all, or beside each other; hosts of DSS are of this one.
    private IEnumerable<ShippedJar> JarsOf(SparkRelease release, string artifact) =>
        release.Jars
            .Where(j => j.Name == artifact && j.Version.Length > 0 && j.Classifier != "tests")
            .OrderBy(j => j.Classifier.Length > 0 && j.Classifier != "linux-x86_64")
            .SelectMany(j => InScalaOfThis(j, release));

    // A release is there for several Scalas: its own jars differ in name alone, what else is of Scala in version, too.
    private IEnumerable<ShippedJar> InScalaOfThis(ShippedJar jar, SparkRelease release)
    {
        var isOfScala = jar.Artifact != jar.Name || jar.Name.StartsWith("scala-", StringComparison.Ordinal);
        if (!isOfScala || _scala == ScalaOf(release.Jars))
        {
            yield return jar;
        }
        else if (SparkReleases.Modules.Contains(jar.Name))
        {
            yield return jar with { Artifact = jar.Name + _scala };
        }
    }

    // As spark-core's name ends: _2.12.
    private static string? ScalaOf(IEnumerable<ShippedJar> jars) =>
        jars.FirstOrDefault(j => j.Name == "spark-core")?.Artifact["spark-core".Length..];

    private static LibrarySuggestion Suggested(ShippedJar jar, string source, bool isExact) =>
        new(jar.Artifact, jar.Version, jar.Classifier, source, isExact);
}
