using System.Text.RegularExpressions;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>What a log tells of the job beside its failure: the releases, and where its driver is.</summary>
internal sealed partial class FailureFacts
{
    private const string Running = "Running Spark version ";
    private const string Banner = "_\\   version ";
    private const string CoreJar = "spark-core_2.1";
    private const string HadoopJar = "hadoop-common-";
    private const string HadoopClientJar = "hadoop-client-api-";
    private const string Driver = "CoarseGrainedScheduler@";

    /// <summary>What stands in lines that tell.</summary>
    internal static readonly string[] Words = [Running, Banner, CoreJar, HadoopJar, HadoopClientJar, Driver];

    /// <summary>The Spark release; null where no line told.</summary>
    public string? SparkVersion { get; set; }

    /// <summary>The Hadoop release; null where no line told.</summary>
    public string? HadoopVersion { get; private set; }

    /// <summary>The driver's host; null where no line told.</summary>
    public string? DriverHost { get; private set; }

    /// <summary>Takes what a line tells; the first one counts.</summary>
    public void Take(string line)
    {
        SparkVersion ??= ValueOf(SparkForm(), line);
        HadoopVersion ??= ValueOf(HadoopForm(), line);
        DriverHost ??= ValueOf(DriverForm(), line);
    }

    /// <summary>Whether an address in a line, such as <c>/10.0.0.4:7079</c>, is the driver's.</summary>
    public bool IsDriver(string address) =>
        DriverHost is not null && address.Split('/').Any(p => p.Split(':')[0] == DriverHost);

    private static string? ValueOf(Regex form, string line)
    {
        var match = form.Match(line);
        if (!match.Success)
        {
            return null;
        }

        var value = match.Groups["value"].Value;
        return value.Length > 0 ? value : null;
    }

    [GeneratedRegex(
        @"(Running Spark version |_\\   version |spark-core_2\.1[0-9]-)(?<value>[0-9]+\.[0-9]+\.[0-9]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SparkForm();

    [GeneratedRegex(
        @"hadoop-(common|client-api)-(?<value>[0-9]+\.[0-9]+\.[0-9]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HadoopForm();

    [GeneratedRegex(
        @"CoarseGrainedScheduler@(?<value>[^\s:]+):",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DriverForm();
}
