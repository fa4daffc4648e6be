using System.Net.Sockets;
using Azure.Core;
using Azure.Identity;

namespace SparkAzure.Core.Azure;

/// <summary>
/// The managed identity of this host. Services announce it by a variable; a virtual machine has Azure's instance
/// metadata service at a fixed address, which leads nowhere on any other machine: it is knocked at first, for the SDK
/// would try for a minute.
/// </summary>
internal sealed class ManagedIdentityHost(TokenCredential identity, HttpMessageHandler? handler) : TokenCredential
{
    /// <summary>The SDK's DefaultAzureCredential waits as long.</summary>
    private static readonly TimeSpan KnockTime = TimeSpan.FromSeconds(1);

    private bool _isThere;

    /// <summary>
    /// Whether the host announces an identity: App Service, Automation, Arc, Service Fabric, Cloud Shell.
    /// </summary>
    public static bool IsAnnounced(Func<string, string?> environment) =>
        environment("IDENTITY_ENDPOINT") is { Length: > 0 } || environment("MSI_ENDPOINT") is { Length: > 0 };

    public override async ValueTask<AccessToken> GetTokenAsync(
        TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        if (IsAnnounced(Environment.GetEnvironmentVariable) || _isThere)
        {
            return await identity.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
        }

        await KnockAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var token = await identity.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
            _isThere = true;
            return token;
        }
        catch (AuthenticationFailedException exception) when (exception is not CredentialUnavailableException)
        {
            // A virtual machine without an identity says so with 400, which the SDK takes for a failure.
            throw new CredentialUnavailableException(exception.Message, exception);
        }
    }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    // Source: Microsoft, "Azure Instance Metadata Service": http://169.254.169.254, never through a proxy. The variable
    // is the one the SDK reads for another address. Any answer will do; without the header Metadata it is 400.
    private async Task KnockAsync(CancellationToken cancellationToken)
    {
        var named = Environment.GetEnvironmentVariable("AZURE_POD_IDENTITY_AUTHORITY_HOST");
        var address = new Uri(
            named is { Length: > 0 } ? new Uri(named) : new Uri("http://169.254.169.254"),
            "/metadata/identity/oauth2/token");
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(KnockTime);
        using var own = handler is null ? new SocketsHttpHandler { UseProxy = false } : null;
        using var client = new HttpClient(handler ?? own!, disposeHandler: false);
        try
        {
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, time.Token)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is HttpRequestException or OperationCanceledException or SocketException)
        {
            throw new CredentialUnavailableException(
                $"this is no virtual machine of Azure, or its metadata service ({address.Host}) cannot be reached, " +
                $"and no other managed identity is announced",
                exception);
        }
    }
}
