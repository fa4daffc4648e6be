using System.Text.RegularExpressions;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// The UNIX users as whom a DSS with user isolation runs jobs: its own users (config/users.json), through the rules of
/// its general settings (impersonation.userRules: scope, type IDENTITY, SINGLE_MAPPING or REGEXP_RULE, dssUser, ruleFrom,
/// targetUnix; DSS's public client).
/// </summary>
internal static class ImpersonatedUsers
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(PatternLimit.Milliseconds);

    /// <summary>The users, each once; none where DSS's list is not there or no rule maps anybody.</summary>
    public static IReadOnlyList<string> Of(JsonText settings, DssDataDirectory directory)
    {
        var rules = settings.Root["impersonation"]?["userRules"]?.Children ?? [];
        return
        [
            .. LoginsIn(directory)
                .Select(login => rules.Select(r => Mapped(r, login)).FirstOrDefault(user => user is not null))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static IReadOnlyList<string> LoginsIn(DssDataDirectory directory)
    {
        if (!File.Exists(directory.Users))
        {
            return [];
        }

        try
        {
            var file = JsonText.Parse(RegularFile.ReadAllBytes(directory.Users), directory.Users);
            return [.. (file.Root["users"]?.Children ?? []).Select(u => u["login"]?.Scalar).OfType<string>()];
        }
        catch (JsonTextException)
        {
            return [];
        }
    }

    // A rule for one project alone says nothing of the others, and is passed over.
    private static string? Mapped(JsonPart rule, string login)
    {
        if (rule["scope"]?.Scalar is not (null or "GLOBAL"))
        {
            return null;
        }

        return rule["type"]?.Scalar switch
        {
            "IDENTITY" => login,
            "SINGLE_MAPPING" when rule["dssUser"]?.Scalar == login => rule["targetUnix"]?.Scalar,
            "REGEXP_RULE" => ByPattern(rule["ruleFrom"]?.Scalar, rule["targetUnix"]?.Scalar, login),
            _ => null,
        };
    }

    private static string? ByPattern(string? pattern, string? target, string login)
    {
        if (pattern is null || target is null)
        {
            return null;
        }

        try
        {
            var whole = new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant, LongestMatch);
            return whole.IsMatch(login) ? whole.Replace(login, target) : null;
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
