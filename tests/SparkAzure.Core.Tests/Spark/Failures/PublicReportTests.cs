using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Core.Tests.Spark.Failures;

/// <summary>
/// Jobs that others have reported as failed, rewritten as small logs; and failures as the programs word them.
/// </summary>
public sealed class PublicReportTests
{
    private static readonly IReadOnlyList<RecordedLog> Rewritten =
        [.. RecordedLogs.Of("public-reports.txt"), .. RecordedLogs.Of("worded-failures.txt")];

    public static TheoryData<string> Reports => [.. Rewritten.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Reports))]
    public void A_report_is_told_its_cause(string name)
    {
        var report = Rewritten.Single(r => r.Name == name);
        var text = new SparkFailureText(null);
        text.Read(string.Join('\n', report.Lines));

        var told = text.Causes(new RecordingCaller()).Select(c => c.Id).DefaultIfEmpty("-").First();

        Assert.Contains(told, report.Causes);
    }
}
