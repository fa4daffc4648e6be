using System.Globalization;
using System.Net;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>Where a configuration lets executors look for the driver.</summary>
internal static class DriverEndpoint
{
    private const string DriverPort = "spark.driver.port";
    private const string DriverBlockManagerPort = "spark.driver.blockManager.port";
    private const string BlockManagerPort = "spark.blockManager.port";

    /// <summary>The name or address; this host's own name where the configuration says none (Utils.localHostName).</summary>
    public static string HostOf(StoredSparkConfig config) => config[SparkKeys.DriverHost] ?? Dns.GetHostName();

    /// <summary>The keys of the ports that executors connect to, with the first port of each; null for any free one.</summary>
    public static IReadOnlyList<(string Key, int? First)> PortsOf(StoredSparkConfig config) =>
    [
        (DriverPort, Port(config[DriverPort])),
        (DriverBlockManagerPort, Port(config[DriverBlockManagerPort]) ?? Port(config[BlockManagerPort])),
    ];

    /// <summary>How many further ports are tried where one is taken; null where the configuration says nothing.</summary>
    public static int? RetriesOf(StoredSparkConfig config) => Number(config["spark.port.maxRetries"]);

    private static int? Port(string? text)
    {
        if (Number(text) is > 0 and < 65536 and var port)
        {
            return port;
        }

        return null;
    }

    private static int? Number(string? text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }
}
