namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// Reads evidence of a Spark job, line by line, and says why it failed. What looks alike is kept apart by what stands
/// around it and by what comes later: a job that ends well overturns what was seen before it. Memory is bounded
/// whatever is read.
/// </summary>
internal sealed class SparkFailureReader
{
    /// <summary>How long a sign that others explain is held back for them, by the evidence's own times.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int Reach = 150;
    private const int MostSources = 1_000;
    private const int MostFindings = 200;
    private static readonly Dictionary<string, string> NoValues = [];

    private readonly FailureWords _words = FailureWords.Instance;
    private readonly WordSet _found;
    private readonly Dictionary<string, FailureTrail> _trails = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FailureFinding> _findings = new(StringComparer.Ordinal);
    private readonly FailureTrail _unnamed = new();
    private long _sequence;
    private long _lastSuccess = -1;
    private long _lastFailure = -1;
    private long _lastWaiting = -1;
    private readonly PodWatch _pods = new();
    private readonly ExecutorLosses _losses = new();
    private DateTimeOffset? _now;
    private bool _isScaling;

    /// <summary>Makes one that has read nothing.</summary>
    public SparkFailureReader() => _found = _words.NewSet();

    /// <summary>What the evidence tells of the job beside its failure.</summary>
    public FailureFacts Facts { get; } = new();

    /// <summary>How many lines were read.</summary>
    public long Lines => _sequence;

    /// <summary>Whether the driver was left without executors at the last.</summary>
    public bool IsWaiting => _lastWaiting >= 0 && _lastWaiting > _lastSuccess;

    /// <summary>Whether a job was done, and none failed after it.</summary>
    public bool HasSucceeded => _lastSuccess >= 0 && !HasFailed;

    /// <summary>Whether the line that was read last goes on in the next one of its source.</summary>
    public bool IsOpen(string? name) => TrailOf(name).Text.IsOpen;

    /// <summary>Whether something said that the job failed, whatever the cause.</summary>
    public bool HasFailed => Math.Max(_lastFailure, _lastWaiting) > _lastSuccess;

    /// <summary>The causes so far, the deciding one first; none where nothing decides.</summary>
    public IReadOnlyList<SparkFailureCause> Causes => [.. Standing().Select(f => f.ToCause(Facts))];

    /// <summary>
    /// The cause, as soon as one was seen that later evidence does not overturn; null until then. What other causes may
    /// explain is held back for <see cref="Patience"/> after it was first seen.
    /// </summary>
    public SparkFailureCause? Decided
    {
        get
        {
            var standing = Standing();
            var decided = standing.FirstOrDefault(IsDecided);
            var why = standing.FirstOrDefault(f => f.Row.Id == decided?.Row.ExplainedBy);
            return (why ?? decided)?.ToCause(Facts);
        }
    }

    /// <summary>Takes a line.</summary>
    public void Read(FailureEvidence evidence)
    {
        _sequence++;
        _now = evidence.At ?? _now;
        var trail = TrailOf(evidence.Name);
        trail.Number = evidence.Number ?? trail.Number + 1;
        if (evidence.Kind == SparkFailureEvidenceKind.PodStatus)
        {
            _losses.See(evidence, evidence.Line);
        }

        foreach (var line in trail.Text.Lines(evidence.Line))
        {
            Judge(evidence, trail, line);
        }

        _pods.Take(evidence);
        LookAtPods();
    }

    /// <summary>Takes a line that begins an entry and has nothing else that counts.</summary>
    /// <param name="name">Its source.</param>
    /// <param name="number">Which line it is.</param>
    /// <param name="line">What it begins with.</param>
    public void Pass(string? name, long number, ReadOnlySpan<char> line)
    {
        if (LogLayouts.LevelOf(line) is { } level)
        {
            var trail = TrailOf(name);
            trail.Number = number;
            trail.Begin(level);
            Hear(level);
        }
    }

    /// <summary>
    /// Time has gone on and nothing new was seen: to be called each second or so while a job is watched, for what only
    /// time tells (<see cref="PodWatch"/>).
    /// </summary>
    public void Elapse(DateTimeOffset now)
    {
        _now = now;
        LookAtPods();
    }

    /// <summary>Whoever watches knows that the job has failed, as its driver has ended or its time is over.</summary>
    public void Fail() => _lastFailure = ++_sequence;

    private FailureTrail TrailOf(string? name)
    {
        if (name is null)
        {
            return _unnamed;
        }

        if (!_trails.TryGetValue(name, out var trail))
        {
            if (_trails.Count == MostSources)
            {
                return _unnamed;
            }

            _trails.Add(name, trail = new FailureTrail());
        }

        return trail;
    }

    private void Judge(FailureEvidence evidence, FailureTrail trail, LogLine line)
    {
        _found.Clear();
        trail.Enter(line);
        Hear(line.Level);
        if (!_words.Finder.Find(line.Text, _found) || !_words.HasAnchor(_found))
        {
            return;
        }

        if (_words.HasFact(_found))
        {
            Facts.Take(line.Text);
        }

        foreach (var mark in _words.Marks.Where(m => _found.HasAll(m.All)))
        {
            Note(mark.Mark, trail);
            if (mark.Mark.IsRegistration)
            {
                _losses.See(evidence, line.Text);
            }
        }

        foreach (var sign in _words.Signs)
        {
            if (_found.HasAll(sign.All) && !_found.HasAny(sign.None) && Counts(sign.Sign, evidence, trail))
            {
                Add(sign.Row, sign.Sign, evidence, trail, line);
            }
        }
    }

