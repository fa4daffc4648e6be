using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>A token and until when it is worth sending. Shows nothing of itself.</summary>
/// <param name="value">The token.</param>
/// <param name="lifetime">How long it holds from now on; null when nobody told, so that only a refusal ends it.</param>
internal sealed class IssuedToken(string value, TimeSpan? lifetime)
{
    /// <summary>
    /// A token may be this much nearer to its end while a request travels; of short-lived ones a tenth.
    /// </summary>
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(60);

    private const double LongestSeconds = 24 * 60 * 60;

    private readonly long _received = Environment.TickCount64;

    public string Value { get; } = value;

    public bool IsFresh
    {
        get
        {
            if (lifetime is not { } span)
            {
                return true;
            }

            var margin = TimeSpan.FromTicks(Math.Min(span.Ticks / 10, LongestMargin.Ticks));
            return Environment.TickCount64 - _received < (span - margin).TotalMilliseconds;
        }
    }

    /// <summary>Reads how long a token holds: the claims of a JWT, else what the answer said beside it.</summary>
    /// <param name="value">The token.</param>
    /// <param name="expiresIn">The answer's <c>expires_in</c>, in seconds.</param>
    public static IssuedToken Read(string value, double? expiresIn)
    {
        using var claims = ClaimsIn(value);
        if (Number(claims, "exp") is not { } until)
        {
            return new IssuedToken(value, Lifetime(expiresIn));
        }

        // The issuer's clock on both sides, where it tells: this host's may go wrong.
        var from = Number(claims, "iat") ?? Number(claims, "nbf") ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new IssuedToken(value, TimeSpan.FromSeconds(Math.Max(0, until - from)));
    }

    // Whoever says more than a day says nothing: a refusal will end the token.
    private static TimeSpan? Lifetime(double? seconds)
    {
        if (seconds is not { } told)
        {
            return null;
        }

        return TimeSpan.FromSeconds(Math.Clamp(told, 0, LongestSeconds));
    }

    /// <summary>Whether a token says of itself that its time is over.</summary>
    public static bool HasExpired(string value)
    {
        using var claims = ClaimsIn(value);
        return Number(claims, "exp") is { } until && until < DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }

    /// <summary>A claim of a JWT; null when the token is none or has no such text.</summary>
    public static string? Claim(string value, string name)
    {
        using var claims = ClaimsIn(value);
        if (claims is null)
        {
            return null;
        }

        return ForeignJson.Text(claims.RootElement, name);
    }

    public override string ToString() => "***";

    // RFC 7519: header.payload.signature in base64url. The signature is the issuer's business; nothing is decided here
    // but when to ask again.
    private static JsonDocument? ClaimsIn(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        try
        {
            var base64 = payload.Replace('-', '+').Replace('_', '/');
            var document = JsonDocument.Parse(
                Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Not a JWT: registries may hand out tokens that tell nothing.
        }

        return null;
    }

    private static double? Number(JsonDocument? claims, string name)
    {
        if (claims?.RootElement.TryGetProperty(name, out var claim) == true
            && claim.ValueKind == JsonValueKind.Number
            && claim.TryGetDouble(out var number)
            && double.IsFinite(number)
            && Math.Abs(number) < 1e11)
        {
            return number;
        }

        return null;
    }
}
