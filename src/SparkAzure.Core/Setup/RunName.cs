using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup;

/// <summary>
/// The name of one run, which stands on all that it makes in a cluster: until when it may last, and on which host by which
/// process it runs. So a later run knows what a killed one has left.
/// </summary>
internal static partial class RunName
{
    /// <summary>A smoke test: its application's id.</summary>
    public const string Smoke = "smoke";

    /// <summary>Checks from inside the cluster: their pod.</summary>
    public const string Check = "check";

    /// <summary>A name for a run that begins now.</summary>
    public static string Of(string kind, DateTimeOffset until) => string.Create(
        CultureInfo.InvariantCulture,
        $"sparkazure-{kind}-{until.ToUnixTimeSeconds():x8}-{Host}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");

    /// <summary>True for the name of a run that is over, or whose process on this host is no more.</summary>
    public static bool IsOver(string name, DateTimeOffset now)
    {
        var match = Form().Match(name);
        if (!match.Success)
        {
            return false;
        }

        var until = long.Parse(match.Groups["until"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (now.ToUnixTimeSeconds() > until)
        {
            return true;
        }

        return match.Groups["host"].Value == Host
            && OperatingSystem.IsLinux()
            && int.TryParse(match.Groups["process"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && !PosixFile.IsRunning(id);
    }

    private static string Host =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Environment.MachineName)).AsSpan(0, 3)).ToLowerInvariant();

    [GeneratedRegex(
        "^sparkazure-(smoke|check)-(?<until>[0-9a-f]{8})-(?<host>[0-9a-f]{6})-(?<process>[0-9]{1,9})-[0-9a-f]{4}$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
