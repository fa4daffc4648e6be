using System.Net.Http.Headers;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// What a registry demands in WWW-Authenticate: Basic, or Bearer with the realm where tokens are had.
/// </summary>
/// <param name="Scheme"><c>Basic</c> or <c>Bearer</c>.</param>
/// <param name="Parameters">The parameters, such as realm, service and scope; names in lower case.</param>
internal sealed record AuthenticationChallenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The challenge to answer: Bearer before Basic; null when there is neither.</summary>
    public static AuthenticationChallenge? In(HttpResponseMessage answer)
    {
        var challenges = answer.Headers.WwwAuthenticate.Select(Of).ToList();
        return challenges.Find(c => c.Is("Bearer")) ?? challenges.Find(c => c.Is("Basic"));
    }

    public bool Is(string scheme) => Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>name=value, name="quoted, with \" inside"</c> (RFC 9110, section 11.2).</summary>
    public static IReadOnlyDictionary<string, string> ParseParameters(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var i = 0;
        while (i < text.Length)
        {
            var equals = text.IndexOf('=', i);
            if (equals < 0)
            {
                break;
            }

            var name = text[i..equals].Trim(' ', '\t', ',');
            i = equals + 1;
            while (i < text.Length && text[i] is ' ' or '\t')
            {
                i++;
            }

            var value = new System.Text.StringBuilder();
            if (i < text.Length && text[i] == '"')
            {
                for (i++; i < text.Length && text[i] != '"'; i++)
                {
                    if (text[i] == '\\' && i + 1 < text.Length)
                    {
                        i++;
                    }

                    value.Append(text[i]);
                }

                i++;
            }
            else
            {
                for (; i < text.Length && text[i] != ','; i++)
                {
                    value.Append(text[i]);
                }
            }

            parameters[name] = value.ToString().TrimEnd();
        }

        return parameters;
    }

    private static AuthenticationChallenge Of(AuthenticationHeaderValue header) =>
        new(header.Scheme, ParseParameters(header.Parameter ?? ""));
}
