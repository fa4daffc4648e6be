using System.Globalization;
using System.Text.RegularExpressions;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>What somebody may have meant who gave a value that a Spark key cannot have.</summary>
internal static partial class NearestValue
{
    private const string Units = "kmgtp";

    /// <summary>The right value that is nearest; null where none is near.</summary>
    /// <param name="kind">What the key's value must look like.</param>
    /// <param name="value">What was given.</param>
    public static string? To(SparkValue kind, string value)
    {
        var near = kind switch
        {
            SparkValue.Memory => Memory(value),
            SparkValue.Cores => Cores(value),
            SparkValue.Count => Count(value),
            SparkValue.Factor => Factor(value),
            SparkValue.Switch => Switch(value),
            SparkValue.ReachableHost => Host(value),
            SparkValue.KubernetesName => Names(value),
            _ => null,
        };
        return near is not null && near != value && SparkValues.Refusal(kind, near) is null ? near : null;
    }

    // 2.5g is 2560m, and 4 GB or 4Gi is 4g: Spark's units are powers of 1024 whatever they are called.
    private static string? Memory(string value)
    {
        var match = Amount().Match(value);
        if (!match.Success
            || !decimal.TryParse(Number(value), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            return null;
        }

        var unit = Units.IndexOf(match.Groups["unit"].Value.ToLowerInvariant(), StringComparison.Ordinal);
        while (amount != decimal.Truncate(amount) && unit > 0)
        {
            amount *= 1024;
            unit--;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{decimal.Ceiling(amount):0}{Units[unit]}");
    }

    private static string? Cores(string value)
    {
        var number = Number(value);
        return number is not null && Thousandths().IsMatch(value) ? $"{number}m" : number;
    }

    private static string? Count(string value)
    {
        if (!decimal.TryParse(Number(value), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number >= int.MaxValue)
        {
            return null;
        }

        return Math.Max(1, decimal.Round(number)).ToString("0", CultureInfo.InvariantCulture);
    }

    private static string? Factor(string value)
    {
        if (!value.TrimEnd().EndsWith('%')
            || !decimal.TryParse(Number(value), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
        {
            return Number(value);
        }

        return (percent / 100).ToString("0.####", CultureInfo.InvariantCulture);
    }

    private static string? Switch(string value) => value.Trim().ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "1" => "true",
        "false" or "no" or "off" or "0" => "false",
        _ => null,
    };

    private static string? Host(string value)
    {
        var text = value.Contains("://", StringComparison.Ordinal) ? value : $"any://{value}";
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0)
        {
            return address.Host;
        }

        return null;
    }

    private static string? Names(string value)
    {
        var names = value.Split(',').Select(Rfc1123Name.NearestName).ToList();
        return names.Contains(null) ? null : string.Join(",", names);
    }

    private static string? Number(string value)
    {
        var match = Digits().Match(value);
        return match.Success ? match.Value.Replace(',', '.') : null;
    }

    [GeneratedRegex(
        "^\\s*[0-9]+([.,][0-9]+)?\\s*(?<unit>[kmgtp])i?b?\\s*\\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Amount();

    [GeneratedRegex("[0-9]+\\s*m\\s*\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Thousandths();

    [GeneratedRegex("[0-9]+([.,][0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
