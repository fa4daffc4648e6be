using System.Net;
using System.Text.Json;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>What a registry's refusal means (distribution-spec 1.1, "Error Codes").</summary>
internal static class RegistryRefusal
{
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
        try
        {
            using var document = JsonDocument.Parse(body);
            return string.Join("; ", document.RootElement.GetProperty("errors").EnumerateArray().Select(Reason));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return "it gave no reason.";
        }
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

    private static string Reason(JsonElement error)
    {
        var message = error.TryGetProperty("message", out var text) ? text.GetString() : "";
        return $"{error.GetProperty("code").GetString()}: {message}";
    }

    private static bool IsOfScope(HttpResponseMessage answer) =>
        AuthenticationChallenge.In(answer)?.Parameters.GetValueOrDefault("error") == "insufficient_scope";
}
