using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// What Azure Storage and Entra ID can refuse when a connection is tried. No message carries a key, a secret or a
/// signature.
/// </summary>
internal static class StorageErrors
{
    private const string Untouched = "DSS was not touched.";

    /// <summary>
    /// What Entra ID's numbers mean for a service principal. Source: Microsoft, "Microsoft Entra authentication and
    /// authorization error codes".
    /// </summary>
    private static readonly (string Number, string Meaning, string Remedy)[] EntraReasons =
    [
        ("AADSTS7000215", "the client secret is wrong", "Give the secret's value, not its id; or make a new one (New-AdlsServicePrincipal -NewSecret)."),
        ("AADSTS7000222", "the client secret has ended", "Make a new one (New-AdlsServicePrincipal -NewSecret) and put it into the connection."),
        ("AADSTS700016", "there is no such application in this tenant", "Check -ClientId (the application's id, not its object id) and that the tenant is its own."),
        ("AADSTS50059", "the token endpoint names no tenant", "Give the application's own tenant: -TenantId, or a -TokenEndpoint with it."),
        ("AADSTS90002", "there is no such tenant", "Check -TenantId or -TokenEndpoint, and -Environment."),
        ("AADSTS900023", "that is not a tenant", "Check -TenantId or -TokenEndpoint."),
        ("AADSTS901002", "version 2 of the token endpoint does not take a resource", "Give the endpoint of version 1: https://login.microsoftonline.com/TENANT/oauth2/token."),
        ("AADSTS500011", "the tenant does not know Azure Storage", "Check that the tenant is the one of the storage account's subscription."),
        ("AADSTS7000218", "the application wants a secret or an assertion", "Give -ClientSecret."),
        ("AADSTS53003", "a conditional access policy forbids it", "Let the administrator of the tenant exempt the service principal."),
    ];

    internal static SparkAzureException AdlsGen1Retired(string host) => Failure.Create(
        ErrorKind.NotSupported,
        $"'{host}' cannot be tried: ADLS gen1 was retired on 2024-02-29 and answers nobody any more.",
        "Leave -Test out to write the connection all the same, or move to a gen2 account.",
        host);

