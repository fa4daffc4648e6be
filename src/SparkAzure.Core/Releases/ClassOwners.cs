namespace SparkAzure.Core.Releases;

/// <summary>
/// Which artifacts have a class, by its package, from <c>class-owners.txt</c>, whose head says what was read and which
/// command made it.
/// </summary>
/// <remarks>
/// A line is a part of a package's name, indented by its depth, a tab, and the artifacts that have the package: the
/// first one that belongs to a Spark has the class. Nothing behind the tab means those of the package around it. What
/// stands in parentheses is meant for the packages below alone, as no class was seen in that one itself; a dash there
/// means those of the package around it. A line that begins with a dot names classes of the package that others have.
/// </remarks>
internal static class ClassOwners
{
    private const string Resource = "SparkAzure.Core.Releases.class-owners.txt";

    private const string NoClasses = "-";

    private static readonly Lazy<Dictionary<string, Package>> Packages = new(Read);

    /// <summary>The artifacts that have a class, the likeliest first; none where its package was never seen.</summary>
    /// <param name="className">The class's name with slashes.</param>
    public static IReadOnlyList<ClassOwner> Of(string className)
    {
        var slash = className.LastIndexOf('/');
        if (slash < 0 || !Packages.Value.TryGetValue(className[..slash], out var package))
        {
            return [];
        }

        return package.OwnersOf(Outermost(className[(slash + 1)..]));
    }

    /// <summary>The class around a nested one: <c>JSON</c> of <c>JSON$Convertor</c>.</summary>
    /// <param name="simpleName">The class's name without its package.</param>
    public static string Outermost(string simpleName)
    {
        // Scala has names that begin so: $colon$colon.
        var at = simpleName.IndexOf('$', Math.Min(1, simpleName.Length));
        if (at > 0)
        {
            return simpleName[..at];
        }

        return simpleName;
    }

    private static Dictionary<string, Package> Read()
    {
        using var stream = typeof(ClassOwners).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var packages = new Dictionary<string, Package>(StringComparer.Ordinal);
        var open = new List<Level>();
        while (reader.ReadLine() is { } line)
        {
            var text = line.TrimStart(' ');
            var depth = line.Length - text.Length;
            if (text.StartsWith('#'))
            {
                continue;
            }

            var fields = text.Split('\t');
            open.RemoveRange(depth, open.Count - depth);
            if (text.StartsWith('.'))
            {
                packages[open[^1].Name].Add(fields[0][1..].Split(' '), OwnersIn(fields[1]));
                continue;
            }

            open.Add(LevelOf(fields, open.LastOrDefault()));
            var hasClasses = fields[1] != NoClasses && !fields[1].StartsWith('(');
            if (hasClasses)
            {
                packages[open[^1].Name] = new Package(open[^1].Owners);
            }
        }

        return packages;
    }

    private static Level LevelOf(string[] fields, Level? above)
    {
        var name = above is null ? fields[0] : $"{above.Name}/{fields[0]}";
        if (fields[1].Length == 0 || fields[1] == NoClasses)
        {
            return new Level(name, above?.Owners ?? []);
        }

        return new Level(name, OwnersIn(fields[1].Trim('(', ')')));
    }

    private static ClassOwner[] OwnersIn(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ClassOwner.Parse)];

    private sealed record Level(string Name, ClassOwner[] Owners);

    private sealed class Package(ClassOwner[] owners)
    {
        private Dictionary<string, ClassOwner[]>? _others;

        public void Add(string[] classes, ClassOwner[] others)
        {
            _others ??= new Dictionary<string, ClassOwner[]>(StringComparer.Ordinal);
            foreach (var name in classes)
            {
                _others[name] = others;
            }
        }

        public ClassOwner[] OwnersOf(string outermost) => _others?.GetValueOrDefault(outermost) ?? owners;
    }
}
