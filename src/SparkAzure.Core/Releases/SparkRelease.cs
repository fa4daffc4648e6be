namespace SparkAzure.Core.Releases;

/// <summary>How far the tables know a release.</summary>
internal enum SparkReleaseKnowledge
{
    /// <summary>It was read itself.</summary>
    Itself,

    /// <summary>It was not; what is said is the nearest release's of its line (3.5 of 3.5.10).</summary>
    Nearest,

    /// <summary>Nothing of its line was; what is said is what all releases ship, without versions.</summary>
    Line,
}

/// <summary>What a Spark release ships.</summary>
internal sealed class SparkRelease
{
    internal SparkRelease(string version, string nearest, SparkReleaseKnowledge knowledge, IReadOnlyList<ShippedJar> jars)
    {
        Version = version;
        Nearest = nearest;
        Knowledge = knowledge;
        Jars = jars;
        var number = ReleaseNumber.Parse(version);
        Files = SparkArchives.Of(SparkArchives.Files, number);
        Hadoop = ListedVersionOf("hadoop-common") ?? ListedVersionOf("hadoop-client-api");
        Hadoops = HadoopsOf(number);
    }

    /// <summary>The release that was asked for.</summary>
    public string Version { get; }

    /// <summary>The release of the tables that answers: itself, or the nearest one.</summary>
    public string Nearest { get; }

    /// <summary>Whether that is the release itself.</summary>
    public SparkReleaseKnowledge Knowledge { get; }

    /// <summary>The jars; Spark's own have the version that was asked for.</summary>
    public IReadOnlyList<ShippedJar> Jars { get; }

    /// <summary>The files beside the jars, by path.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Scala's version; null where only the line is known.</summary>
    public string? Scala => ListedVersionOf("scala-library");

    /// <summary>The Hadoop whose jars are listed; null where only the line is known.</summary>
    public string? Hadoop { get; }

    /// <summary>The Hadoops of all official archives; none where only the line is known.</summary>
    public IReadOnlyList<string> Hadoops { get; }

    /// <summary>Whether Hadoop is there as hadoop-client-api and hadoop-client-runtime.</summary>
    public bool IsShaded => ListedVersionOf("hadoop-client-api") is not null;

    /// <summary>
    /// The version that the release ships of an artifact, several parted by a comma; null when it ships none, or when
    /// the release itself was not read.
    /// </summary>
    /// <param name="name">The artifact, without Scala's version.</param>
    public string? VersionOf(string name)
    {
        if (Knowledge == SparkReleaseKnowledge.Itself)
        {
            return ListedVersionOf(name);
        }

        return null;
    }

    /// <summary>The same as far as <see cref="Nearest"/> tells it.</summary>
    /// <param name="name">The artifact, without Scala's version.</param>
    public string? ListedVersionOf(string name)
    {
        var versions = string.Join(", ", Jars.Where(j => j.Name == name).Select(j => j.Version).Distinct());
        if (versions.Length > 0)
        {
            return versions;
        }

        return null;
    }

    private string[] HadoopsOf(ReleaseNumber number)
    {
        if (Hadoop is null)
        {
            return [];
        }

        return [.. SparkArchives.Of(SparkArchives.OtherHadoops, number).Append(Hadoop).Distinct()];
    }
}
