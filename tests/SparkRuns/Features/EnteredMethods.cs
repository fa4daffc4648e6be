using System.Net;

namespace SparkAzure.Runs.Features;

/// <summary>The methods that JVMs entered, by name only: each was compiled then.</summary>
internal sealed class EnteredMethods
{
    /// <summary>The names of the methods, by the name of their class with slashes.</summary>
    public SortedDictionary<string, SortedSet<string>> OfClasses { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Reads what JVMs wrote.</summary>
    /// <param name="files">The files, one a JVM.</param>
    /// <param name="classes">The classes of the home's jars; others do not count.</param>
    public static EnteredMethods Read(IEnumerable<string> files, Func<string, bool> classes)
    {
        var entered = new EnteredMethods();
        var counts = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (name, method) in files.SelectMany(File.ReadLines).Select(Parse))
        {
            if (!counts.TryGetValue(name, out var known))
            {
                counts.Add(name, known = name.Length > 0 && classes(name));
            }

            if (known)
            {
                entered.Add(name, method);
            }
        }

        return entered;
    }

    /// <summary>Adds those of another JVM.</summary>
    public void Add(EnteredMethods others)
    {
        foreach (var (name, methods) in others.OfClasses)
        {
            foreach (var method in methods)
            {
                Add(name, method);
            }
        }
    }

    /// <summary>Those of a class.</summary>
    public IReadOnlySet<string> Of(string name) =>
        OfClasses.GetValueOrDefault(name) ?? new SortedSet<string>(StringComparer.Ordinal);

    private void Add(string name, string method)
    {
        if (!OfClasses.TryGetValue(name, out var methods))
        {
            OfClasses.Add(name, methods = new SortedSet<string>(StringComparer.Ordinal));
        }

        methods.Add(method);
    }

    //     30    1    b  1       org.apache.spark.SparkContext::&lt;init&gt; (45 bytes)
    private static (string Class, string Method) Parse(string line)
    {
        var middle = line.IndexOf("::", StringComparison.Ordinal);
        if (middle < 0)
        {
            return ("", "");
        }

        var start = line.LastIndexOf(' ', middle) + 1;
        var end = line.IndexOf(" (", middle, StringComparison.Ordinal);
        if (end < 0)
        {
            return ("", "");
        }

        return (line[start..middle].Replace('.', '/'), WebUtility.HtmlDecode(line[(middle + 2)..end]));
    }
}
