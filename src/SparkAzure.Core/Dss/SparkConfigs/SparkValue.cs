using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>What the value of a Spark key must look like.</summary>
internal enum SparkValue
{
    /// <summary>Anything.</summary>
    Text,

    /// <summary>A whole number above 0.</summary>
    Count,

    /// <summary>A TCP port, 0 for any free one.</summary>
    Port,

    /// <summary>An amount of memory: a number with k, m, g or t (KiB to TiB).</summary>
    Memory,

    /// <summary>Cores as Kubernetes counts them: <c>2</c>, <c>0.9</c> or <c>900m</c> (thousandths).</summary>
    Cores,

    /// <summary>A part of the memory, above 0.</summary>
    Factor,

    /// <summary>true or false.</summary>
    Switch,

    /// <summary>A name or address that pods can reach.</summary>
    ReachableHost,

    /// <summary>The name of a Kubernetes object; several apart by commas.</summary>
    KubernetesName,
}

/// <summary>Judges values of Spark keys.</summary>
internal static partial class SparkValues
{
    /// <summary>
    /// Why a value cannot work; null when it can. DSS's variables (<c>${…}</c>) are known only to DSS and pass.
    /// </summary>
    public static string? Refusal(SparkValue kind, string value) => kind switch
    {
        _ when value.Contains("${", StringComparison.Ordinal) => null,
        SparkValue.Count when !IsCount(value) => "a whole number above 0 is wanted",
        SparkValue.Port when !IsPort(value) => "a port from 1024 to 65535 is wanted, or 0 for any free one",
        SparkValue.Memory when !Memory().IsMatch(value) => "an amount of memory such as 4g or 2400m is wanted",
        SparkValue.Cores when CoresOf(value) is null or <= 0 => "a number of cores such as 2, 0.9 or 900m is wanted",
        SparkValue.Factor when DecimalOf(value) is null or <= 0 => "a number above 0 such as 0.4 is wanted",
        SparkValue.Switch when value is not ("true" or "false") => "true or false is wanted",
        SparkValue.ReachableHost when !IsHost(value) =>
            "the name or address of a host is wanted, without scheme and port",
        SparkValue.ReachableHost when IsLoopback(value) =>
            "pods would look for the driver in themselves; give the name under which they reach the DSS host",
        SparkValue.KubernetesName when !value.Split(',').All(Rfc1123Name.IsName) =>
            "names of Kubernetes objects are lower-case letters, digits, '-' and '.'",
        _ => null,
    };

    /// <summary>Cores of a Kubernetes quantity; null for what is none.</summary>
    public static decimal? CoresOf(string? value)
    {
        var cores = DecimalOf(value?.TrimEnd('m'));
        if (value?.EndsWith('m') == true)
        {
            return cores / 1000;
        }

        return cores;
    }

    /// <summary>
    /// Bytes of an amount of memory as Spark reads it (JavaUtils.byteStringAs: k, m, g, t and p are powers of 1024);
    /// null for what is none.
    /// </summary>
    /// <param name="value">The text.</param>
    /// <param name="unit">What a number without a unit counts, in bytes: 1 for most keys, a mebibyte for some.</param>
    public static long? BytesOf(string? value, long unit)
    {
        var text = (value ?? "").Trim().ToLowerInvariant();
        if (!Memory().IsMatch(text))
        {
            return null;
        }

        var digits = text.TrimEnd('b').TrimEnd(['k', 'm', 'g', 't', 'p']);
        var letter = text[digits.Length..].TrimEnd('b');
        var power = letter.Length == 0 ? 0 : "kmgtp".IndexOf(letter, StringComparison.Ordinal) + 1;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var factor = text.Length == digits.Length ? unit : 1L << (10 * power);
        return number > long.MaxValue / factor ? long.MaxValue : number * factor;
    }

    private static decimal? DecimalOf(string? value)
    {
        if (decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }

    private static bool IsCount(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0;

    private static bool IsPort(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port is 0 or >= 1024 and <= 65535;

    private static bool IsHost(string value) => Uri.CheckHostName(value.Trim('[', ']')) != UriHostNameType.Unknown;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    // JavaUtils.byteStringAs of Spark: a number and k, m, g, t or p, with or without a b.
    [GeneratedRegex(
        "^[1-9][0-9]*([kmgtp]b?|b)?\\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Memory();
}
