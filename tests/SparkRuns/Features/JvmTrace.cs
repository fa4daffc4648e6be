namespace SparkAzure.Runs.Features;

/// <summary>
/// What a JVM did with classes: which ones it loaded from which jar and in which order, and for which class it looked
/// up which other one.
/// </summary>
internal sealed class JvmTrace
{
    private const string Loaded = "[Loaded ";
    private const string LookedUp = "RESOLVE ";
    private const string File8 = " from file:";
    private const string File9 = " source: file:";

    // Through Class.forName or reflection: no reference of the class.
    private static readonly string[] ByName = ["(explicit)", "(reflection)"];

    private readonly Func<LoadedClass, bool> _counts;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LoadedClass> _loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _times = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), long> _lookUps = [];
    private long _time;

    private JvmTrace(Func<LoadedClass, bool> counts) => _counts = counts;

    /// <summary>
    /// The classes, in the order in which a class of another jar first needed them; those that were asked for by name
    /// or by their own jar alone, where they were loaded.
    /// </summary>
    public IReadOnlyList<LoadedClass> Classes { get; private set; } = [];

    /// <summary>The names of the classes that a class had the JVM look up.</summary>
    public SortedDictionary<string, SortedSet<string>> LookUps { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads what JVMs wrote.</summary>
    /// <param name="files">The files, one a JVM.</param>
    /// <param name="counts">
    /// Whether a jar has a class: what is made while a program runs may say that it comes from one, as Janino's do.
    /// </param>
    public static JvmTrace Read(IEnumerable<string> files, Func<LoadedClass, bool> counts)
    {
        var trace = new JvmTrace(counts);
        foreach (var line in files.SelectMany(File.ReadLines))
        {
            trace._time++;
            trace.Add(line);
        }

        trace.End();
        return trace;
    }

    // Java 8:  [Loaded a.b.C from file:/home/jars/c.jar]         RESOLVE a.b.C d.e.F C.java:12
    // later:   [0.162s] a.b.C source: file:/home/jars/c.jar      [0.162s] a.b.C d.e.F (super)
    private void Add(string line)
    {
        if (line.StartsWith(Loaded, StringComparison.Ordinal))
        {
            AddLoaded(line[Loaded.Length..].TrimEnd(']'), File8);
            return;
        }

        if (line.StartsWith(LookedUp, StringComparison.Ordinal))
        {
            AddLookUp(line[LookedUp.Length..]);
            return;
        }

        var stamp = line.IndexOf("] ", StringComparison.Ordinal);
        if (line.StartsWith('[') && stamp > 0)
        {
            var rest = line[(stamp + 2)..];
            if (rest.Contains(" source: ", StringComparison.Ordinal))
            {
                AddLoaded(rest, File9);
            }
            else
            {
                AddLookUp(rest);
            }
        }
    }

    private void AddLoaded(string text, string mark)
    {
        var end = text.IndexOf(mark, StringComparison.Ordinal);
        if (end < 0)
        {
            return;
        }

        // A JVM tells where a link leads, so the folder may be another one.
        var loaded = new LoadedClass(Slashed(text[..end]), Path.GetFileName(text[(end + mark.Length)..]));
        if (!_loaded.ContainsKey(loaded.Name) && _counts(loaded))
        {
            _loaded.Add(loaded.Name, loaded);
            _times.Add(loaded.Name, _time);
        }
    }

    private void AddLookUp(string text)
    {
        var words = text.Split(' ', 3);
        if (words.Length > 1 && words[0] != words[1] && !ByName.Any(n => text.EndsWith(n, StringComparison.Ordinal)))
        {
            _lookUps.TryAdd((Slashed(words[0]), Slashed(words[1])), _time);
        }
    }

    private void End()
    {
        var first = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var ((from, to), time) in _lookUps.OrderBy(l => l.Value))
        {
            if (!_loaded.TryGetValue(from, out var referrer) || !_loaded.TryGetValue(to, out var target))
            {
                continue;
            }

            if (!LookUps.TryGetValue(from, out var targets))
            {
                LookUps.Add(from, targets = new SortedSet<string>(StringComparer.Ordinal));
            }

            targets.Add(to);
            if (referrer.Jar != target.Jar)
            {
                first.TryAdd(to, time);
            }
        }

        Classes = [.. _loaded.Values.OrderBy(c => first.GetValueOrDefault(c.Name, _times[c.Name]))];
    }

    // A name comes thousands of times; it is one string.
    private string Slashed(string dotted)
    {
        if (!_names.TryGetValue(dotted, out var name))
        {
            name = dotted.Replace('.', '/');
            _names.Add(dotted, name);
        }

        return name;
    }
}
