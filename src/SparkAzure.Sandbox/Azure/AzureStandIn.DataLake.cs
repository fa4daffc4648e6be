using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SparkAzure.Sandbox.Azure;

/// <summary>
/// The data of storage accounts at the address dfs, as far as a trial asks: listing paths and file systems, the
/// properties of a file system. Who asks is looked at as Azure does it: the signature of an access key is worked out
/// anew, a token must be for storage, of the account's tenant and have a data role, a shared access signature must be
/// right, permit it and not have ended.
/// </summary>
public sealed partial class AzureStandIn
{
    private const string StorageAudience = "https://storage.azure.com";

    private Answer DataLake(HttpContext context, string name, string[] path)
    {
        if (_storageAccounts.Find(a => a.Name == name) is not { } account)
        {
            return StorageError(null, 404, "ResourceNotFound", "The specified resource does not exist.");
        }

        if (!account.LetsIn)
        {
            return StorageError(
                account, 403, "AuthorizationFailure", "This request is not authorized to perform this operation.");
        }

        var query = context.Request.Query;
        var fileSystem = path.FirstOrDefault();
        if (StorageRefusal(context.Request, account, fileSystem) is { } refusal)
        {
            return refusal;
        }

        var headers = new Dictionary<string, string>
        {
            ["x-ms-version"] = context.Request.Headers["x-ms-version"].ToString(),
            ["Date"] = Now(account).ToString("R", CultureInfo.InvariantCulture)
        };
        switch (context.Request.Method, query["resource"].ToString(), fileSystem)
        {
            case ("GET", "account", null):
                var names = account.FileSystems.Keys.Order(StringComparer.Ordinal).Select(f => new { name = f });
                return new Answer(200, new { filesystems = names }) { Headers = headers };
            case (_, "filesystem", { } missing) when !account.FileSystems.ContainsKey(missing):
                return StorageError(account, 404, "FilesystemNotFound", "The specified filesystem does not exist.");
            case ("HEAD", "filesystem", not null):
                headers["x-ms-namespace-enabled"] = account.IsHnsEnabled ? "true" : "false";
                return new Answer(200) { Headers = headers };
            case ("GET", "filesystem", { } there):
                var folder = query["directory"].ToString().Trim('/');
                if (folder.Length > 0 && !account.FileSystems[there].Contains(folder))
                {
                    return StorageError(account, 404, "PathNotFound", "The specified path does not exist.");
                }

                var paths = account.FileSystems[there].Select(f => new { name = f, isDirectory = "true" });
                return new Answer(200, new { paths }) { Headers = headers };
            default:
                return StorageError(
                    account, 400, "UnsupportedRestVersion", "The specified Rest Version is Unsupported.");
        }
    }

    private Answer? StorageRefusal(HttpRequest request, StandInStorageAccount account, string? fileSystem)
    {
        var authorization = request.Headers.Authorization.ToString().Split(' ', 2);
        return authorization[0] switch
        {
            "SharedKey" => SharedKeyRefusal(request, account, authorization[^1]),
            "Bearer" => StorageTokenRefusal(account, fileSystem, authorization[^1]),
            _ when request.Query.ContainsKey("sig") => SasRefusal(request, account, fileSystem),
            _ =>
                StorageError(
                    account,
                    401,
                    "NoAuthenticationInformation",
                    "Server failed to authenticate the request. Please refer to the information in the " +
                    "www-authenticate header."),
        };
    }

