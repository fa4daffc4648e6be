using System.Globalization;
using System.Text;
using SparkAzure.Core.Text;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// As whom a user of a kubeconfig wants to be taken (as, as-groups, as-uid, as-user-extra), as client-go sends it
/// (transport/round_trippers.go). Without it a request would be made with the rights of who signs in.
/// </summary>
internal static class ImpersonationHeaders
{
    private const string TokenMarks = "!#$&'*+-.^_`|~";

    /// <summary>The headers of a user; none where it is itself.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(YamlMappingNode user)
    {
        if (YamlKeys.Text(user, "as") is not { Length: > 0 } name)
        {
            return [];
        }

        var headers = new List<(string Name, string Value)> { ("Impersonate-User", name) };
        if (YamlKeys.Text(user, "as-uid") is { Length: > 0 } uid)
        {
            headers.Add(("Impersonate-Uid", uid));
        }

        headers.AddRange(YamlKeys.Texts(user, "as-groups").Select(g => ("Impersonate-Group", g)));
        if (YamlKeys.Find(user, "as-user-extra") is YamlMappingNode extra)
        {
            headers.AddRange(YamlKeys.Members(extra).SelectMany(m => YamlKeys
                .Texts(extra, m.Key)
                .Select(v => ($"Impersonate-Extra-{Escaped(m.Key)}", v))));
        }

        return headers;
    }

    private static string Escaped(string key)
    {
        var escaped = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(key))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || TokenMarks.Contains((char)octet, StringComparison.Ordinal))
            {
                escaped.Append((char)octet);
                continue;
            }

            escaped.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return escaped.ToString();
    }
}
