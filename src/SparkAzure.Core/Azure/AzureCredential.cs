using System.Net;
using System.Security;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure;

/// <summary>Makes the credential that the caller chose. Each call has its own; there is no sign-in state anywhere.</summary>
internal static class AzureCredential
{
    /// <summary>How long a program such as az may take to hand out a token.</summary>
    private static readonly TimeSpan ProcessTimeout = TimeSpan.FromSeconds(30);

    public static TokenCredential Create(AzureAccess access)
    {
        if (access.AccessToken is not null)
        {
            return new GivenToken(access.AccessToken);
        }

        var announced = Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT") is { Length: > 0 };
        return Sources(access.TokenSource, announced, !HostProcesses.AreForbidden(Environment.GetEnvironmentVariable)) switch
        {
            [var only] => Create(only, access),
            var several => new ChainedTokenCredential([.. several.Select(s => Create(s, access))]),
        };
    }

    /// <summary>The order in which sources are asked.</summary>
    public static IReadOnlyList<AzureTokenSource> Sources(AzureTokenSource wanted, bool hostAnnouncesIdentity, bool mayStartProcesses) => wanted switch
    {
        AzureTokenSource.Auto when hostAnnouncesIdentity => [AzureTokenSource.ManagedIdentity],
        AzureTokenSource.Auto when !mayStartProcesses => [AzureTokenSource.Environment],
        AzureTokenSource.Auto => [AzureTokenSource.Environment, AzureTokenSource.AzurePowerShell, AzureTokenSource.AzureCli],
        _ => [wanted],
    };

    private static TokenCredential Create(AzureTokenSource source, AzureAccess access)
    {
        // The variable is the one every Azure SDK reads; it names the authority of a private cloud.
        var authority = Uri.TryCreate(Environment.GetEnvironmentVariable("AZURE_AUTHORITY_HOST"), UriKind.Absolute, out var named)
            ? named
            : AzureCloud.Of(access.Environment).Authority;
        var vouchesForItself = !AzureCloud.KnowsAuthority(authority);
        return source switch
        {
            AzureTokenSource.ManagedIdentity => new ManagedIdentityCredential(Quiet(
                new ManagedIdentityCredentialOptions(access.ClientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(access.ClientId)),
                authority,
                access)),
            AzureTokenSource.Environment => new EnvironmentCredential(Quiet(
                new EnvironmentCredentialOptions { DisableInstanceDiscovery = vouchesForItself },
                authority,
                access)),
            AzureTokenSource.AzurePowerShell => new AzurePowerShellCredential(Quiet(
                new AzurePowerShellCredentialOptions { ProcessTimeout = ProcessTimeout },
                authority,
                access)),
            AzureTokenSource.AzureCli => new AzureCliCredential(Quiet(
                new AzureCliCredentialOptions { ProcessTimeout = ProcessTimeout },
                authority,
                access)),
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, "There is no such source of tokens."),
        };
    }

    private static T Quiet<T>(T options, Uri authority, AzureAccess access)
        where T : TokenCredentialOptions
    {
        options.AuthorityHost = authority;
        options.IsUnsafeSupportLoggingEnabled = false;
        ResourceManagerPipeline.Quiet(options);
        if (access.Handler is not null)
        {
            options.Transport = new HttpClientTransport(access.Handler);
        }

        return options;
    }

    private sealed class GivenToken(SecureString token) : TokenCredential
    {
        // How long it holds is the caller's business; Azure answers 401 when it no longer does.
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(new NetworkCredential("", token).Password, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
