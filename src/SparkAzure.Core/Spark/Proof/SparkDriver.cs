using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Proof;

/// <summary>What DSS's environment says to a driver.</summary>
/// <param name="SparkHome">The Spark home; empty where DSS has none.</param>
/// <param name="JavaHome">The JAVA_HOME; empty where it is not set.</param>
/// <param name="KubeConfig">The kubeconfig that Spark's client reads.</param>
/// <param name="Java">The java that a driver runs in; empty where there is none.</param>
/// <param name="HasProxy">Whether a proxy is named, by which Spark's client may go.</param>
internal sealed record SparkDriverEnvironment(
    string SparkHome, string JavaHome, string KubeConfig, string Java, bool HasProxy);

/// <summary>
/// A driver in client mode, started as DSS starts one. What it does stands in driver.sh; this gives it what it needs on its
/// standard input and reads its lines. The job tells its stages on standard output, Spark logs on standard error.
/// </summary>
internal static class SparkDriver
{
    private const string Mark = "SPARKAZURE|";

    /// <summary>What DSS's environment says to a driver.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="account">The account that DSS runs as; null for this process's own.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <exception cref="SparkAzureException">ProgramNotFound, HostCannotRunProcess, DriverEnvironmentUnreadable.</exception>
    public static async Task<SparkDriverEnvironment> LookAsync(
        string dataDirectory, UnixAccount? account, CancellationToken cancellationToken)
    {
        string[] arguments = ["-c", Resource("driver.sh"), "driver", dataDirectory, "look"];
        var answer = await ChildProcess
            .AskAsync("bash", arguments, "", cancellationToken, account: account)
            .ConfigureAwait(false);
        var said = answer.Output.Split('\0');
        if (answer.ExitCode != 0 || said.Length != 6)
        {
            throw ProofErrors.DriverEnvironmentUnreadable(dataDirectory, answer.ExitCode, answer.LastWords);
        }

        return new SparkDriverEnvironment(said[0], said[1], said[2], said[3], said[4].Length > 0);
    }

    /// <summary>Starts a driver.</summary>
    /// <param name="options">Which.</param>
    /// <param name="onStage">Is given each stage of the job as it is told, from other threads.</param>
    /// <param name="onLine">Is given each other line of the driver, from other threads.</param>
    /// <param name="cancellationToken">Stops the start; a driver that runs is stopped by who disposes of it.</param>
    /// <exception cref="SparkAzureException">ProgramNotFound, HostCannotRunProcess.</exception>
    public static async Task<RunningProgram> StartAsync(
        SparkDriverOptions options,
        Action<SparkJobLine> onStage,
        Action<string> onLine,
        CancellationToken cancellationToken)
    {
        var mask = new SecretMask(SparkProperties.Secrets(options.Properties));
        var driver = ChildProcess.Start(
            "bash", Arguments(options), options.Account, line => Take(mask.Of(line)), line => onLine(mask.Of(line)));
        try
        {
            await driver.SayAsync(Input(options), cancellationToken).ConfigureAwait(false);
            return driver;
        }
        catch
        {
            await driver.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        // A line of the shell may begin with its prompt.
        void Take(string line)
        {
            var mark = line.IndexOf(Mark, StringComparison.Ordinal);
            var parts = mark < 0 ? [] : line[(mark + Mark.Length)..].Split('|', 3);
            if (parts.Length == 3)
            {
                onStage(new SparkJobLine(parts[0], parts[1], parts[2]));
            }
            else
            {
                onLine(line);
            }
        }
    }

    private static string[] Arguments(SparkDriverOptions options) =>
    [
        "-c",
        Resource("driver.sh"),
        "driver",
        options.DataDirectory,
        options.Mode.ToString().ToLowerInvariant(),
        options.Name,
        options.Executors.ToString(CultureInfo.InvariantCulture),
        options.ParquetRoot ?? "-",
        Math.Ceiling(options.Limit.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        .. options.Application is { } application ? [application] : Array.Empty<string>(),
    ];

    private static string Input(SparkDriverOptions options)
    {
        var source = Resource("SmokeTestJob.scala");
        var content = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 6)).ToLowerInvariant();
        return $"{SparkProperties.Text(options.Properties)}\0{source}\0job-{options.SparkVersion}-{content}.jar\0";
    }

    private static string Resource(string name)
    {
        using var stream = typeof(SparkDriver).Assembly.GetManifestResourceStream($"SparkAzure.Core.Spark.Proof.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
