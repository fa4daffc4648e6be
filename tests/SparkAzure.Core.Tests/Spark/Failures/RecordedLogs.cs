using System.Globalization;
using System.Runtime.CompilerServices;
using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Core.Tests.Spark.Failures;

/// <summary>A log of the test data, with the cause that it has.</summary>
/// <param name="Name">The run or report.</param>
/// <param name="Causes">The ids that are right; a dash where none is.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record RecordedLog(string Name, IReadOnlyList<string> Causes, IReadOnlyList<string> Lines);

/// <summary>Reads the test data that lies beside this file.</summary>
internal static class RecordedLogs
{
    public static IReadOnlyList<RecordedLog> Of(string file, [CallerFilePath] string here = "")
    {
        var logs = new List<RecordedLog>();
        var lines = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, file)))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                lines = [];
                logs.Add(new RecordedLog(words[1], words[2].Split('|'), lines));
            }
            else
            {
                lines.Add(line);
            }
        }

        return logs;
    }

    /// <summary>A line of a recorded run: its kind, the seconds since the start, and what was said.</summary>
    public static FailureEvidence EvidenceOf(string line)
    {
        var parts = line.Split(' ', 3);
        var kind = parts[0] switch
        {
            "D" => SparkFailureEvidenceKind.DriverLog,
            "E" => SparkFailureEvidenceKind.ExecutorLog,
            "P" => SparkFailureEvidenceKind.PodStatus,
            _ => SparkFailureEvidenceKind.Event,
        };
        return new FailureEvidence(kind, parts[2])
        {
            Name = kind == SparkFailureEvidenceKind.DriverLog ? "driver" : "executor",
            At = DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(parts[1], CultureInfo.InvariantCulture)),
        };
    }
}
