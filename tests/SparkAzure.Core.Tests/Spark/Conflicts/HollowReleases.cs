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
        foreach (var line in File.ReadLines(Path.Combine(ReleaseLists.Folder!, $"{version}.tsv")))
        {
            var fields = line.Split('\t');
            if (!without.Any(w => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(w, fields[0])))
            {
                var stored = Path.Combine(_store.Value, "hollow", $"{fields[0][..^4]}.{fields[2][..10]}.jar");
                File.CreateSymbolicLink(Path.Combine(jars, fields[0]), stored);
            }
        }

        return home;
    }

    /// <summary>Puts a hollow add-on beside them.</summary>
    public void Add(string home, params string[] names)
    {
        foreach (var name in names)
        {
            var stored = Directory.GetFiles(Path.Combine(_store.Value, "hollow-addons"), name, SearchOption.AllDirectories).First();
            File.CreateSymbolicLink(Path.Combine(home, "jars", Path.GetFileName(stored)), stored);
        }
    }

    /// <summary>Puts a real jar beside them.</summary>
    public static void AddReal(string home, string folder, params string[] patterns)
    {
        foreach (var jar in patterns.SelectMany(p => Directory.GetFiles(folder, p)))
        {
            File.CreateSymbolicLink(Path.Combine(home, "jars", Path.GetFileName(jar)), jar);
        }
    }

    private string Unpack()
    {
        foreach (var archive in new[] { "hollow.tar.xz", "hollow-addons.tar.xz" })
        {
            var path = Path.Combine(Path.GetDirectoryName(ReleaseLists.Folder!)!, archive);
            using var tar = Process.Start("tar", ["-xJf", path, "-C", _folder.Path]);
            tar.WaitForExit();
            Assert.Equal(0, tar.ExitCode);
        }

        return _folder.Path;
    }
}
