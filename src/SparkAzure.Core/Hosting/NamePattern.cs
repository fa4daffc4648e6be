using System.IO.Enumeration;

namespace SparkAzure.Core.Hosting;

/// <summary>A name as somebody types it who may mean several: * stands for any characters and ? for any one.</summary>
internal static class NamePattern
{
    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>True for one that is more than a name.</summary>
    public static bool HasWildcard(string pattern) => pattern.IndexOfAny(Wildcards) >= 0;

    /// <summary>Whether a name is meant. A name that is given as it is always is, whatever characters it has; a pattern
    /// does not
    /// tell upper from lower case.</summary>
    public static bool Matches(string pattern, string name) =>
        pattern == name
            || (HasWildcard(pattern) && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true));
}
