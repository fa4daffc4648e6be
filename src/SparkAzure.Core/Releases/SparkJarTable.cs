namespace SparkAzure.Core.Releases;

/// <summary>
/// The jars of every Spark release that was read, from <c>spark-jars.txt</c>, whose head says where they were read and
/// which command made it.
/// </summary>
internal static class SparkJarTable
{
    private const string Resource = "SparkAzure.Core.Releases.spark-jars.txt";

    // In place of a version: the release's own.
    private const string OwnVersion = "=";

    private static readonly Lazy<Content> Table = new(Read);

    /// <summary>The releases, oldest first.</summary>
    public static IReadOnlyList<string> Releases => Table.Value.Releases;

    /// <summary>Spark's own artifacts, without Scala's version: what any release ships under its own version.</summary>
    public static IReadOnlySet<string> Modules => Table.Value.Modules;

    /// <summary>The jars of a release.</summary>
    /// <param name="release">One of <see cref="Releases"/>; of any other there are none.</param>
    public static IReadOnlyList<ShippedJar> JarsOf(string release)
    {
        var at = Table.Value.PositionOf(release);
        return
        [
            .. Table.Value.Rows
                .Where(r => r.IsOf(at))
                .Select(r => new ShippedJar(r.Artifact, r.VersionIn(release), r.Classifier)),
        ];
    }

    private static Content Read()
    {
        using var stream = typeof(SparkJarTable).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var content = new Content();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                content.Add(line.Split('\t'));
            }
        }

        return content;
    }

    private sealed class Content
    {
        private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
        private readonly List<Row> _rows = [];
        private readonly HashSet<string> _modules = new(StringComparer.Ordinal);

        public string[] Releases { get; private set; } = [];

        public IReadOnlySet<string> Modules => _modules;

        public IReadOnlyList<Row> Rows => _rows;

        public int PositionOf(string release) => _positions.GetValueOrDefault(release, -1);

        // The first line lists the releases, which the others name.
        public void Add(string[] fields)
        {
            if (Releases.Length == 0)
            {
                Releases = fields[1].Split(' ');
                foreach (var release in Releases)
                {
                    _positions[release] = _positions.Count;
                }

                return;
            }

            var (artifact, classifier) = Parted(fields[0], ':');
            var row = new Row(artifact, classifier, fields[1], [.. fields[2].Split(' ').Select(RangeOf)]);
            _rows.Add(row);
            if (row.HasOwnVersion)
            {
                _modules.Add(ScalaSuffix.Without(artifact));
            }
        }

        private (int First, int Last) RangeOf(string text)
        {
            var (first, last) = Parted(text, '-');
            if (last.Length == 0)
            {
                last = first;
            }

            return (_positions[first], _positions[last]);
        }

        private static (string Before, string After) Parted(string text, char separator)
        {
            var parts = text.Split(separator, 2);
            return (parts[0], parts.ElementAtOrDefault(1) ?? "");
        }
    }

    private sealed record Row(string Artifact, string Classifier, string Version, (int First, int Last)[] Ranges)
    {
        public bool HasOwnVersion => Version == OwnVersion;

        public bool IsOf(int release) => Array.Exists(Ranges, r => release >= r.First && release <= r.Last);

        public string VersionIn(string release)
        {
            if (HasOwnVersion)
            {
                return release;
            }

            return Version;
        }
    }
}