    internal static SparkAzureException TestNeedsSecret(string what) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The connection cannot be tried: {what} was not given, and what DSS has of it cannot be read here. {Untouched}",
        "Give it together with -Test.");

    internal static SparkAzureException StorageEndpointNotSecure(string endpoint) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{endpoint}' cannot be asked: tokens and signatures are sent over https only.",
        "Give an address that begins with https://.",
        endpoint);

    internal static SparkAzureException StorageAccountNotFound(string host, Exception inner) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no '{host}': either there is no such account, or its name cannot be resolved here (private " +
        $"endpoint without its DNS zone). {Untouched}",
        "Check -Account and -Environment, then the name resolution of this host.",
        host,
        inner);

    internal static SparkAzureException StorageCertificateNotTrusted(string request, Exception inner) => Failure.Create(
        ErrorKind.Unavailable,
        $"The certificate of what answers {request} is not trusted here. {Untouched}",
        "A proxy may open the connection; add its authority to this machine's trust.",
        request,
        inner);

    internal static SparkAzureException StorageUnavailable(
        string request, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.Unavailable,
        $"Nothing usable answers {request}: {why}. {Untouched}",
        "Check proxy and firewall between this host and that address.",
        request,
        inner);

    internal static SparkAzureException StorageFileSystemNotFound(AdlsUri uri) => Failure.Create(
        ErrorKind.NotFound,
        $"Storage account '{uri.Account}' has no file system (container) '{uri.FileSystem}'. {Untouched}",
        "Check -FileSystem, or make it: az storage fs create.",
        uri.FileSystem);

    internal static SparkAzureException StorageKeyRefused(string account, string? clock) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"Storage account '{account}' refused the access " +
        $"key{clock ?? ": it is not one of this account's two (perhaps it was renewed)"}. {Untouched}",
        clock is null
            ? "Take the key anew: Get-AdlsAccessKey."
            : "Set this machine's clock (chronyc, timedatectl); Azure takes no more than 15 minutes of difference.",
        account);

    internal static SparkAzureException StorageSasRefused(string account, string said) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"Storage account '{account}' refused the shared access signature{said}. {Untouched}",
        "Make one that holds now, for this container, with read, write, delete, list, create and execute (rwdlce…), " +
        "signed with a key that is still valid.",
        account);

    internal static SparkAzureException StorageTokenRefused(string account, string said) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"Storage account '{account}' refused the token{said}. {Untouched}",
        "Check that the service principal's tenant is the one of the account's subscription.",
        account);

    internal static SparkAzureException SharedKeyDisabled(string account) => Failure.Create(
        ErrorKind.NotSupported,
        $"Storage account '{account}' has access keys switched off (allowSharedKeyAccess is false). {Untouched}",
        "Sign in as a service principal (New-AdlsServicePrincipal) or a managed identity, or have the keys allowed " +
        "again.",
        account);

    internal static SparkAzureException StorageRoleMissing(string account, string who) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"Storage account '{account}' knows {who} and does not let it read the data: it lacks a data role (being " +
        $"Owner of the account is not enough). {Untouched}",
        "Give it 'Storage Blob Data Contributor' on the account or the container (New-AdlsServicePrincipal does); a " +
        "new assignment takes up to some minutes to count.",
        account);

    internal static SparkAzureException StorageFirewall(string account) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"The firewall of storage account '{account}' does not let this host in. {Untouched}",
        "Allow this host's network there, or run the test from the DSS host; the executors' network must be allowed " +
        "too.",
        account);

    internal static SparkAzureException StorageRequestFailed(string request, string said) => Failure.Create(
        ErrorKind.OperationFailed,
        $"Azure Storage refused {request}{said}. {Untouched}",
        "Read Azure's own words above.",
        request);

    internal static SparkAzureException EntraRefused(string clientId, string said, string remedy) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"Entra ID gives no token to application '{clientId}': {said}. {Untouched}",
        remedy,
        clientId);

    internal static SparkAzureException EntraUnavailable(
        string host, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.Unavailable,
        $"Entra ID cannot be reached at '{host}', which signs the service principal in: {why}. {Untouched}",
        $"Check name resolution (DNS), proxy (HTTPS_PROXY) and firewall between this host and '{host}'; DSS and the " +
        "cluster's nodes need it too. Only where it is not the tenant's own sign-in host, check -TokenEndpoint.",
        host,
        inner);

    internal static SparkAzureException TokenEndpointNotEntra(string request, string what) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"What answers {request} is not a token endpoint: it sent {what}. Hadoop would fail with 'HTTP Error … " +
        $"contentType text/html'. {Untouched}",
        "Give -TenantId instead, or https://login.microsoftonline.com/TENANT/oauth2/token.",
        request);

    /// <summary>
    /// Turns a refusal of Azure Storage into the sentence that fits it. Source: Microsoft, "Blob Storage and Data Lake
    /// Storage error codes".
    /// </summary>
    internal static SparkAzureException FromAnswer(
        AdlsUri uri, AdlsAuthentication authentication, ProbeAnswer answer) => (answer.Status, answer.Code) switch
    {
        (404, "FilesystemNotFound" or "ContainerNotFound") => StorageFileSystemNotFound(uri),
        (_, "KeyBasedAuthenticationNotPermitted") => SharedKeyDisabled(uri.Account),
        (403, "AuthorizationPermissionMismatch"
            or "InsufficientAccountPermissions") when authentication == AdlsAuthentication.Sas =>
                StorageSasRefused(uri.Account, Said(answer)),
        (403, "AuthorizationPermissionMismatch" or "InsufficientAccountPermissions") =>
            StorageRoleMissing(uri.Account, "this identity"),
        (403, "AuthorizationFailure" or "PublicAccessNotPermitted") => StorageFirewall(uri.Account),
        (403 or 401, _) when authentication == AdlsAuthentication.SharedKey =>
            StorageKeyRefused(uri.Account, ClockOff(answer)),
        (403 or 401, _) when authentication == AdlsAuthentication.Sas => StorageSasRefused(uri.Account, Said(answer)),
        (403 or 401, _) => StorageTokenRefused(uri.Account, Said(answer)),
        (429 or >= 500, _) => StorageUnavailable(answer.Request, $"status {answer.Status} comes back"),
        _ => StorageRequestFailed(answer.Request, $" with status {answer.Status}{Said(answer)}"),
    };

    /// <summary>Turns a refusal of Entra ID into the sentence that fits it.</summary>
    internal static SparkAzureException FromEntra(AdlsUri uri, AdlsCredential credential, ProbeAnswer answer)
    {
        var clientId = credential.ClientId!;
        if (answer.Message is null && answer.Code is null)
        {
            if (answer.Status is 429 or >= 500)
            {
                return EntraUnavailable(HostOf(credential), $"status {answer.Status} comes back");
            }

            return TokenEndpointNotEntra(answer.Request, answer.Header("Content-Type") ?? $"status {answer.Status}");
        }

        // The first line only: correlation id and time stamp follow.
        var words = (answer.Message ?? answer.Code!).Split('\n', '\r')[0].TrimEnd('.', ' ');
        var reason = Array.Find(EntraReasons, r => words.Contains(r.Number + ":", StringComparison.Ordinal));
        if (reason.Number is null)
        {
            return EntraRefused(
                clientId,
                words,
                $"Look the number up in Microsoft's list of AADSTS errors; the account is '{uri.Account}'.");
        }

        return EntraRefused(clientId, $"{reason.Meaning} ({words})", reason.Remedy);
    }

    private static string HostOf(AdlsCredential credential) => new Uri(credential.TokenEndpoint!).Host;

    private static string Said(ProbeAnswer answer)
    {
        if (string.Join(
            ": ",
            new[] { answer.Code, answer.Message?.Split('\n', '\r')[0].TrimEnd('.') }.Where(w =>
                !string.IsNullOrWhiteSpace(w))) is { Length: > 0 } words)
        {
            return $" ({words})";
        }

        return "";
    }

    private static string? ClockOff(ProbeAnswer answer)
    {
        if (answer.Date is { } theirs && (DateTimeOffset.UtcNow - theirs).Duration() is { TotalMinutes: > 15 } off)
        {
            return $": this machine's clock differs from Azure's by {off.TotalMinutes:0} minutes";
        }

        return null;
    }
}
