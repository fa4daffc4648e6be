using System.Security;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Azure;

/// <summary>
/// Makes the credential that the caller chose. Each call has its own; there is no sign-in state anywhere.
/// </summary>
internal static class AzureCredential
{
    /// <summary>How long a program such as az may take to hand out a token.</summary>
    private static readonly TimeSpan ProcessTimeout = TimeSpan.FromSeconds(30);

    /// <exception cref="SparkAzureException">NotASecureEndpoint when -Authority is none.</exception>
    public static TokenCredential Create(AzureAccess access)
    {
        if (access.AccessToken is not null)
        {
            return Given(access.AccessToken);
        }

        var authority = AuthorityOf(access);
        var sources = Sources(
            access.TokenSource,
            ManagedIdentityHost.IsAnnounced(Environment.GetEnvironmentVariable),
            !HostProcesses.AreForbidden(Environment.GetEnvironmentVariable));
        return new CredentialChain([.. sources.Select(s => (s, Create(s, authority, access)))]);
    }

    /// <summary>
    /// A token that the caller has. How long it holds is the caller's business; Azure answers 401 when it no longer
    /// does.
    /// </summary>
    public static TokenCredential Given(SecureString token) => new GivenToken(token);

    /// <summary>
    /// The order in which sources are asked. A virtual machine's identity is asked last, because the machine announces
    /// nothing: it takes a question to an address that leads nowhere elsewhere, and an account that somebody signed in
    /// is a choice.
    /// </summary>
    public static IReadOnlyList<AzureTokenSource> Sources(
        AzureTokenSource wanted, bool hostAnnouncesIdentity, bool mayStartProcesses) => wanted switch
    {
        AzureTokenSource.Auto when hostAnnouncesIdentity => [AzureTokenSource.ManagedIdentity],
        AzureTokenSource.Auto when !mayStartProcesses =>
            [AzureTokenSource.Environment, AzureTokenSource.ManagedIdentity],
        AzureTokenSource.Auto =>
            [
                AzureTokenSource.Environment,
                AzureTokenSource.AzurePowerShell,
                AzureTokenSource.AzureCli,
                AzureTokenSource.ManagedIdentity
            ],
        _ => [wanted],
    };

    /// <summary>
    /// Entra ID's address: the one given; else that of the variable every Azure SDK reads, which names the authority of
    /// a private cloud; else the cloud's.
    /// </summary>
    /// <exception cref="SparkAzureException">NotASecureEndpoint.</exception>
    public static Uri AuthorityOf(AzureAccess access)
    {
        var named = access.Authority
            ?? (Uri.TryCreate(Environment.GetEnvironmentVariable("AZURE_AUTHORITY_HOST"), UriKind.Absolute, out var variable) ? variable : null);
        if (named is null)
        {
            return AzureCloud.Of(access.Environment).Authority;
        }

        AzureEndpoint.RequireSecure("Entra ID", named);
        return named;
    }

    private static TokenCredential Create(AzureTokenSource source, Uri authority, AzureAccess access)
    {
        var vouchesForItself = !AzureCloud.KnowsAuthority(authority);
        switch (source)
        {
            case AzureTokenSource.ManagedIdentity:
                var id = access.ClientId is null
                    ? ManagedIdentityId.SystemAssigned
                    : ManagedIdentityId.FromUserAssignedClientId(access.ClientId);
                return new ManagedIdentityHost(
                    new ManagedIdentityCredential(Quiet(new ManagedIdentityCredentialOptions(id), authority, access)),
                    access.Handler);

            case AzureTokenSource.Environment:
                var environment = Quiet(
                    new EnvironmentCredentialOptions { DisableInstanceDiscovery = vouchesForItself },
                    authority,
                    access);
                environment.RetryPolicy = new AzureRetry(access.Bounds);
                AllowTenant(environment.AdditionallyAllowedTenants, access);
                return new EnvironmentCredential(environment);

            case AzureTokenSource.AzurePowerShell:
                var shell = Quiet(
                    new AzurePowerShellCredentialOptions { ProcessTimeout = ProcessTimeout }, authority, access);
                AllowTenant(shell.AdditionallyAllowedTenants, access);
                return new AzurePowerShellCredential(shell);

            case AzureTokenSource.AzureCli:
                var cli = Quiet(new AzureCliCredentialOptions { ProcessTimeout = ProcessTimeout }, authority, access);
                AllowTenant(cli.AdditionallyAllowedTenants, access);
                return new AzureCliCredential(cli);

            default:
                throw new ArgumentOutOfRangeException(nameof(source), source, "There is no such source of tokens.");
        }
    }

    // The SDK asks for another tenant than the account's own only where that is allowed; -TenantId is the caller's
    // permission.
    private static void AllowTenant(ICollection<string> allowed, AzureAccess access)
    {
        if (access.TenantId is not null)
        {
            allowed.Add(access.TenantId);
        }
    }

    private static T Quiet<T>(T options, Uri authority, AzureAccess access)
        where T : TokenCredentialOptions
    {
        options.AuthorityHost = authority;
        options.IsUnsafeSupportLoggingEnabled = false;
        AzurePipeline.Quiet(options);
        options.Transport = AzureTransport.Create(access.Handler, access.Bounds);
        return options;
    }

    private sealed class GivenToken(SecureString token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var text = token.Reveal().Trim();
            if (HeaderText.IsToken(text))
            {
                return new AccessToken(text, DateTimeOffset.MaxValue);
            }

            throw new AuthenticationFailedException("The token given has characters that no token has.");
        }

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
