using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// A version of a Python package, in the order that pip has for them (packaging.python.org, "Version specifiers").
/// </summary>
internal sealed partial class PythonVersion : IComparable<PythonVersion>
{
    // What stands after the release and orders versions of it: dev, a, b, rc, nothing, post.
    private const int Final = 4;

    private readonly BigInteger _epoch;
    private readonly IReadOnlyList<BigInteger> _release;
    private readonly IReadOnlyList<BigInteger> _suffix;

    private PythonVersion(Match match)
    {
        _epoch = Number(match.Groups["epoch"]);
        _release =
        [
            .. match.Groups["release"].Value.Split('.').Select(n => BigInteger.Parse(n, CultureInfo.InvariantCulture)),
        ];
        Local = match.Groups["local"].Value;
        _suffix = SuffixOf(match);
    }

    /// <summary>What follows a plus sign: who built it.</summary>
    public string Local { get; }

    /// <summary>True for one that pip takes only when it is asked for: alpha, beta, candidate, development.</summary>
    public bool IsPreRelease => _suffix[0] < Final;

    /// <summary>Reads a version; null for what is none.</summary>
    public static PythonVersion? TryParse(string text)
    {
        var match = Form().Match(text.Trim().ToLowerInvariant());
        return match.Success ? new PythonVersion(match) : null;
    }

    /// <summary>Whether a version fits one clause: <c>&gt;=1.24</c>, <c>==1.26.*</c>, <c>~=2.2</c>.</summary>
    /// <returns>Null for a clause that cannot be understood.</returns>
    public bool? Fits(string clause)
    {
        var match = Clause().Match(clause);
        if (!match.Success)
        {
            return null;
        }

        var (sign, text) = (match.Groups["sign"].Value, match.Groups["version"].Value.Trim());
        var isPrefix = text.EndsWith(".*", StringComparison.Ordinal);
        if (TryParse(isPrefix ? text[..^2] : text) is not { } wanted)
        {
            return null;
        }

        return sign switch
        {
            "==" or "===" => isPrefix ? IsOfSeries(wanted, wanted._release.Count) : IsSame(wanted),
            "!=" => !(isPrefix ? IsOfSeries(wanted, wanted._release.Count) : IsSame(wanted)),
            "~=" => CompareTo(wanted) >= 0 && IsOfSeries(wanted, wanted._release.Count - 1),
            ">=" => CompareTo(wanted) >= 0,
            "<=" => CompareTo(wanted) <= 0,
            ">" => CompareTo(wanted) > 0,
            _ => CompareTo(wanted) < 0 && !(IsPreRelease && IsOfSeries(wanted, wanted._release.Count)),
        };
    }

    /// <inheritdoc />
    public int CompareTo(PythonVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byEpoch = _epoch.CompareTo(other._epoch);
        if (byEpoch != 0)
        {
            return byEpoch;
        }

        var byRelease = Compare(_release, other._release);
        if (byRelease != 0)
        {
            return byRelease;
        }

        return Compare(_suffix, other._suffix);
    }

    private bool IsSame(PythonVersion wanted) =>
        CompareTo(wanted) == 0 && (wanted.Local.Length == 0 || wanted.Local == Local);

    private bool IsOfSeries(PythonVersion wanted, int parts) =>
        _epoch == wanted._epoch && Compare(Part(_release, parts), Part(wanted._release, parts)) == 0;

    private static IReadOnlyList<BigInteger> Part(IReadOnlyList<BigInteger> numbers, int count) =>
        [.. numbers.Take(count)];

    // A number that is not there is 0.
    private static int Compare(IReadOnlyList<BigInteger> some, IReadOnlyList<BigInteger> others)
    {
        for (var i = 0; i < Math.Max(some.Count, others.Count); i++)
        {
            var order = some.ElementAtOrDefault(i).CompareTo(others.ElementAtOrDefault(i));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    // 1.0.dev1 < 1.0a1.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0.post1: kind, its number, post, and whether it is in
    // development.
    private static IReadOnlyList<BigInteger> SuffixOf(Match match)
    {
        var isDev = match.Groups["dev"].Success;
        var isPost = match.Groups["post"].Success;
        var kind = match.Groups["pre"].Value switch
        {
            "a" or "alpha" => 1,
            "b" or "beta" => 2,
            "" when isDev && !isPost => 0,
            "" => Final,
            _ => 3,
        };
        return
        [
            kind,
            Number(match.Groups["pre_n"]),
            isPost ? 1 + Number(match.Groups["post_n"]) : 0,
            isDev ? 0 : 1,
            Number(match.Groups["dev_n"]),
        ];
    }

    private static BigInteger Number(Group group)
    {
        if (group.Length == 0)
        {
            return 0;
        }

        return BigInteger.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"^v?(?:(?<epoch>\d{1,20})!)?(?<release>\d{1,20}(?:\.\d{1,20}){0,20})" +
        @"(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<pre_n>\d{0,20}))?" +
        @"(?:(?<post>[-_.]?(?:post|rev|r)[-_.]?(?<post_n>\d{0,20})))?" +
        @"(?<dev>[-_.]?dev[-_.]?(?<dev_n>\d{0,20}))?(?:\+(?<local>[a-z0-9._-]+))?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(
        @"^\s*(?<sign>===|==|!=|~=|<=|>=|<|>)\s*(?<version>[^\s,]+)\s*$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Clause();
}
