using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// Signs requests to one registry in: not at all, with Basic, or with tokens that it fetches for the repositories at
/// hand. Many requests may use it at once; each token is fetched by one of them.
/// </summary>
internal sealed class RegistryAuthenticator : IDisposable
{
    /// <summary>
    /// Registries whose tokens come from another host of the same owner. Source: their own challenges.
    /// </summary>
    private static readonly (string Registry, string TokenHost)[] KnownTokenHosts =
    [
        ("docker.io", "auth.docker.io"),
        ("registry.gitlab.com", "gitlab.com"),
        ("nvcr.io", "authn.nvidia.com"),
    ];

    private readonly RegistryAddress _registry;
    private readonly RegistryLogin? _login;
    private readonly HttpClient _http;
    private readonly ICaller _caller;
    private readonly TimeSpan _answerTime;
    private readonly RegistryTokenService _tokens;
    private readonly SharedToken? _entra;
    private readonly ConcurrentDictionary<string, SharedToken> _accessTokens = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile AuthenticationChallenge? _challenge;
    private volatile bool _asked;
    private volatile SparkAzureException? _withoutEntra;

    /// <param name="registry">The registry.</param>
    /// <param name="login">The login; null for none.</param>
    /// <param name="http">The client to ask the registry with.</param>
    /// <param name="tokens">The client to fetch tokens with, which follows no redirect.</param>
    /// <param name="caller">Is told how signing in went.</param>
    /// <param name="patience">How long to wait for what.</param>
    public RegistryAuthenticator(
        RegistryAddress registry,
        RegistryLogin? login,
        HttpClient http,
        HttpClient tokens,
        ICaller caller,
        RegistryPatience patience)
    {
        (_registry, _login, _http, _caller) = (registry, login, http, caller);
        _answerTime = patience.Reads.Patience;
        _tokens = new RegistryTokenService(registry, tokens, patience.Documents);
        if (login is EntraLogin entra)
        {
            var exchange = new Lazy<EntraExchange>(() => new EntraExchange(registry, entra, _tokens, caller));
            _entra = new SharedToken(stop => exchange.Value.RefreshTokenAsync(Service(_challenge!), stop));
        }
    }

