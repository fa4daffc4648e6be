using System.Net;
using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>What a registry's refusal means (distribution-spec 1.1, "Error Codes").</summary>
internal static class RegistryRefusal
{
    private const int MostReasons = 10;

    /// <summary>The error for a refusal; null for a login that is not taken, of which the caller knows more.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="answer">The refusal.</param>
    /// <param name="what">Method and path of the request.</param>
    /// <param name="detail">The reason that the registry gives.</param>
    public static SparkAzureException? ErrorOf(string host, HttpResponseMessage answer, string what, string detail) =>
        answer.StatusCode switch
    {
        HttpStatusCode.Unauthorized when IsOfScope(answer) => OciErrors.RegistryAccessDenied(host, what, detail),
        HttpStatusCode.Unauthorized => null,
        HttpStatusCode.Forbidden => OciErrors.RegistryAccessDenied(host, what, detail),
        HttpStatusCode.BadRequest when detail.Contains("DIGEST_INVALID", StringComparison.Ordinal) =>
            OciErrors.ImageContentCorrupt($"What was sent with {what}", "the digest announced", "other bytes"),
        _ => OciErrors.RegistryRefused(host, what, (int)answer.StatusCode, detail),
    };

    /// <summary>The reasons in a body of the form <c>{"errors":[{"code","message"}]}</c>.</summary>
    public static string DetailIn(byte[] body)
    {
        using var document = ForeignJson.Document(body);
        var reasons = document is null ? [] : ForeignJson.Items(document.RootElement, "errors").Select(Reason).ToList();
        if (reasons.Count == 0)
        {
            return "it gave no reason.";
        }

        return ForeignText.Line(string.Join("; ", reasons.Take(MostReasons)));
    }

    /// <summary>How long the registry wants to be left alone; null when it does not say.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var header = answer.Headers.RetryAfter;
        if (header?.Date is not { } date)
        {
            return header?.Delta;
        }

        var left = date - DateTimeOffset.UtcNow;
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        return TimeSpan.Zero;
    }

    private static string Reason(JsonElement error) =>
        $"{ForeignJson.Text(error, "code")}: {ForeignJson.Text(error, "message")}";

    private static bool IsOfScope(HttpResponseMessage answer) =>
        AuthenticationChallenge.In(answer)?.Parameters.GetValueOrDefault("error") == "insufficient_scope";
}