    private static Answer? SharedKeyRefusal(HttpRequest request, StandInStorageAccount account, string credential)
    {
        if (!account.AllowSharedKeyAccess)
        {
            return StorageError(
                account,
                403,
                "KeyBasedAuthenticationNotPermitted",
                "Key based authentication is not permitted on this storage account.");
        }

        var inTime = DateTimeOffset.TryParse(
            request.Headers["x-ms-date"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && (Now(account) - date).Duration() < TimeSpan.FromMinutes(15);
        var text = Encoding.UTF8.GetBytes(StringToSign(request, account.Name));
        var right = account.Keys.Values
            .Select(k => HMACSHA256.HashData(Convert.FromBase64String(k.Value), text))
            .Any(signature => credential == $"{account.Name}:{Convert.ToBase64String(signature)}");
        if (inTime && right)
        {
            return null;
        }

        return StorageError(
            account,
            403,
            "AuthenticationFailed",
            "Server failed to authenticate the request. Make sure the value of Authorization header is formed " +
            "correctly including the signature.");
    }

    // "Authorize with Shared Key": the verb, eleven headers by name, the x-ms headers, the resource with its sorted
    // parameters.
    internal static string StringToSign(HttpRequest request, string account)
    {
        string[] standard =
        [
            "Content-Encoding",
            "Content-Language",
            "Content-Length",
            "Content-MD5",
            "Content-Type",
            "Date",
            "If-Modified-Since",
            "If-Match",
            "If-None-Match",
            "If-Unmodified-Since",
            "Range"
        ];
        var text = new StringBuilder(request.Method).Append('\n');
        foreach (var name in standard)
        {
            var value = request.Headers[name].ToString();
            text.Append(name == "Content-Length" && value == "0" ? "" : value).Append('\n');
        }

        foreach (var header in request.Headers
            .Where(h => h.Key.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase))
            .OrderBy(h => h.Key.ToLowerInvariant(), StringComparer.Ordinal))
        {
            text.Append(header.Key.ToLowerInvariant()).Append(':').Append(header.Value.ToString().Trim()).Append('\n');
        }

        text
            .Append('/')
            .Append(account)
            .Append(request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0]);
        foreach (var parameter in request.Query.OrderBy(q => q.Key.ToLowerInvariant(), StringComparer.Ordinal))
        {
            text
                .Append('\n')
                .Append(parameter.Key.ToLowerInvariant())
                .Append(':')
                .AppendJoin(',', parameter.Value.Order(StringComparer.Ordinal));
        }

        return text.ToString();
    }

    private Answer? StorageTokenRefusal(StandInStorageAccount account, string? fileSystem, string text)
    {
        if (!_tokens.TryGetValue(text, out var token) || token.Expires < DateTimeOffset.UtcNow)
        {
            return StorageError(
                account,
                401,
                "InvalidAuthenticationInfo",
                "Server failed to authenticate the request. Please refer to the information in the www-authenticate " +
                "header.");
        }

        if (!Same(token.Audience.TrimEnd('/'), StorageAudience))
        {
            return StorageError(
                account,
                401,
                "InvalidAuthenticationInfo",
                "Authentication scheme Bearer is not supported: audience validation failed.");
        }

        if (!Same(token.TenantId, account.Subscription.TenantId))
        {
            return StorageError(
                account, 401, "InvalidAuthenticationInfo", "Issuer validation failed. Issuer did not match.");
        }

        if (HasDataRole(account, fileSystem, token.ObjectId))
        {
            return null;
        }

        return StorageError(
            account,
            403,
            "AuthorizationPermissionMismatch",
            "This request is not authorized to perform this operation using this permission.");
    }

    private static Answer? SasRefusal(HttpRequest request, StandInStorageAccount account, string? fileSystem)
    {
        string Field(string name) => request.Query[name].ToString();
        if (!account.AllowSharedKeyAccess)
        {
            return StorageError(
                account,
                403,
                "KeyBasedAuthenticationNotPermitted",
                "Key based authentication is not permitted on this storage account.");
        }

        if (account.Keys.Values.All(k => account.SasSignature(
            k.Value,
            fileSystem ?? "",
            Field("sp"),
            Field("se"),
            Field("sv")) != Field("sig")))
        {
            return StorageError(
                account,
                403,
                "AuthenticationFailed",
                "Server failed to authenticate the request. Signature did not match.");
        }

        if (!DateTimeOffset.TryParse(
            Field("se"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
            || end < Now(account))
        {
            return StorageError(
                account,
                403,
                "AuthenticationFailed",
                "Server failed to authenticate the request. Signature not valid in the specified time frame.");
        }

        if (request.Method == "GET" && Field("sp").Contains('l', StringComparison.Ordinal))
        {
            return null;
        }

        return StorageError(
            account,
            403,
            "AuthorizationPermissionMismatch",
            "This request is not authorized to perform this operation using this permission.");
    }

    // Storage Blob Data Owner, Contributor and Reader; Owner of the account is none of them.
    private bool HasDataRole(
        StandInStorageAccount account,
        string? fileSystem,
        string objectId) => account.DataReaders.Contains(objectId) || HasRole(
        fileSystem is null ? account.Id : $"{account.Id}/blobServices/default/containers/{fileSystem}",
        objectId,
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1");

    private static DateTimeOffset Now(StandInStorageAccount account) => DateTimeOffset.UtcNow + account.ClockOffset;

    private static Answer StorageError(
        StandInStorageAccount? account, int status, string code, string message) => Answer.Error(
        status, code, $"{message}\nRequestId:{Guid.NewGuid()}\nTime:{DateTimeOffset.UtcNow:O}") with
    {
        Headers = new Dictionary<string, string>
        {
            ["x-ms-error-code"] = code,
            ["Date"] = (DateTimeOffset.UtcNow + (account?.ClockOffset ?? default)).ToString(
                "R", CultureInfo.InvariantCulture),
        },
    };
}