    private void Hear(string? level)
    {
        if (level == "INFO")
        {
            _losses.Hear();
        }
    }

    // A job that goes on in spite of what it loses has no fault.
    private void Advance()
    {
        _losses.Advance();
        foreach (var finding in _findings.Values)
        {
            finding.Relent();
        }
    }

    private void Note(FailureMark mark, FailureTrail trail)
    {
        if (mark.IsProgress || mark.IsSuccess)
        {
            Advance();
        }

        if (mark.IsFailure)
        {
            _lastFailure = _sequence;
        }

        if (mark.IsWaiting)
        {
            _lastWaiting = _sequence;
        }

        if (mark.IsSuccess)
        {
            _lastSuccess = _sequence;
        }

        if (mark.IsRegistration)
        {
            _pods.Register();
        }

        if (mark.IsAftermath)
        {
            trail.Hush();
        }

        trail.Kind = mark.Kind ?? trail.Kind;
        _isScaling |= mark.IsScaleUp;
        if (mark.Context != FailureContext.None)
        {
            trail.Begin(mark.Context);
        }
    }

    private static bool Counts(FailureSign sign, FailureEvidence evidence, FailureTrail trail)
    {
        if (sign.Kinds.Length > 0 && !sign.Kinds.Contains(trail.KindOf(evidence)))
        {
            return false;
        }

        if (sign.NotAfter != FailureContext.None && trail.IsIn(sign.NotAfter, Reach))
        {
            return false;
        }

        return !trail.IsQuiet && trail.IsIn(sign.After, Reach);
    }

    private void Add(
        FailureCauseRow row, FailureSign sign, FailureEvidence evidence, FailureTrail trail, LogLine line)
    {
        var values = sign.ValuesIn(line.Text);
        if (values is null || (sign.IsOfDriver && !Facts.IsDriver(values.GetValueOrDefault("host", ""))))
        {
            return;
        }

        if (sign.IsRepeated && !_losses.Take($"{row.Id} {string.Join(' ', values.Values)}", evidence, line.Text))
        {
            return;
        }

        var key = row.Id;
        if (MissingClassText.ClassOf(values) is { } name && sign.IsOfClass)
        {
            if (MissingClassText.ArtifactOf(name) is not { } artifact)
            {
                return;
            }

            key = $"{row.Id} {artifact}";
        }

        Keep(key, row, values, new FailureSighting(evidence, line.Text, _sequence)
        {
            Kind = trail.KindOf(evidence),
            Number = evidence.Number ?? NumberOf(evidence, trail),
            At = _now,
            Weight = sign.IsOfStart && _pods.HasRegistered ? FailureWeight.WhenFailed : sign.Weight,
            IsScheduling = sign.IsScheduling,
            IsRepeated = sign.IsRepeated,
        });
    }

    private void Keep(
        string key, FailureCauseRow row, IReadOnlyDictionary<string, string> values, FailureSighting sighting)
    {
        if (_findings.TryGetValue(key, out var known))
        {
            known.Again(sighting);
        }
        else if (_findings.Count < MostFindings)
        {
            _findings.Add(key, new FailureFinding(row, sighting, values));
        }
    }

    // What is watched has no lines that anybody could look at.
    private static long? NumberOf(FailureEvidence evidence, FailureTrail trail)
    {
        if (evidence.Kind is SparkFailureEvidenceKind.PodStatus or SparkFailureEvidenceKind.ApiAnswer or SparkFailureEvidenceKind.Event)
        {
            return null;
        }

        return trail.Number;
    }

    private void LookAtPods()
    {
        if (_now is not { } now)
        {
            return;
        }

        foreach (var (cause, evidence) in _pods.At(now))
        {
            var row = FailureCauses.Of(cause);
            Keep(cause, row, NoValues, new FailureSighting(evidence, evidence.Line, _sequence)
            {
                At = now,
                Weight = row.Rank == FailureRank.Names ? FailureWeight.Decides : FailureWeight.Waits,
            });
        }
    }

    private List<FailureFinding> Standing()
    {
        var all = _findings.Values.Where(Stands).ToList();
        var hasMore = all.Exists(f => f.Row.Rank != FailureRank.Alone);
        var why = all.Select(f => f.Row.ExplainedBy).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. all
                .Where(f => !hasMore || f.Row.Rank != FailureRank.Alone)
                .OrderBy(f => why.Contains(f.Row.Id) ? FailureRank.Names : f.Row.Rank)
                .ThenBy(f => all.Exists(o => o.Row.Id == f.Row.ExplainedBy))
                .ThenBy(f => f.First),
        ];
    }

    // A job that was done after all overturns what was seen before it, unless the run was seen to fail in between.
    private bool Stands(FailureFinding finding)
    {
        var isOvercome = _lastSuccess > finding.Last && _lastFailure < finding.First;
        if (isOvercome)
        {
            return false;
        }

        return finding.Weight != FailureWeight.WhenFailed || HasFailed;
    }

    private bool IsDecided(FailureFinding finding)
    {
        if (finding.Weight == FailureWeight.Decides && !(finding.IsScheduling && _isScaling))
        {
            return true;
        }

        return finding.At is { } at && _now is { } now && now - at >= Patience;
    }
}
