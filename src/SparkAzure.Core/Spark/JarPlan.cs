namespace SparkAzure.Core.Spark;

/// <summary>A jar that could come in: by name and size, and by path where it is on disk already.</summary>
internal sealed record JarSource(string FileName, long Length, string? Path)
{
    /// <summary>Lists the jars of a folder.</summary>
    internal static IReadOnlyList<JarSource> InFolder(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFiles("*.jar")
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new JarSource(f.Name, f.Length, f.FullName)),
    ];
}

/// <summary>What a swap would do, worked out from what is there, without touching anything.</summary>
internal sealed record JarPlan(
    int HadoopVersion,
    string HadoopRelease,
    IReadOnlyList<SparkJarChange> Changes,
    IReadOnlyList<Jar> Removed,
    IReadOnlyList<JarSource> Added,
    int Kept)
{
    /// <summary>Plans the procedure's swap.</summary>
    /// <param name="home">The distribution.</param>
    /// <param name="current">Its jars.</param>
    /// <param name="libraries">DSS's Hadoop libraries.</param>
    /// <param name="librariesAt">Where they are, for messages.</param>
    /// <param name="companions">DSS's own libraries.</param>
    /// <param name="companionsAt">Where they are, for messages.</param>
    /// <param name="hadoopVersion">The Hadoop line wanted; null for the one of the libraries.</param>
    /// <param name="cancellationToken">Ends the comparing of bytes.</param>
    /// <exception cref="SparkAzureException">ShadedHadoop, NoHadoopJars, HadoopLineMissing, RequiredJarMissing.</exception>
    internal static async Task<JarPlan> MakeAsync(
        SparkHome home,
        IReadOnlyList<Jar> current,
        IReadOnlyList<JarSource> libraries,
        string librariesAt,
        IReadOnlyList<JarSource> companions,
        string companionsAt,
        int? hadoopVersion,
        CancellationToken cancellationToken)
    {
        var there = current.Select(j => (Jar: j, Name: JarName.Parse(j.Name))).ToList();
        var ownReleases = OwnHadoop(home, [.. there.Select(j => j.Name)]);
        var release = HadoopOf(libraries, librariesAt, hadoopVersion);
        var line = ReleaseNumber.Parse(release).Major;
        var incoming = Incoming(JarRecipe.For(line), release, libraries, librariesAt, companions, companionsAt);

        var added = new List<(JarSource Source, JarName Name, string Reason)>();
        var same = new HashSet<string>(StringComparer.Ordinal);
        foreach (var jar in incoming)
        {
            if (await IsThereAsync(jar.Source, current, cancellationToken).ConfigureAwait(false))
            {
                same.Add(jar.Source.FileName);
            }
            else
            {
                added.Add(jar);
            }
        }

        var removed = new List<(Jar Jar, JarName Name, string Reason)>();
        foreach (var (jar, name) in there.Where(j => !same.Contains(j.Jar.Name)))
        {
            if (ReasonToRemove(name, ownReleases, JarRecipe.For(line), incoming) is { } reason)
            {
                removed.Add((jar, name, reason));
            }
        }

        return new JarPlan(
            line,
            release,
            [
                .. removed.Select(r => new SparkJarChange(SparkJarAction.Remove, r.Jar.Name, r.Name.Artifact, r.Name.Version, r.Jar.Length, r.Reason)),
                .. added.Select(a => new SparkJarChange(SparkJarAction.Add, a.Source.FileName, a.Name.Artifact, a.Name.Version, a.Source.Length, a.Reason)),
            ],
            [.. removed.Select(r => r.Jar)],
            [.. added.Select(a => a.Source)],
            current.Count - removed.Count);
    }

    // Several versions at once are what a half-done swap by hand leaves behind: all of them go.
    private static HashSet<string> OwnHadoop(SparkHome home, IReadOnlyList<JarName> jars)
    {
        var shaded = jars.FirstOrDefault(j => j.Artifact is "hadoop-client-api" or "hadoop-client-runtime");
        if (shaded is not null)
        {
            throw SparkErrors.ShadedHadoop(home.Path, shaded.FileName);
        }

        var releases = jars.Where(j => j.Artifact == "hadoop-common").Select(j => j.Version).ToHashSet(StringComparer.Ordinal);
        return releases.Count > 0 ? releases : throw SparkErrors.NoHadoopJars(home.Path);
    }

    private static string HadoopOf(IReadOnlyList<JarSource> libraries, string librariesAt, int? wanted)
    {
        var releases = libraries.Select(l => JarName.Parse(l.FileName))
            .Where(n => n.Artifact == "hadoop-common" && n.Classifier.Length == 0)
            .Select(n => ReleaseNumber.TryParse(n.Version))
            .OfType<ReleaseNumber>()
            .OrderDescending()
            .ToList();
        if (releases.Count == 0)
        {
            throw SparkErrors.RequiredJarMissing("hadoop-common-*.jar", librariesAt, "without it nothing says which Hadoop the libraries are of");
        }

        var release = releases.FirstOrDefault(r => (wanted is null || r.Major == wanted) && JarRecipe.All.Any(recipe => recipe.HadoopVersion == r.Major));
        return release?.Text ?? throw SparkErrors.HadoopLineMissing(wanted ?? 3, librariesAt, string.Join(", ", releases.Select(r => r.Text)));
    }

    private static List<(JarSource Source, JarName Name, string Reason)> Incoming(
        JarRecipe recipe,
        string release,
        IReadOnlyList<JarSource> libraries,
        string librariesAt,
        IReadOnlyList<JarSource> companions,
        string companionsAt)
    {
        var incoming = new Dictionary<string, (JarSource Source, JarName Name, string Reason)>(StringComparer.Ordinal);
        void Take(JarSource source, JarName name, string reason)
        {
            var key = $"{name.Artifact}:{name.Classifier}";
            if (!incoming.TryGetValue(key, out var other) || ReleaseNumber.TryParse(name.Version) is { } version && version > ReleaseNumber.TryParse(other.Name.Version)!)
            {
                incoming[key] = (source, name, reason);
            }
        }

        foreach (var source in libraries)
        {
            var name = JarName.Parse(source.FileName);
            if (IsHadoop(name) && name.Version == release)
            {
                Take(source, name, $"Hadoop {release} of DSS");
            }
        }

        foreach (var row in recipe.Bring)
        {
            var (jars, folder) = row.Origin == JarOrigin.Libraries ? (libraries, librariesAt) : (companions, companionsAt);
            var matching = jars.Select(j => (Source: j, Name: JarName.Parse(j.FileName)))
                .Where(j => JarRecipe.Matches(row.Artifact, j.Name.Artifact) && !IsHadoop(j.Name))
                .ToList();
            if (matching.Count == 0 && row.Required)
            {
                throw SparkErrors.RequiredJarMissing($"{row.Artifact}-*.jar".Replace("*-*", "*", StringComparison.Ordinal), folder, row.Reason);
            }

            matching.ForEach(j => Take(j.Source, j.Name, row.Reason));
        }

        return [.. incoming.Values.OrderBy(j => j.Source.FileName, StringComparer.Ordinal)];
    }

    private static string? ReasonToRemove(
        JarName jar,
        HashSet<string> ownReleases,
        JarRecipe recipe,
        List<(JarSource Source, JarName Name, string Reason)> incoming)
    {
        if (IsHadoop(jar) && ownReleases.Contains(jar.Version))
        {
            return $"Hadoop {jar.Version} of the distribution";
        }

        if (incoming.FirstOrDefault(i => i.Name.Artifact == jar.Artifact && i.Name.Classifier == jar.Classifier) is { Name: { } successor })
        {
            return $"replaced by {successor.FileName}";
        }

        return recipe.Remove.FirstOrDefault(r => JarRecipe.Matches(r.Artifact, jar.Artifact))?.Reason;
    }

    private static bool IsHadoop(JarName jar) => jar.Artifact.StartsWith("hadoop-", StringComparison.Ordinal);

    private static async Task<bool> IsThereAsync(JarSource source, IReadOnlyList<Jar> current, CancellationToken cancellationToken)
    {
        var there = current.FirstOrDefault(j => j.Name == source.FileName && j.Length == source.Length);
        if (there is null)
        {
            return false;
        }

        // A rehearsal reads names and sizes from the archive; that is as near as it gets.
        return source.Path is null || (await Jar.ReadAsync(source.Path, cancellationToken).ConfigureAwait(false)).Sha256 == there.Sha256;
    }
}
