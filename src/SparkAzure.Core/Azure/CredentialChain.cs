using Azure.Core;
using Azure.Identity;

namespace SparkAzure.Core.Azure;

/// <summary>
/// Asks sources of tokens in turn until one has an account; then stays with it. A source that has an account and fails
/// ends the search: to go on as somebody else would hide it. When none has one, the error names each and why.
/// </summary>
internal sealed class CredentialChain(
    IReadOnlyList<(AzureTokenSource Name, TokenCredential Credential)> sources) : TokenCredential
{
    private TokenCredential? _chosen;

    public override async ValueTask<AccessToken> GetTokenAsync(
        TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        if (_chosen is not null)
        {
            return await _chosen.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
        }

        var reasons = new List<string>();
        foreach (var (name, credential) in sources)
        {
            try
            {
                var token = await credential.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
                _chosen = credential;
                return token;
            }
            catch (CredentialUnavailableException exception)
            {
                reasons.Add($"{name}: {OneLine(exception)}");
            }
            catch (AuthenticationFailedException exception)
            {
                throw new AuthenticationFailedException($"{name}: {OneLine(exception)}", exception);
            }
        }

        throw new CredentialUnavailableException(string.Join(" ", reasons));
    }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    // Azure.Identity says which credential failed, Entra ID's reason (AADSTS…) stands in the exception underneath, and
    // both like to spread over lines.
    private static string OneLine(Exception exception)
    {
        var reason = exception.GetBaseException().Message;
        var words = exception.Message.Contains(reason, StringComparison.Ordinal)
            ? exception.Message
            : $"{exception.Message} {reason}";
        return string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.') + ".";
    }
}
