using SparkAzure.Core.Spark.Proof;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>The stages of one driver, as its job tells them.</summary>
internal sealed class SmokeTestStages
{
    /// <summary>The stages that a job can tell, in their order, and what is happening in words.</summary>
    private static readonly (string Name, string Words)[] All =
    [
        ("Compile", "compiling the job with the distribution's Scala compiler"),
        ("Session", "starting the driver"),
        ("Executors", "waiting for executors"),
        ("Pi", "working out Pi on the executors"),
        ("Shuffle", "shuffling between executors"),
        ("ParquetWrite", "writing Parquet with snappy"),
        ("ParquetRead", "reading it back"),
        ("ParquetRemove", "removing it"),
        ("Application", "running the application"),
    ];

    private readonly string _prefix;
    private readonly List<SparkSmokeTestStage> _stages;
    private readonly Dictionary<string, TimeSpan> _starts = new(StringComparer.Ordinal);

    /// <param name="mode">How the job reaches Spark.</param>
    /// <param name="parquet">Whether it writes Parquet.</param>
    public SmokeTestStages(SparkDriverMode mode, bool parquet)
    {
        _prefix = mode == SparkDriverMode.Shell ? "Notebook" : "";
        _stages =
        [
            .. All
                .Where(s => IsExpected(s.Name, mode, parquet))
                .Select(s => new SparkSmokeTestStage { Name = _prefix + s.Name, State = SparkSmokeTestState.NotRun }),
        ];
    }

    /// <summary>The stages so far.</summary>
    public IReadOnlyList<SparkSmokeTestStage> Stages => _stages;

    /// <summary>True when all of them passed.</summary>
    public bool HavePassed => _stages.All(s => s.State == SparkSmokeTestState.Passed);

    /// <summary>How many parts of a hundred are behind.</summary>
    public int Percent => 100 * _stages.Count(s => s.State == SparkSmokeTestState.Passed) / Math.Max(1, _stages.Count);

    /// <summary>Takes what the job tells.</summary>
    /// <returns>What is happening now, in words; null where the line begins nothing.</returns>
    public string? Take(SparkJobLine line, TimeSpan now)
    {
        var row = All.FirstOrDefault(s => s.Name == line.Stage);
        if (row.Name is null)
        {
            return null;
        }

        if (line.State == "started")
        {
            _starts[line.Stage] = now;
            return row.Words;
        }

        var state = line.State == "passed" ? SparkSmokeTestState.Passed : SparkSmokeTestState.Failed;
        Set(line.Stage, state, now, line.Text);
        return null;
    }

    /// <summary>The run has ended: what was still going on was stopped.</summary>
    public void End(TimeSpan now)
    {
        foreach (var name in _starts.Keys.ToList())
        {
            if (_stages.Exists(s => s.Name == _prefix + name && s.State == SparkSmokeTestState.NotRun))
            {
                Set(name, SparkSmokeTestState.Stopped, now, "");
            }
        }
    }

    private void Set(string name, SparkSmokeTestState state, TimeSpan now, string text)
    {
        var done = new SparkSmokeTestStage
        {
            Name = _prefix + name,
            State = state,
            Duration = _starts.TryGetValue(name, out var start) ? now - start : TimeSpan.Zero,
            Detail = text,
        };
        var at = _stages.FindIndex(s => s.Name == done.Name);
        if (at >= 0)
        {
            _stages[at] = done;
        }
        else
        {
            // A jar that was kept is not compiled again, so nobody waits for that stage.
            _stages.Insert(0, done);
        }
    }

    private static bool IsExpected(string name, SparkDriverMode mode, bool parquet) => name switch
    {
        "Compile" => false,
        "Application" => mode == SparkDriverMode.Application,
        _ when mode == SparkDriverMode.Application => false,
        _ => parquet || !name.StartsWith("Parquet", StringComparison.Ordinal),
    };
}
