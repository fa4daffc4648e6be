using System.IO.Compression;
using SparkAzure.Core.Java;

namespace SparkAzure.Core.Tests.Java;

/// <summary>The cases of <see cref="BreakCase"/>, compiled once: <c>user.jar</c> and the changed <c>library.jar</c>.</summary>
public sealed class BreakBench : IDisposable
{
    private const string Main = """
        public class Main {
            public static void main(String[] names) {
                for (String name : names) {
                    try {
                        Class.forName(name + ".User").getMethod("run").invoke(null);
                        System.out.println(name + "\t");
                    } catch (java.lang.reflect.InvocationTargetException e) {
                        System.out.println(name + "\t" + e.getCause());
                    } catch (Throwable t) {
                        System.out.println(name + "\t" + t);
                    }
                }
            }
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<int, Dictionary<string, string>> _said = [];
    private readonly object _lock = new();
    private bool _isMade;

    internal static string PackageOf(BreakCase one) => $"p{BreakCase.All.ToList().IndexOf(one):00}";

    /// <summary>What a real JVM throws in a case; empty when it runs.</summary>
    internal string Say(JavaMachine machine, BreakCase one)
    {
        lock (_lock)
        {
            Make();
            if (!_said.TryGetValue(machine.Release, out var said))
            {
                var classPath = $"{_folder["user.jar"]}:{_folder["library.jar"]}";
                var output = JavaTools.Run([.. machine.Command, "-cp", classPath, "Main", .. BreakCase.All.Select(PackageOf)]);
                said = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')).ToDictionary(l => l[0], l => l[1]);
                _said[machine.Release] = said;
            }

            return said[PackageOf(one)];
        }
    }

    /// <summary>What linking says of the case's code.</summary>
    internal async Task<IReadOnlyList<string>> PredictAsync(JavaMachine machine, BreakCase one, bool withJdk)
    {
        lock (_lock)
        {
            Make();
        }

        var path = await JavaClassPath.ReadAsync(
            [_folder["user.jar"], _folder["library.jar"]],
            new JavaClassPathOptions(machine.Release) { JavaHome = withJdk ? machine.Home : null, IndexFolder = _folder["index"] },
            default);
        Assert.Equal(withJdk, path.HasJdk);
        var links = new ClassPathLinks(path);
        var (from, to) = path.ClassesOf(path.Jars.ToList().FindIndex(j => j.FileName == "user.jar"));
        var classes = Enumerable.Range(from, to - from).Where(c => path.NameOf(c).StartsWith(PackageOf(one) + "/", StringComparison.Ordinal)).ToList();
        var faults = classes.SelectMany(links.FaultsOf).Select(f => f.Problem);
        var withoutCode = classes.Where(c => links.Hierarchy.Load(c) is null).SelectMany(c => links.Abstract.Of(c, _ => true));
        return [.. faults.Concat(withoutCode).Select(p => p.ToString()).Distinct()];
    }

    public void Dispose() => _folder.Dispose();

    private void Make()
    {
        if (_isMade)
        {
            return;
        }

        _isMade = true;
        foreach (var one in BreakCase.All)
        {
            Write("before", PackageOf(one), one.Before);
            Write("user", PackageOf(one), one.User);
            Write("after", PackageOf(one), one.After);
        }

        _folder.Write("user/Main.java", Main);
        Compile("before", []);
        Compile("user", ["-cp", _folder["before-classes"]]);
        Compile("after", []);
        foreach (var gone in Directory.GetFiles(_folder["after-classes"], "*.class", SearchOption.AllDirectories).Where(f => _gone.Contains(Path.GetRelativePath(_folder["after-classes"], f))))
        {
            File.Delete(gone);
        }

        ZipFile.CreateFromDirectory(_folder["user-classes"], _folder["user.jar"]);
        ZipFile.CreateFromDirectory(_folder["after-classes"], _folder["library.jar"]);
    }

    private readonly HashSet<string> _gone = [];

    private void Write(string folder, string package, string sources)
    {
        foreach (var source in sources.Split("//// ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = source.IndexOf('\n', StringComparison.Ordinal);
            var name = source[..end].Trim('=', ' ');
            if (name.StartsWith('-'))
            {
                // Only to compile the others against.
                name = name[1..];
                _gone.Add(Path.Combine(package, name + ".class"));
            }

            _folder.Write(Path.Combine(folder, package, name + ".java"), source[(end + 1)..].Replace("package P", "package " + package, StringComparison.Ordinal).Replace("P.other", package + ".other", StringComparison.Ordinal));
        }
    }

    private void Compile(string folder, string[] options)
    {
        var sources = Directory.GetFiles(_folder[folder], "*.java", SearchOption.AllDirectories);
        var javac = Path.Combine(JavaTools.CompilerHome!, "bin", "javac");
        JavaTools.Run([javac, "--release", "8", "-nowarn", "-Xlint:-options", "-d", _folder[folder + "-classes"], .. options, .. sources]);
    }
}
