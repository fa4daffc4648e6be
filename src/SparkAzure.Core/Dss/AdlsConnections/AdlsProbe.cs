using System.Net;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// Tries a folder in ADLS gen2 with a credential from here, as Hadoop would do it there: a listing of one path, and for
/// accounts whose credential may ask, whether they have a hierarchical namespace. Reads only, so it proves reading, not
/// writing.
/// </summary>
internal sealed class AdlsProbe
{
    /// <summary>The version of the storage API; any since 2019-12-12 has what is asked.</summary>
    private const string ApiVersion = "2021-06-08";

    private readonly ProbeHttp _http;
    private readonly AdlsUri _uri;
    private readonly AdlsCredential _credential;
    private readonly ICaller _caller;

    private AdlsProbe(ProbeHttp http, AdlsUri uri, AdlsCredential credential, ICaller caller) =>
        (_http, _uri, _credential, _caller) = (http, uri, credential, caller);

    /// <summary>Tries; null when this credential cannot be tried from here.</summary>
    /// <exception cref="SparkAzureException">An id of StorageErrors.</exception>
    public static async Task<bool?> TryAsync(
        AdlsUri uri,
        AdlsCredential credential,
        AdlsProbeOptions options,
        ICaller caller,
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

        using var http = new ProbeHttp(options.Handler, caller);
        var probe = new AdlsProbe(http, uri, credential, caller);
        if (await probe.SignInAsync(cancellationToken).ConfigureAwait(false) is not { } sign)
        {
            return null;
        }

        var root = (options.StorageEndpoint ?? new Uri($"https://{uri.Host}/")).AbsoluteUri.TrimEnd('/');
        if (!root.StartsWith("https://", StringComparison.Ordinal))
        {
            throw StorageErrors.StorageEndpointNotSecure(root);
        }

        await probe.ListAsync(root, sign, cancellationToken).ConfigureAwait(false);
        await probe.AskForNamespaceAsync(root, sign, cancellationToken).ConfigureAwait(false);
        caller.Verbose($"Account, file system and credential of {uri.Text} work from here.");
        return true;
    }

    private async Task ListAsync(string root, Action<HttpRequestMessage> sign, CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(HttpMethod.Get, ListIn(root), sign, ApiVersion, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Status is 404 && answer.Code == "PathNotFound")
        {
            _caller.Verbose(
                $"{_uri.FileSystem} has no folder '{_uri.Path}' yet; DSS makes it when it first writes.");
        }
        else if (answer.Status != (int)HttpStatusCode.OK)
        {
            throw StorageErrors.FromAnswer(_uri, _credential.Authentication, answer);
        }
    }

    // Without a file system (an Azure Blob connection to the whole account) the account itself is asked for one name.
    private string ListIn(string root)
    {
        if (_uri.FileSystem is null)
        {
            return $"{root}/?resource=account&maxResults=1";
        }

        var list = $"{root}/{_uri.FileSystem}?resource=filesystem&recursive=false&maxResults=1";
        if (_uri.Path.Length == 0)
        {
            return list;
        }

        return $"{list}&directory={Uri.EscapeDataString(_uri.Path)}";
    }

    private async Task AskForNamespaceAsync(
        string root, Action<HttpRequestMessage> sign, CancellationToken cancellationToken)
    {
        // A signature may not ask for this; it is a hint, not a condition, for the others.
        if (_uri.FileSystem is null || _credential.Authentication == AdlsAuthentication.Sas)
        {
            return;
        }

        var address = $"{root}/{_uri.FileSystem}?resource=filesystem";
        var answer = await _http.SendAsync(HttpMethod.Head, address, sign, ApiVersion, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Status == 200 && answer.Header("x-ms-namespace-enabled") == "false")
        {
            _caller.Warning(
                $"Storage account '{_uri.Account}' has no hierarchical namespace: renaming a folder copies each " +
                "file, and Spark's jobs end slowly and not atomically. Use an account that was made with it.");
        }
    }

    // Gives what signs a request; null when the credential exists elsewhere only.
    private async Task<Action<HttpRequestMessage>?> SignInAsync(CancellationToken cancellationToken)
    {
        switch (_credential.Authentication)
        {
            case AdlsAuthentication.SharedKey:
                return request => SharedKeySignature.Sign(
                    request, _uri.Account, _credential.AccountKey!, DateTimeOffset.UtcNow);
            case AdlsAuthentication.Sas:
                return request => request.RequestUri = new Uri(
                    $"{request.RequestUri!.AbsoluteUri}&{_credential.SasToken}");
            case AdlsAuthentication.ClientCredential:
                return WithToken(await _http.TokenAsync(_uri, _credential, cancellationToken).ConfigureAwait(false));
            case AdlsAuthentication.ManagedIdentity
                when await _http.IdentityTokenAsync(_credential, cancellationToken)
                    .ConfigureAwait(false) is { } identity:
                return WithToken(identity);
            default:
                _caller.Warning(
                    $"{_credential.Authentication} cannot be tried from here: it exists only where DSS and the " +
                    "executors run. The connection is made untried.");
                return null;
        }
    }

    private static Action<HttpRequestMessage> WithToken(string token) =>
        request => request.Headers.Authorization = new("Bearer", token);
}
