using System.Text.RegularExpressions;

namespace SparkAzure.Core.Text;

/// <summary>Names of Kubernetes objects: a label of RFC 1123, or labels with dots between them.</summary>
internal static partial class Rfc1123Name
{
    // k8s.io/apimachinery, pkg/util/validation: DNS1123LabelMaxLength.
    private const int LongestLabel = 63;

    /// <summary>True for the name of a namespace, which is one label.</summary>
    public static bool IsLabel(string name) =>
        name.Length <= LongestLabel && !name.Contains('.', StringComparison.Ordinal) && IsName(name);

    /// <summary>True for the name of an object of most kinds.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>The label that is nearest to a text; null where nothing of it may stand in one.</summary>
    public static string? NearestLabel(string text)
    {
        var near = Others().Replace(text.ToLowerInvariant(), "-").Replace('.', '-').Trim('-');
        if (near.Length > LongestLabel)
        {
            near = near[..LongestLabel].TrimEnd('-');
        }

        return near.Length == 0 ? null : near;
    }

    /// <summary>The name that is nearest to a text; null where nothing of it may stand in one.</summary>
    public static string? NearestName(string text)
    {
        var near = Others().Replace(text.ToLowerInvariant(), "-").Trim('-', '.');
        return IsName(near) ? near : null;
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex("[^-a-z0-9.]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Others();
}
