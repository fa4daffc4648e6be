using System.Globalization;
using System.Text.RegularExpressions;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>What the Spark configuration of DSS says, and the Java that its driver runs on.</summary>
internal static partial class SparkChecks
{
    private const string Cure = "Set-DssSparkConfig";

    /// <summary>UnifiedMemoryManager: RESERVED_SYSTEM_MEMORY_BYTES, 300 MiB, times 1.5.</summary>
    private const long LeastMemory = 450L << 20;

    // Java releases by the overview page (docs/index.html) of each line; where a release takes only some patch of 8, that
    // is not told here. As of Spark 4.3, November 2026.
    private static readonly (ReleaseSpan Spark, int[] Java)[] JavaOf =
    [
        (new("2.4.0", "3.0.0"), [8]),
        (new("3.0.0", "3.3.0"), [8, 11]),
        (new("3.3.0", "4.0.0"), [8, 11, 17]),
        (new("4.0.0", null), [17, 21]),
    ];

    public static async Task<CheckOutcome> MemoryAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        return CheckOutcome.OfAll(
            [Memory(config, "spark.executor.memory"), Memory(config, "spark.driver.memory")]);
    }

    public static async Task<CheckOutcome> ConfigurationAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var release = await site.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        if (config.Managed)
        {
            return CheckOutcome.Warning(
                $"'{config.Name}' has managed Spark on Kubernetes switched on: DSS sets master and image itself, and " +
                "what stands here is not what jobs use.",
                "Switch it off in Administration, Settings, Spark, or name another configuration.");
        }

        var master = config[SparkKeys.Master];
        if (KubernetesMaster.TryParse(master) is null)
        {
            return CheckOutcome.Failed(
                master is null
                    ? $"'{config.Name}' has no spark.master: jobs run on this host alone."
                    : $"spark.master of '{config.Name}' is '{master}', which is no API server.",
                "Take it from the cluster (Get-AksApiServer | Set-DssSparkConfig -Image …).",
                Cure);
        }

        if (config["spark.kubernetes.container.image"] is null)
        {
            return CheckOutcome.Failed(
                $"'{config.Name}' names no image for executors.", "Set -Image to what Publish-SparkImage made.", Cure);
        }

        var fatal = SparkConfigLimits.FaultsOf(config, release).ToList();
        if (fatal.Count > 0)
        {
            return CheckOutcome.Failed(string.Join(" ", fatal), "Set what the text above says.", Cure);
        }

        return CheckOutcome.Passed($"'{config.Name}': {master}, {config["spark.kubernetes.container.image"]}.");
    }

    public static async Task<CheckOutcome> JavaAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var spark = await site.SparkNumberAsync(cancellationToken).ConfigureAwait(false);
        if (spark is null)
        {
            return CheckOutcome.Unknown("DSS does not say which Spark it runs.");
        }

        if (!site.MayActAsDss)
        {
            return CheckOutcome.Unknown(
                "Which Java a driver gets is seen only as the account of DSS.", "Run this as root or as that account.");
        }

        var variables = await site.EnvironmentAsync(cancellationToken).ConfigureAwait(false);
        var java = ProgramOf(variables);
        var said = await ChildProcess
            .RunAsync(java, ["-version"], FileOwner.Of(site.Directory.Path), "/", _ => { }, cancellationToken)
            .ConfigureAwait(false);
        var first = said.LastLines.FirstOrDefault(l => JavaIn(l) is not null);
        if (first is null)
        {
            return CheckOutcome.Failed(
                $"'{java} -version' says no version (it ended with {said.ExitCode}).",
                "Set JAVA_HOME in bin/env-site.sh to a Java that this Spark takes.");
        }

        return Judge(spark, JavaIn(first)!.Value, java);
    }

    /// <summary>The Java that a line of <c>java -version</c> names; null where it names none.</summary>
    internal static int? JavaIn(string line)
    {
        var match = Version().Match(line);
        if (match.Success
            && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var java))
        {
            return java;
        }

        return null;
    }

    /// <summary>The minor version that a line of <c>python --version</c> names, such as 3.9; null where it names none.</summary>
    internal static string? MinorOf(string line)
    {
        var match = Python().Match(line);
        return match.Success ? match.Groups[1].Value : null;
    }

    /// <summary>Whether a Spark takes a Java.</summary>
    internal static CheckOutcome Judge(ReleaseNumber spark, int java, string program)
    {
        var takes = JavaOf.FirstOrDefault(r => r.Spark.Covers(spark)).Java;
        if (takes is null)
        {
            return CheckOutcome.Unknown($"{program} is Java {java}; which Java Spark {spark} takes is not known here.");
        }

        if (takes.Contains(java))
        {
            return CheckOutcome.Passed($"{program} is Java {java}; Spark {spark} takes {string.Join(", ", takes)}.");
        }

        return CheckOutcome.Failed(
            $"{program} is Java {java}, and Spark {spark} takes {string.Join(", ", takes)}.",
            "Install one of these and set JAVA_HOME in bin/env-site.sh, then restart DSS.");
    }

    // spark-class: JAVA_HOME first; DSS's start script exports DKUJAVABIN, whose folder is the same Java's.
    private static string ProgramOf(IReadOnlyDictionary<string, string> variables)
    {
        if (variables.TryGetValue("JAVA_HOME", out var home) && Path.IsPathFullyQualified(home))
        {
            return Path.Combine(home, "bin", "java");
        }

        if (variables.TryGetValue("DKUJAVABIN", out var dss) && Path.IsPathFullyQualified(dss))
        {
            return dss;
        }

        return "java";
    }

    private static CheckOutcome Memory(StoredSparkConfig config, string key)
    {
        if (config[key] is not { } text)
        {
            return CheckOutcome.Passed($"{key} is not set: 1g.");
        }

        if (SparkValues.BytesOf(text, 1L << 20) is not { } bytes)
        {
            return CheckOutcome.Unknown($"{key} is '{text}', which is no amount of memory here.");
        }

        if (bytes >= LeastMemory)
        {
            return CheckOutcome.Passed($"{key} is {text}.");
        }

        return CheckOutcome.Failed(
            $"{key} is {text}, less than the 450m without which Spark does not start (IllegalArgumentException: … must " +
            "be at least 471859200).",
            "Give at least 1g.",
            Cure);
    }

    // openjdk version "17.0.9", java version "1.8.0_292".
    [GeneratedRegex("""version "(?:1\.)?(\d+)""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Version();

    [GeneratedRegex("""Python (\d+\.\d+)""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Python();
}
