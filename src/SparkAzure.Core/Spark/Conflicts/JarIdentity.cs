using System.Text;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Which artifact a jar is. Maven's pom.properties tells group, artifact and version; where there is none the manifest tells the
/// group and the file name the rest. Of several pom.properties (a fat jar carries those of what it swallowed) the one counts that
/// agrees with the file name.
/// </summary>
/// <param name="Group">Maven's group id; empty when nothing tells.</param>
/// <param name="Artifact">Maven's artifact id.</param>
/// <param name="Version">The version; empty when nothing tells.</param>
/// <param name="Classifier">The classifier, from the file name; else empty.</param>
/// <param name="IsFat">True when it carries the pom.properties of several artifacts.</param>
internal sealed record JarIdentity(string Group, string Artifact, string Version, string Classifier, bool IsFat)
{
    private const int LongestText = 64 * 1024;

    /// <summary>The version as numbers; null when it does not begin with one.</summary>
    public ReleaseNumber? Release { get; } = ReleaseNumber.TryParse(Version);

    internal static async Task<JarIdentity> ReadAsync(JarArchive archive, string fileName, CancellationToken cancellationToken)
    {
        var name = JarName.Parse(fileName);
        var poms = new List<JarEntry>();
        JarEntry? manifest = null;
        foreach (var entry in archive.Entries)
        {
            var path = archive.Name(entry);
            if (!path.StartsWith("META-INF/"u8))
            {
                continue;
            }

            if (path.EndsWith("/pom.properties"u8) && path.StartsWith("META-INF/maven/"u8))
            {
                poms.Add(entry);
            }
            else if (path.SequenceEqual("META-INF/MANIFEST.MF"u8))
            {
                manifest = entry;
            }
        }

        var candidates = new List<JarIdentity>();
        foreach (var entry in poms)
        {
            var pom = Properties(await archive.ReadAsync(entry, LongestText, cancellationToken).ConfigureAwait(false), '=');
            if (pom.TryGetValue("artifactId", out var artifact) && pom.TryGetValue("version", out var version))
            {
                candidates.Add(new JarIdentity(pom.GetValueOrDefault("groupId", ""), artifact, version, ClassifierOf(name, artifact, version), poms.Count > 1));
            }
        }

        if (Choose(candidates, name) is { } chosen)
        {
            return chosen;
        }

        var attributes = manifest is null
            ? []
            : Properties(await archive.ReadAsync(manifest.Value, LongestText, cancellationToken).ConfigureAwait(false), ':');
        return new JarIdentity(
            GroupOf(attributes, name.Artifact),
            name.Artifact,
            name.Version.Length > 0 ? name.Version : attributes.GetValueOrDefault("Implementation-Version") ?? attributes.GetValueOrDefault("Bundle-Version", ""),
            name.Classifier,
            poms.Count > 1);
    }

    /// <summary>The artifact in words: <c>com.google.guava:guava:14.0.1</c>.</summary>
    public override string ToString() => string.Join(':', new[] { Group, Artifact, Version, Classifier }.Where(p => p.Length > 0));

    // A jar whose only pom.properties agrees with its file name in nothing is a shaded library's.
    private static JarIdentity? Choose(List<JarIdentity> candidates, JarName name) =>
        candidates.Find(c => c.Artifact == name.Artifact)
        ?? (candidates.Count == 1 && (name.Version.Length == 0 || candidates[0].Version == name.Version) ? candidates[0] : null);

    // A file name alone cannot tell javax.jdo-3.2.0-m3 from a classifier m3; the pom's version can.
    private static string ClassifierOf(JarName name, string artifact, string version)
    {
        var known = $"{artifact}-{version}";
        var stem = Path.GetFileNameWithoutExtension(name.FileName);
        return stem == known ? "" : stem.StartsWith(known + "-", StringComparison.Ordinal) ? stem[(known.Length + 1)..] : name.Classifier;
    }

    // OSGi's symbolic name is group and artifact, joined: org.xerial.snappy.snappy-java.
    private static string GroupOf(Dictionary<string, string> attributes, string artifact)
    {
        if (attributes.TryGetValue("Implementation-Vendor-Id", out var vendor))
        {
            return vendor;
        }

        var symbolic = attributes.GetValueOrDefault("Bundle-SymbolicName", "").Split(';')[0].Trim();
        return symbolic.EndsWith("." + artifact, StringComparison.Ordinal) ? symbolic[..^(artifact.Length + 1)] : "";
    }

    private static Dictionary<string, string> Properties(byte[] bytes, char separator)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.TrimEntries))
        {
            var at = line.IndexOf(separator, StringComparison.Ordinal);
            if (at > 0 && line[0] != '#')
            {
                properties.TryAdd(line[..at].Trim(), line[(at + 1)..].Trim());
            }
        }

        return properties;
    }
}
