using System.Globalization;
using System.IO.Compression;
using System.Text;
using SparkAzure.Runs.Features;

namespace SparkAzure.Runs.Recording;

/// <summary>
/// The data as a file, which SparkAzure.Core reads (SparkRuns.cs says what is in it). The same runs make the same
/// bytes: everything is sorted. Brotli, as it makes a quarter less of it than gzip does.
/// </summary>
internal sealed class RunsFile
{
    /// <summary>How many runs a mask of the data has room for.</summary>
    public const int MostRuns = 128;

    private readonly IReadOnlyList<RecordedRun> _runs;
    private readonly EnteredMethods _methods;
    private readonly SortedDictionary<string, ClassOfRuns> _classes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ClassOrder> _orders = new(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();

    private RunsFile(IReadOnlyList<RecordedRun> runs, EnteredMethods methods)
    {
        _runs = runs;
        _methods = methods;
        for (var i = 0; i < runs.Count; i++)
        {
            Add(runs[i], UInt128.One << i);
        }
    }

    /// <summary>Writes runs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="comments">What made it.</param>
    /// <param name="runs">The runs; a run's index is its place.</param>
    /// <param name="methods">The methods that runs entered.</param>
    /// <exception cref="InvalidOperationException">There are more runs than a mask has bits.</exception>
    public static void Write(
        string path, IEnumerable<string> comments, IReadOnlyList<RecordedRun> runs, EnteredMethods methods)
    {
        if (runs.Count > MostRuns)
        {
            throw new InvalidOperationException($"{runs.Count} runs: the data has room for {MostRuns}.");
        }

        var text = new RunsFile(runs, methods).Text(comments);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var zip = new BrotliStream(File.Create(path), CompressionLevel.SmallestSize);
        zip.Write(Encoding.UTF8.GetBytes(text));
    }

    private void Add(RecordedRun run, UInt128 bit)
    {
        foreach (var read in run.Classes)
        {
            if (!_classes.TryGetValue(read.Name, out var known))
            {
                _classes.Add(read.Name, known = new ClassOfRuns());
            }

            known.Add(read, bit);
        }

        foreach (var (name, targets) in run.LookUps)
        {
            _classes[name].Targets.UnionWith(targets);
        }

        if (!_orders.TryGetValue(run.Spark, out var order))
        {
            _orders.Add(run.Spark, order = new ClassOrder());
        }

        order.Add(run.Classes.Select(c => c.Name));
    }

    private string Text(IEnumerable<string> comments)
    {
        foreach (var comment in comments)
        {
            _text.Append("# ").Append(comment).Append('\n');
        }

        for (var i = 0; i < _runs.Count; i++)
        {
            var run = _runs[i];
            Line("run", Invariant(i), run.Spark, run.Libraries, Invariant(run.Java), run.Role, run.Feature.ToString());
        }

        var places = _classes.Keys.Select((name, place) => (name, place))
            .ToDictionary(c => c.name, c => c.place, StringComparer.Ordinal);
        foreach (var (name, known) in _classes)
        {
            var contents = known.Contents.Select(c => $"{c.Key:x8}:{Hex(c.Value)}");
            var targets = known.Targets.Select(t => places[t]).Order().Select(Invariant);
            var methods = _methods.Of(name);
            Line("class", name, Hex(known.Runs), Words(contents), Words(methods), Words(targets), Ranks(name));
        }

        foreach (var (name, known) in _classes)
        {
            foreach (var (message, runs) in known.Survived)
            {
                Line("optional", name, message.Replace('\t', ' ').Replace('\n', ' '), Hex(runs));
            }
        }

        return _text.ToString();
    }

    private string Ranks(string name)
    {
        var having = _orders.Where(o => o.Value.Places.ContainsKey(name));
        return Words(having.Select(o => $"{o.Key}:{Invariant(o.Value.Places[name])}"));
    }

    private void Line(params string[] fields) => _text.AppendJoin('\t', fields).Append('\n');

    private static string Words(IEnumerable<string> words) => string.Join(' ', words);

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Hex(UInt128 mask) => mask.ToString("x", CultureInfo.InvariantCulture);
}
