using System.Text;
using Azure.Core;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure;

/// <summary>
/// The token for one service, kept while it holds, so that many requests at once ask for it only once.
/// </summary>
internal sealed class AudienceToken(Lazy<TokenCredential> credential, Uri audience, string? tenantId)
{
    /// <summary>A token is replaced so long before its end that a request under way still arrives with it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private readonly string[] _scopes = [$"{audience.GetLeftPart(UriPartial.Authority)}/.default"];
    private readonly object _lock = new();
    private Task<AccessToken>? _token;

    /// <summary>The token, asked for where there is none that still holds.</summary>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        Task<AccessToken> asked;
        lock (_lock)
        {
            if (_token is null or { IsFaulted: true } or { IsCanceled: true }
                || (_token.IsCompletedSuccessfully && _token.Result.ExpiresOn - Margin < DateTimeOffset.UtcNow))
            {
                _token = AskAsync(null, cancellationToken);
            }

            asked = _token;
        }

        return (await asked.WaitAsync(cancellationToken).ConfigureAwait(false)).Token;
    }

    /// <summary>A token in the place of one that the service refused.</summary>
    /// <param name="challenge">The service's WWW-Authenticate header; null when it sent none.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    public async ValueTask<string> ReplaceAsync(string? challenge, CancellationToken cancellationToken)
    {
        Task<AccessToken> asked;
        lock (_lock)
        {
            asked = _token = AskAsync(ClaimsOf(challenge), cancellationToken);
        }

        return (await asked.WaitAsync(cancellationToken).ConfigureAwait(false)).Token;
    }

    /// <summary>A service's words without what they may repeat of the token.</summary>
    public string Mask(string words)
    {
        var asked = _token;
        if (asked is not { IsCompletedSuccessfully: true })
        {
            return words;
        }

        return SecretText.Mask(words, [asked.Result.Token]);
    }

    private async Task<AccessToken> AskAsync(
        string? claims, CancellationToken cancellationToken) => await credential.Value
        .GetTokenAsync(new TokenRequestContext(_scopes, claims: claims, tenantId: tenantId), cancellationToken)
        .ConfigureAwait(false);

    // Continuous access evaluation: Bearer …, error="insufficient_claims", claims="<base64>" (Microsoft identity
    // platform, "claims challenge").
    private static string? ClaimsOf(string? challenge)
    {
        const string Key = "claims=\"";
        var start = challenge?.IndexOf(Key, StringComparison.OrdinalIgnoreCase) ?? -1;
        var end = start < 0 ? -1 : challenge!.IndexOf('"', start + Key.Length);
        if (end < 0)
        {
            return null;
        }

        var text = challenge![(start + Key.Length)..end].Replace('-', '+').Replace('_', '/');
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
