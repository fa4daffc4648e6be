using System.Net;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Storage;

/// <summary>How account, file system and credential are tried.</summary>
public sealed record AdlsProbeOptions
{
    /// <summary>
    /// The address of the account's data where it is not that of its cloud; null for that. https only.
    /// </summary>
    public Uri? StorageEndpoint { get; init; }

    /// <summary>What sends the requests; null for the platform's own. The caller disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}

/// <summary>
/// Tries a folder in ADLS gen2 with a credential from here, as Hadoop would do it there: a listing of one path, and for
/// accounts whose credential may ask, whether they have a hierarchical namespace. Reads only, so it proves reading, not
/// writing.
/// </summary>
internal static class AdlsProbe
{
    /// <summary>The version of the storage API; any since 2019-12-12 has what is asked.</summary>
    private const string ApiVersion = "2021-06-08";

    /// <summary>Tries; null when this credential cannot be tried from here.</summary>
    /// <exception cref="SparkAzureException">An id of StorageErrors.</exception>
    public static async Task<bool?> TryAsync(
        AdlsUri uri,
        AdlsCredential credential,
        AdlsProbeOptions options,
        IOperator @operator,
        CancellationToken cancellationToken)
    {
        if (uri.Generation == 1)
        {
            throw StorageErrors.AdlsGen1Retired(uri.Host);
        }

        if (credential.Missing is { } missing)
        {
            throw StorageErrors.TestNeedsSecret(missing);
        }

        using var http = new ProbeHttp(options.Handler, @operator);
        if (await SignInAsync(http, uri, credential, @operator, cancellationToken)
            .ConfigureAwait(false) is not { } sign)
        {
            return null;
        }

        var root = (options.StorageEndpoint ?? new Uri($"https://{uri.Host}/")).AbsoluteUri.TrimEnd('/');
        if (!root.StartsWith("https://", StringComparison.Ordinal))
        {
            throw StorageErrors.StorageEndpointNotSecure(root);
        }

        // Without a file system (an Azure Blob connection to the whole account) the account itself is asked for one
        // name.
        var list = uri.FileSystem is null
            ? $"{root}/?resource=account&maxResults=1"
            : $"{root}/{uri.FileSystem}?resource=filesystem&recursive=false&maxResults=1{(uri.Path.Length > 0
                ? $"&directory={Uri.EscapeDataString(uri.Path)}"
                : "")}";
        var answer = await http
            .SendAsync(HttpMethod.Get, list, r => sign(r, uri.Account), ApiVersion, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Status is 404 && answer.Code == "PathNotFound")
        {
            @operator.Verbose(
                $"{uri.FileSystem} has no folder '{uri.Path}' yet; DSS makes it when it first writes.");
        }
        else if (answer.Status != (int)HttpStatusCode.OK)
        {
            throw StorageErrors.FromAnswer(uri, credential.Authentication, answer);
        }

        if (uri.FileSystem is not null)
        {
            await AskForNamespaceAsync(
                http,
                $"{root}/{uri.FileSystem}?resource=filesystem",
                sign,
                uri,
                credential,
                @operator,
                cancellationToken).ConfigureAwait(false);
        }

        @operator.Verbose($"Account, file system and credential of {uri.Text} work from here.");
        return true;
    }

    private static async Task AskForNamespaceAsync(
        ProbeHttp http, string address, Action<HttpRequestMessage, string> sign, AdlsUri uri, AdlsCredential credential, IOperator @operator, CancellationToken cancellationToken)
    {
        // A signature may not ask for this; it is a hint, not a condition, for the others.
        if (credential.Authentication == AdlsAuthentication.Sas)
        {
            return;
        }

        var answer = await http
            .SendAsync(HttpMethod.Head, address, r => sign(r, uri.Account), ApiVersion, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Status == 200 && answer.Header("x-ms-namespace-enabled") == "false")
        {
            @operator.Warning(
                $"Storage account '{uri.Account}' has no hierarchical namespace: renaming a folder copies each " +
                $"file, and Spark's jobs end slowly and not atomically. Use an account that was made with it.");
        }
    }

    // Gives what signs a request; null when the credential exists elsewhere only.
    private static async Task<Action<HttpRequestMessage, string>?> SignInAsync(
        ProbeHttp http, AdlsUri uri, AdlsCredential credential, IOperator @operator, CancellationToken cancellationToken)
    {
        switch (credential.Authentication)
        {
            case AdlsAuthentication.SharedKey:
                return (request, account) => SharedKeySignature.Sign(
                    request, account, credential.AccountKey!, DateTimeOffset.UtcNow);
            case AdlsAuthentication.Sas:
                return (request, _) => request.RequestUri = new Uri(
                    $"{request.RequestUri!.AbsoluteUri}&{credential.SasToken}");
            case AdlsAuthentication.ClientCredential:
                var token = await http.TokenAsync(uri, credential, cancellationToken).ConfigureAwait(false);
                return (request, _) => request.Headers.Authorization = new("Bearer", token);
            case AdlsAuthentication.ManagedIdentity when await http.IdentityTokenAsync(credential, cancellationToken)
                .ConfigureAwait(false) is { } identity:
                return (request, _) => request.Headers.Authorization = new("Bearer", identity);
            default:
                @operator.Warning(
                    $"{credential.Authentication} cannot be tried from here: it exists only where DSS and the " +
                    $"executors run. The connection is made untried.");
                return null;
        }
    }
}
