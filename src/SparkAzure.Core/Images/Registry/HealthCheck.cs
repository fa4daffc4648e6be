using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// What HEALTHCHECK writes into an image's configuration (Docker's "Image specification v1.2", Healthcheck). Kubernetes
/// does not look at it; a daemon does.
/// </summary>
internal static partial class HealthCheck
{
    // The options with a time, by what the configuration calls them.
    private static readonly Dictionary<string, string> Times = new(StringComparer.Ordinal)
    {
        ["interval"] = "Interval", ["timeout"] = "Timeout", ["start-period"] = "StartPeriod", ["start-interval"] = "StartInterval",
    };

    // The units of Go's time.ParseDuration, in nanoseconds.
    private static readonly Dictionary<string, decimal> Units = new(StringComparer.Ordinal)
    {
        ["ns"] = 1, ["us"] = 1_000, ["µs"] = 1_000, ["ms"] = 1_000_000, ["s"] = 1_000_000_000, ["m"] = 60_000_000_000, ["h"] = 3_600_000_000_000,
    };

    /// <summary>The section that an instruction makes.</summary>
    /// <param name="instruction">The HEALTHCHECK instruction.</param>
    /// <param name="unreadable">Makes the error for what cannot be understood.</param>
    public static JsonObject Of(DockerfileInstruction instruction, Func<string, SparkAzureException> unreadable)
    {
        var words = instruction.Arguments.Split((char[]?)null, 2);
        var command = (words.ElementAtOrDefault(1) ?? "").Trim();
        var check = new JsonObject();
        switch (words[0].ToUpperInvariant())
        {
            case "NONE" when command.Length == 0:
                check["Test"] = new JsonArray("NONE");
                return check;
            case "CMD" when command.Length > 0:
                check["Test"] = Test(instruction with { Arguments = command });
                break;
            default:
                throw unreadable("HEALTHCHECK wants NONE, or CMD and a command");
        }

        foreach (var (name, value) in instruction.Flags.Select(f => (f.Name, f.Value)))
        {
            if (name == "retries"
                && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var retries))
            {
                SetUnlessZero(check, "Retries", retries);
            }
            else if (Times.TryGetValue(name, out var field) && Nanoseconds(value) is { } time)
            {
                SetUnlessZero(check, field, time);
            }
            else
            {
                throw unreadable($"HEALTHCHECK does not take '--{name}={value}'");
            }
        }

        return check;
    }

    private static JsonArray Test(DockerfileInstruction command)
    {
        if (command.JsonArguments() is { } words)
        {
            return new JsonArray([JsonValue.Create("CMD"), .. words.Select(w => JsonValue.Create(w))]);
        }

        return new JsonArray("CMD-SHELL", command.Arguments);
    }

    // Zero means the daemon's own default, and is not written.
    private static void SetUnlessZero(JsonObject check, string field, long value)
    {
        if (value != 0)
        {
            check[field] = value;
        }
    }

    // Null for what is no time, or less than the millisecond that Docker wants at least.
    private static long? Nanoseconds(string text)
    {
        if (text == "0")
        {
            return 0;
        }

        if (!Duration().IsMatch(text))
        {
            return null;
        }

        var sum = Piece().Matches(text).Sum(p =>
            decimal.Parse(p.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
                * Units[p.Groups["unit"].Value]);
        if (sum != 0 && sum < Units["ms"])
        {
            return null;
        }

        return (long)sum;
    }

    [GeneratedRegex(
        @"^(?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|µs|ms|s|m|h)){1,7}$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex(
        @"(?<number>[\d.]+)(?<unit>ns|us|µs|ms|s|m|h)", RegexOptions.CultureInvariant)]
    private static partial Regex Piece();
}
