using System.Diagnostics;
using SparkAzure.Core.Tests.Releases;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>
/// Released Sparks of hollow jars, for tests: every entry's name, and of the classes of Hadoop, the Azure SDKs, wildfly and
/// jetty-util the names in their pools. Unpacked once, where the shared folder of releases can be had.
/// </summary>
public sealed class HollowReleases : IDisposable
{
    /// <summary>The releases that there are, and the Hadoop whose add-ons are theirs; none for those that have no abfs.</summary>
    public static readonly IReadOnlyList<(string Spark, string Hadoop)> All =
    [
        ("2.3.4", ""), ("2.4.0", ""), ("2.4.8", ""), ("3.0.3", "3.2.0"), ("3.1.3", "3.2.0"), ("3.2.4", "3.3.1"), ("3.3.4", "3.3.2"),
        ("3.4.4", "3.3.4"), ("3.5.0", "3.3.4"), ("3.5.9", "3.3.4"), ("4.0.5", "3.4.1"), ("4.1.4", "3.4.2"), ("4.2.1", "3.5.0"), ("4.3.0", "3.5.0"),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _store;

    public HollowReleases() => _store = new Lazy<string>(Unpack);

    /// <summary>The path of a folder below this one's own.</summary>
    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    /// <summary>The jars of a release, under their own names, as links; without those that a pattern covers.</summary>
    public string Lay(string version, params string[] without)
    {
        var home = _folder[$"{version}-{Guid.NewGuid():N}"];
        var jars = Directory.CreateDirectory(Path.Combine(home, "jars")).FullName;
        foreach (var (name, stored) in ReleaseLists.StoredNamesOf(version))
        {
            if (!without.Any(w => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(w, name)))
            {
                File.CreateSymbolicLink(Path.Combine(jars, name), Path.Combine(_store.Value, "hollow", stored));
            }
        }

        return home;
    }

    /// <summary>Puts a hollow add-on of a Hadoop beside them.</summary>
    public void Add(string home, string hadoop, string name) =>
        AddReal(home, Path.Combine(_store.Value, "hollow-addons", hadoop), name);

    /// <summary>Puts all add-ons of a Hadoop beside them, but for jars that are there already.</summary>
    public void AddAll(string home, string hadoop) => AddReal(home, Path.Combine(_store.Value, "hollow-addons", hadoop), "*.jar");

    /// <summary>Puts a real jar beside them.</summary>
    public static void AddReal(string home, string folder, params string[] patterns)
    {
        foreach (var jar in patterns.SelectMany(p => Directory.GetFiles(folder, p)))
        {
            var link = Path.Combine(home, "jars", Path.GetFileName(jar));
            if (!File.Exists(link))
            {
                File.CreateSymbolicLink(link, jar);
            }
        }
    }

    private string Unpack()
    {
        foreach (var archive in new[] { "hollow.tar.xz", "hollow-addons.tar.xz" })
        {
            var path = Path.Combine(ReleaseLists.Folder!, archive);
            using var tar = Process.Start("tar", ["-xJf", path, "-C", _folder.Path]);
            tar.WaitForExit();
            Assert.Equal(0, tar.ExitCode);
        }

        return _folder.Path;
    }
}