    /// <summary>What to put into a request's Authorization; null for nothing.</summary>
    /// <param name="scopes">Such as <c>repository:spark:pull,push</c>.</param>
    /// <param name="refused">
    /// What the registry answered 401 to: it is not given again. Null when nothing was refused.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SparkAzureException">
    /// RegistryLoginRefused, RegistryRealmNotTrusted, RegistryUnavailable, RegistryNotInAzure, AzureSignInFailed.
    /// </exception>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(
        string[] scopes, AuthenticationHeaderValue? refused, CancellationToken cancellationToken)
    {
        if (await ChallengeAsync(cancellationToken).ConfigureAwait(false) is not { } challenge)
        {
            return null;
        }

        if (challenge.Is("Basic"))
        {
            return _login switch
            {
                PasswordLogin known when refused?.Scheme != "Basic" => RegistryTokenService.Basic(known),
                EntraLogin { IsChosen: true } => throw OciErrors.RegistryNotInAzure(_registry.Host),
                _ => throw Refusal("401, a name and password are wanted."),
            };
        }

        var token = _accessTokens.GetOrAdd(
            string.Join(' ', scopes), _ => new SharedToken(stop => FetchAsync(challenge, scopes, stop)));
        return new AuthenticationHeaderValue(
            "Bearer", await token.GetAsync(refused?.Parameter, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Takes the challenge of a refused request, from a registry that lets everybody in at /v2/ and some only further
    /// on.
    /// </summary>
    public void Learn(HttpResponseMessage refused)
    {
        // Uploads and downloads may lie on another host, whose challenge is none of this registry's.
        if (refused.RequestMessage?.RequestUri?.Authority == _registry.Endpoint.Authority)
        {
            _challenge ??= AuthenticationChallenge.In(refused);
        }
    }

    /// <summary>The login in a form that can be handed on to Docker; null for none.</summary>
    public async Task<RegistryLogin?> DockerLoginAsync(CancellationToken cancellationToken)
    {
        if (_login is not EntraLogin
            || await ChallengeAsync(cancellationToken).ConfigureAwait(false) is not { } challenge)
        {
            return _login;
        }

        // What az acr login gives to docker login.
        if (await EntraRefreshTokenAsync(challenge, null, cancellationToken).ConfigureAwait(false) is { } token)
        {
            return new PasswordLogin(RegistryLogin.TokenUser, token);
        }

        return null;
    }

    /// <summary>The error for a login that the registry does not take.</summary>
    public SparkAzureException Refusal(string detail) => OciErrors.RegistryLoginRefused(
        _registry.Host,
        _withoutEntra is null ? detail : $"{detail} Entra ID was no help: {_withoutEntra.Message}",
        _login is null || _withoutEntra is not null);

    /// <summary>A registry's words without what it may repeat of the login.</summary>
    public string Mask(string words)
    {
        var password = _login as PasswordLogin;
        var tokens = _accessTokens.Values.Select(t => t.Known);
        return SecretText.Mask(
            words, [password?.Password, (_login as RefreshTokenLogin)?.Token, _entra?.Known, .. tokens]);
    }

    public void Dispose()
    {
        _asking.Dispose();
        _entra?.Dispose();
        foreach (var token in _accessTokens.Values)
        {
            token.Dispose();
        }
    }

    private static string Service(AuthenticationChallenge challenge) =>
        challenge.Parameters.GetValueOrDefault("service") ?? "";

    private async Task<AuthenticationChallenge?> ChallengeAsync(CancellationToken cancellationToken)
    {
        if (!_asked)
        {
            await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (!_asked)
                {
                    _challenge = await AskAsync(cancellationToken).ConfigureAwait(false);
                    _asked = true;
                }
            }
            finally
            {
                _asking.Release();
            }
        }

        return _challenge;
    }

    // GET /v2/ answers 401 with the challenge, or 200 where nobody needs to sign in (for this much).
    private async Task<AuthenticationChallenge?> AskAsync(CancellationToken cancellationToken)
    {
        using var answer = await ProbeAsync(cancellationToken).ConfigureAwait(false);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized =>
                AuthenticationChallenge.In(answer) ?? throw Refusal("it names no way to sign in that is known here."),
            HttpStatusCode.Forbidden =>
                throw OciErrors.RegistryAccessDenied(
                    _registry.Host, "use it", "403 to the first request; the registry's firewall answers so."),
            HttpStatusCode.NotFound =>
                throw OciErrors.RegistryUnavailable(
                    _registry.Host, "what listens there is not an image registry (404 for /v2/)."),
            _ => null,
        };
    }

    private async Task<HttpResponseMessage> ProbeAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_registry.Endpoint, "v2/"));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_answerTime);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {_answerTime.TotalSeconds:0.#} s.", exception);
        }
    }

    private async Task<IssuedToken> FetchAsync(
        AuthenticationChallenge challenge, string[] scopes, CancellationToken cancellationToken)
    {
        var realm = Trusted(challenge);
        var service = Service(challenge);
        var refreshToken = (_login as RefreshTokenLogin)?.Token;
        if (_login is EntraLogin)
        {
            refreshToken = await EntraRefreshTokenAsync(challenge, null, cancellationToken).ConfigureAwait(false);
        }

        if (refreshToken is null)
        {
            return Issued(await _tokens
                .FromPasswordAsync(realm, service, scopes, _login as PasswordLogin, cancellationToken)
                .ConfigureAwait(false));
        }

        var answer = await _tokens
            .FromRefreshTokenAsync(realm, service, scopes, refreshToken, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Token is not null || _login is not EntraLogin)
        {
            return Issued(answer);
        }

        // A refresh token ends after hours, too; Entra ID gives for another one.
        var another = await EntraRefreshTokenAsync(challenge, refreshToken, cancellationToken).ConfigureAwait(false);
        if (another is null)
        {
            return Issued(answer);
        }

        return Issued(await _tokens
            .FromRefreshTokenAsync(realm, service, scopes, another, cancellationToken)
            .ConfigureAwait(false));
    }

    private IssuedToken Issued(TokenAnswer answer) =>
        answer.Token ?? throw Refusal($"its token service answered {answer.Refusal}");

    private async Task<string?> EntraRefreshTokenAsync(
        AuthenticationChallenge challenge, string? refused, CancellationToken cancellationToken)
    {
        if (_withoutEntra is not null)
        {
            return null;
        }

        // An own token endpoint under /oauth2 is what tells Azure's registries; a token of Entra ID is nothing for
        // others.
        var realm = challenge.Is("Bearer") ? Trusted(challenge) : null;
        if (realm is null || realm.Authority != _registry.Endpoint.Authority || realm.AbsolutePath != "/oauth2/token")
        {
            if (_login is EntraLogin { IsChosen: true })
            {
                throw OciErrors.RegistryNotInAzure(_registry.Host);
            }

            return null;
        }

        try
        {
            return await _entra!.GetAsync(refused, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException refusal) when (_login is EntraLogin { IsChosen: false }
            && refusal.Kind is ErrorKind.AuthenticationFailed)
        {
            _caller.Verbose($"{_registry.Host}: going on without a login. {refusal.Message}");
            _withoutEntra = refusal;
            return null;
        }
    }

    // A registry may name any host as its realm; following it blindly would hand the login to whoever runs that host.
    private Uri Trusted(AuthenticationChallenge challenge)
    {
        var realm = challenge.Parameters.GetValueOrDefault("realm") ?? "";
        if (Uri.TryCreate(realm, UriKind.Absolute, out var uri)
            && CredentialRoute.IsPrivate(uri)
            && (uri.Authority == _registry.Endpoint.Authority
                || KnownTokenHosts.Contains((_registry.Host, uri.Authority))))
        {
            return uri;
        }

        throw OciErrors.RegistryRealmNotTrusted(_registry.Host, realm);
    }
}
