using System.Text;

namespace SparkAzure.Core.Java;

/// <summary>
/// Which artifact a jar is. Maven's pom.properties tells group, artifact and version; where there is none the manifest
/// tells the group and the file name the rest. Of several pom.properties (a fat jar carries those of what it swallowed)
/// the one counts that agrees with the file name.
/// </summary>
/// <param name="Group">Maven's group id; empty when nothing tells.</param>
/// <param name="Artifact">Maven's artifact id.</param>
/// <param name="Version">The version; empty when nothing tells.</param>
/// <param name="Classifier">The classifier, from the file name; else empty.</param>
/// <param name="IsFat">True when it carries the pom.properties of several artifacts.</param>
internal sealed record JarIdentity(string Group, string Artifact, string Version, string Classifier, bool IsFat)
{
    private const int LongestText = 64 * 1024;

    /// <summary>Reads who a jar is.</summary>
    /// <param name="archive">The jar.</param>
    /// <param name="fileName">Its file name.</param>
    /// <param name="named">What its file name tells.</param>
    /// <exception cref="SparkAzureException">JarUnreadable.</exception>
    internal static JarIdentity Read(JarArchive archive, string fileName, JarIdentity named)
    {
        var (poms, manifest) = Describing(archive);
        var isFat = poms.Count > 1;
        var candidates = new List<JarIdentity>();
        foreach (var entry in poms)
        {
            var pom = Properties(archive.Read(entry, LongestText), '=');
            if (pom.TryGetValue("artifactId", out var artifact) && pom.TryGetValue("version", out var version))
            {
                var classifier = ClassifierOf(fileName, artifact, version) ?? named.Classifier;
                candidates.Add(new JarIdentity(
                    pom.GetValueOrDefault("groupId", ""),
                    artifact,
                    version,
                    classifier,
                    isFat));
            }
        }

        if (Choose(candidates, named) is { } chosen)
        {
            return chosen;
        }

        var attributes = new Dictionary<string, string>();
        if (manifest is { } text)
        {
            attributes = Properties(archive.Read(text, LongestText), ':');
        }

        return named with
        {
            Group = GroupOf(attributes, named.Artifact),
            Version = named.Version.Length > 0 ? named.Version : VersionOf(attributes),
            IsFat = isFat,
        };
    }

    // The entries that say what a jar is: Maven's, and the manifest.
    private static (IReadOnlyList<JarEntry> Poms, JarEntry? Manifest) Describing(JarArchive archive)
    {
        var poms = new List<JarEntry>();
        JarEntry? manifest = null;
        foreach (var entry in archive.Entries)
        {
            var path = archive.Name(entry);
            if (path.StartsWith("META-INF/maven/"u8) && path.EndsWith("/pom.properties"u8))
            {
                poms.Add(entry);
            }
            else if (path.SequenceEqual("META-INF/MANIFEST.MF"u8))
            {
                manifest = entry;
            }
        }

        return (poms, manifest);
    }

    // A jar whose only pom.properties agrees with its file name in nothing is a shaded library's.
    private static JarIdentity? Choose(List<JarIdentity> candidates, JarIdentity named)
    {
        var same = candidates.Find(c => c.Artifact == named.Artifact);
        if (same is null && candidates is [var only] && (named.Version.Length == 0 || only.Version == named.Version))
        {
            return only;
        }

        return same;
    }

    // A file name alone cannot tell javax.jdo-3.2.0-m3 from a classifier m3; the pom's version can. Null where the file
    // is named otherwise.
    private static string? ClassifierOf(string fileName, string artifact, string version)
    {
        var known = $"{artifact}-{version}";
        var stem = Path.GetFileNameWithoutExtension(fileName);
        if (stem == known)
        {
            return "";
        }

        if (stem.StartsWith(known + "-", StringComparison.Ordinal))
        {
            return stem[(known.Length + 1)..];
        }

        return null;
    }

    private static string VersionOf(Dictionary<string, string> attributes) =>
        attributes.GetValueOrDefault("Implementation-Version") ?? attributes.GetValueOrDefault("Bundle-Version", "");

    // OSGi's symbolic name is group and artifact, joined: org.xerial.snappy.snappy-java.
    private static string GroupOf(Dictionary<string, string> attributes, string artifact)
    {
        if (attributes.TryGetValue("Implementation-Vendor-Id", out var vendor))
        {
            return vendor;
        }

        var symbolic = attributes.GetValueOrDefault("Bundle-SymbolicName", "").Split(';')[0].Trim();
        if (symbolic.EndsWith("." + artifact, StringComparison.Ordinal))
        {
            return symbolic[..^(artifact.Length + 1)];
        }

        return "";
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
