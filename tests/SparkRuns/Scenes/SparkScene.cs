using System.IO.Compression;
using System.IO.Enumeration;

namespace SparkAzure.Runs.Scenes;

/// <summary>
/// A Spark home to try something on: links to a real one, so that laying it, leaving out a jar and adding one cost nothing.
/// </summary>
internal sealed class SparkScene
{
    private SparkScene(SparkStock stock, string version, string libraries, string home)
    {
        Stock = stock;
        Version = version;
        Libraries = libraries;
        Home = home;
    }

    /// <summary>Where its files come from.</summary>
    public SparkStock Stock { get; }

    /// <summary>Spark's version: 2.4.8.</summary>
    public string Version { get; }

    /// <summary>The name of its set of libraries.</summary>
    public string Libraries { get; }

    /// <summary>The home: SPARK_HOME.</summary>
    public string Home { get; }

    /// <summary>Its jars in the order of the class path, which is that of their names.</summary>
    public IReadOnlyList<string> Jars =>
        [.. Directory.GetFiles(JarFolder, "*.jar").Order(StringComparer.Ordinal)];

    private string JarFolder => Path.Combine(Home, "jars");

    /// <summary>Lays a home of a release with a set of libraries.</summary>
    /// <param name="stock">Where they are.</param>
    /// <param name="version">2.4.8 or 3.5.9.</param>
    /// <param name="libraries">A name of <see cref="LibrarySet.All"/>.</param>
    /// <param name="home">The folder that becomes the home; it must not be there yet.</param>
    public static SparkScene Lay(SparkStock stock, string version, string libraries, string home)
    {
        var released = stock.Home(version);
        var set = LibrarySet.Of(libraries);
        Directory.CreateDirectory(home);
        foreach (var entry in Directory.GetFileSystemEntries(released).Where(e => Path.GetFileName(e) != "jars"))
        {
            File.CreateSymbolicLink(Path.Combine(home, Path.GetFileName(entry)), entry);
        }

        var scene = new SparkScene(stock, version, libraries, home);
        Directory.CreateDirectory(scene.JarFolder);
        scene.AddAll(Path.Combine(released, "jars"), ["*.jar"]);
        foreach (var pattern in set.Leaves)
        {
            scene.LeaveOut(pattern);
        }

        foreach (var (folder, patterns) in set.Brings)
        {
            scene.AddAll(stock.Libraries(folder), patterns);
        }

        return scene;
    }

    /// <summary>Takes jars away.</summary>
    /// <param name="pattern">Their file names: <c>hadoop-common-*</c>.</param>
    /// <returns>The names of those that were there.</returns>
    public IReadOnlyList<string> LeaveOut(string pattern)
    {
        var gone = Matching(JarFolder, pattern).ToList();
        gone.ForEach(File.Delete);
        return [.. gone.Select(Path.GetFileName).Select(n => n!)];
    }

    /// <summary>Adds a jar, or has it in the place of one of the same name.</summary>
    public void Add(string jar)
    {
        var link = Path.Combine(JarFolder, Path.GetFileName(jar));
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.GetFullPath(jar));
    }

    /// <summary>Cuts an entry out of a jar: a copy without it stands in its place.</summary>
    /// <param name="pattern">The jar's file name: <c>commons-io-*</c>.</param>
    /// <param name="entry">The entry: <c>a/b/C.class</c>.</param>
    public void CutOut(string pattern, string entry)
    {
        var link = Matching(JarFolder, pattern).Single();
        var real = File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName;
        File.Delete(link);
        File.Copy(real, link);
        using var zip = ZipFile.Open(link, ZipArchiveMode.Update);
        zip.GetEntry(entry)!.Delete();
    }

    private void AddAll(string folder, string[] patterns)
    {
        foreach (var jar in patterns.SelectMany(p => Matching(folder, p)))
        {
            Add(jar);
        }
    }

    private static IEnumerable<string> Matching(string folder, string pattern) =>
        Directory.GetFiles(folder).Where(f => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(f)));
}
