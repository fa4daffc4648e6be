using SparkAzure.Core.Java;
using SparkAzure.Runs.Features;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;

namespace SparkAzure.Runs.Recording;

/// <summary>
/// The classes of a home's jars, and what linking says of them; a run that worked proves which of it does not matter.
/// </summary>
internal sealed class HomeClasses
{
    private readonly JavaClassPath _path;
    private readonly ClassPathLinks _links;
    private readonly Dictionary<int, IReadOnlyList<string>> _known = [];

    private HomeClasses(JavaClassPath path)
    {
        _path = path;
        _links = new ClassPathLinks(path);
    }

    /// <summary>Reads the jars of a home.</summary>
    public static async Task<HomeClasses> ReadAsync(
        SparkScene scene, JavaMachine machine, CancellationToken cancellationToken)
    {
        var options = new JavaClassPathOptions(machine.Release) { JavaHome = machine.Home };
        return new HomeClasses(await JavaClassPath.ReadAsync(scene.Jars, options, cancellationToken));
    }

    /// <summary>Whether a jar of the home has a class of that name, with slashes.</summary>
    public bool Has(string name)
    {
        var number = _path.Find(name);
        return number >= 0 && !_path.JarOf(number).IsJdk;
    }

    /// <summary>Whether the jar has the class.</summary>
    public bool Has(LoadedClass loaded) => Find(loaded) >= 0;

    /// <summary>The CRC-32 of the class file.</summary>
    public uint Crc32(LoadedClass loaded) => _path.Row(Find(loaded)).Crc32;

    /// <summary>The messages of its faults: what a JVM would say if it resolved the reference.</summary>
    public IReadOnlyList<string> Faults(LoadedClass loaded)
    {
        var number = Find(loaded);
        lock (_known)
        {
            if (!_known.TryGetValue(number, out var faults))
            {
                faults = [.. _links.FaultsOf(number).Select(f => f.Problem.Message).Distinct(StringComparer.Ordinal)];
                _known.Add(number, faults);
            }

            return faults;
        }
    }

    private int Find(LoadedClass loaded)
    {
        var number = _path.Find(loaded.Name);
        while (number >= 0 && (_path.JarOf(number).IsJdk || _path.JarOf(number).FileName != loaded.Jar))
        {
            number = _path.Next(number);
        }

        return number;
    }
}
