using SparkAzure.Core.Java;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;

namespace SparkAzure.Runs.Recording;

/// <summary>What linking says of a home's classes; a run that worked proves which of it does not matter.</summary>
internal sealed class HomeFaults
{
    private readonly JavaClassPath _path;
    private readonly ClassPathLinks _links;
    private readonly Dictionary<string, IReadOnlyList<(string, string)>> _known = new(StringComparer.Ordinal);

    private HomeFaults(JavaClassPath path)
    {
        _path = path;
        _links = new ClassPathLinks(path);
    }

    /// <summary>Reads the jars of a home.</summary>
    public static async Task<HomeFaults> ReadAsync(SparkScene scene, JavaMachine machine, CancellationToken cancellationToken)
    {
        var options = new JavaClassPathOptions(machine.Release) { JavaHome = machine.Home };
        return new HomeFaults(await JavaClassPath.ReadAsync(scene.Jars, options, cancellationToken));
    }

    /// <summary>The faults of classes, as the class that refers and the message.</summary>
    public HashSet<(string Referrer, string Message)> Of(IEnumerable<string> classes) => [.. classes.SelectMany(Of)];

    private IReadOnlyList<(string Referrer, string Message)> Of(string name)
    {
        if (!_known.TryGetValue(name, out var faults))
        {
            var found = new List<(string, string)>();
            for (var number = _path.Find(name); number >= 0; number = _path.Next(number))
            {
                found.AddRange(_links.FaultsOf(number).Select(f => (f.Class.Replace('.', '/'), f.Problem.Message)));
            }

            faults = found;
            _known.Add(name, faults);
        }

        return faults;
    }
}
