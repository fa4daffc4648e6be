using System.Globalization;

namespace SparkAzure.Benchmarks.Images;

/// <summary>What was measured, and the table of it.</summary>
internal sealed class Results(IReadOnlyList<string> phases)
{
    private readonly Dictionary<(string Phase, string Name), Row> _rows = [];

    public void Count(string phase, string name, long sent) => Of(phase, name).Sent = sent;

    public void Add(string phase, string name, double seconds, long? sent = null, long? memory = null, string counted = "")
    {
        var row = Of(phase, name);
        row.Seconds.Add(seconds);
        row.Sent = sent ?? row.Sent;
        row.Memory = memory is null ? row.Memory : Math.Max(row.Memory ?? 0, memory.Value);
        row.Counted = counted;
    }

    /// <summary>Prints a table per phase; ratios are of medians.</summary>
    /// <param name="peer">Whom everybody is compared with.</param>
    public void Print(string peer)
    {
        foreach (var phase in phases)
        {
            var bare = _rows.GetValueOrDefault((phase, BareUpload.Name))?.Median;
            Console.WriteLine();
            Console.WriteLine($"{phase,-58}{"median",9}{"min",9}{"max",9}{"times faster",14}{(bare is null ? "" : "of bare"),9}{"MB sent",10}{"peak MB",9}");
            foreach (var ((_, name), row) in _rows.Where(r => r.Key.Phase == phase))
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {name,-56}{row.Median,7:0.000} s{row.Seconds.Min(),7:0.000} s{row.Seconds.Max(),7:0.000} s{_rows[(phase, peer)].Median / row.Median,14:0.0}{(bare is null ? "" : $"{row.Median / bare:0.00}"),9}{row.Sent / 1e6,10:0.00}{(row.Memory is { } memory ? $"{memory / 1e6:0}" : "-"),9}"));
            }
        }

        Console.WriteLine();
        foreach (var row in _rows.Where(r => r.Key.Phase == phases[0] && r.Value.Counted.Length > 0))
        {
            Console.WriteLine($"Peak memory of '{row.Key.Name}': {row.Value.Counted}.");
        }
    }

    private Row Of(string phase, string name)
    {
        if (!_rows.TryGetValue((phase, name), out var row))
        {
            _rows[(phase, name)] = row = new Row();
        }

        return row;
    }

    private sealed class Row
    {
        public List<double> Seconds { get; } = [];

        public long? Sent { get; set; }

        public long? Memory { get; set; }

        public string Counted { get; set; } = "";

        public double Median => (Seconds.Order().ElementAt((Seconds.Count - 1) / 2) + Seconds.Order().ElementAt(Seconds.Count / 2)) / 2;
    }
}
