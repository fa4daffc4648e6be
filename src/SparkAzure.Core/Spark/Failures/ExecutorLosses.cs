using System.Globalization;
using System.Text.RegularExpressions;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// Executors that end one round after another: those that come in place of the ones before end the same way, and no task is
/// done meanwhile. Spark 2.4 replaces them for ever. Executors that end together, as their node goes, are one round.
/// </summary>
internal sealed partial class ExecutorLosses
{
    // One round may be a node that was taken away, two an upgrade that drains one node after the other.
    private const int Enough = 3;
    private const int MostWays = 100;

    private readonly Dictionary<string, (int Rounds, int Newest, long Heard)> _ways = new(StringComparer.Ordinal);
    private int _newest;
    private long _heard;

    /// <summary>Somebody speaks at a level at which tasks that are done are told.</summary>
    public void Hear() => _heard++;

    /// <summary>An executor is there.</summary>
    public void See(FailureEvidence evidence, string line) => _newest = Math.Max(_newest, IdOf(evidence, line) ?? 0);

    /// <summary>A task was done.</summary>
    public void Advance() => _ways.Clear();

    /// <summary>An executor was lost.</summary>
    /// <param name="way">How.</param>
    /// <param name="evidence">What says so.</param>
    /// <param name="line">Its line.</param>
    /// <returns>Whether executors are lost in this way again and again.</returns>
    public bool Take(string way, FailureEvidence evidence, string line)
    {
        if (IdOf(evidence, line) is not { } executor || (_ways.Count == MostWays && !_ways.ContainsKey(way)))
        {
            return false;
        }

        _newest = Math.Max(_newest, executor);
        var (rounds, newest, heard) = _ways.GetValueOrDefault(way);

        // Where nobody would tell of a task that is done, nothing says that none was.
        if (executor > newest && _heard > heard)
        {
            _ways[way] = (++rounds, _newest, _heard);
        }

        return rounds >= Enough;
    }

    // Spark numbers them in their order, in the names of pods too: pi-1234-exec-7.
    private static int? IdOf(FailureEvidence evidence, string line)
    {
        var said = evidence.Kind == SparkFailureEvidenceKind.PodStatus ? PodName().Match(evidence.Name ?? "") : Words().Match(line);
        if (int.TryParse(said.Groups["id"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        return null;
    }

    [GeneratedRegex("exec-(?<id>[0-9]{1,9})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PodName();

    [GeneratedRegex(
        "(Lost executor |executor with id |Registered executor .{1,300} with ID )(?<id>[0-9]{1,9})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Words();
}
