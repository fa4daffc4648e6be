using System.Text.RegularExpressions;

namespace SparkAzure.Core.Storage;

/// <summary>A place in ADLS, as the root of a connection names it.</summary>
/// <param name="Scheme">adl, abfs or abfss.</param>
/// <param name="Host">The account's host.</param>
/// <param name="Account">The account.</param>
/// <param name="FileSystem">The file system; null for gen1, and for the whole of a gen2 account.</param>
/// <param name="Path">The folder below it, without slashes at its ends.</param>
internal sealed partial record AdlsPlace(string Scheme, string Host, string Account, string? FileSystem, string Path)
{
    /// <summary>The generation of ADLS.</summary>
    public int Generation => Scheme == "adl" ? 1 : 2;

    /// <summary>The URL for Hadoop.</summary>
    public string Root => Generation == 1 ? $"{Scheme}://{Host}/{Path}" : $"{Scheme}://{FileSystem}@{Host}/{Path}";

    /// <summary>The cloud; the public one for a host of no cloud that is known.</summary>
    public AdlsEndpoint Cloud => AdlsEndpoint.OfHost(Host)?.Endpoint ?? AdlsEndpoint.Of(AzureEnvironment.AzureCloud);

    /// <summary>Checks what a caller gave.</summary>
    /// <exception cref="SparkAzureException">
    /// StorageAccountInvalid, FileSystemInvalid, RootPathInvalid, Gen1NotInCloud.
    /// </exception>
    public static AdlsPlace Of(AdlsConnectionOptions options)
    {
        var account = CheckAccount(options.Account ?? "");
        var endpoint = AdlsEndpoint.Of(options.Environment ?? AzureEnvironment.AzureCloud);
        var path = CheckPath(options.RootPath ?? "");
        if (options.IsGen1)
        {
            var suffix = endpoint.Gen1Suffix ?? throw AdlsErrors.Gen1NotInCloud(endpoint.Environment);
            return new AdlsPlace("adl", $"{account}.{suffix}", account, null, path);
        }

        var whole = options.ConnectionType == DssConnectionType.Azure && options.FileSystem is null;
        return new AdlsPlace(
            "abfss",
            $"{account}.{endpoint.Gen2Suffix}",
            account,
            whole ? null : CheckFileSystem(options.FileSystem),
            path);
    }

    /// <summary>Reads a connection's root; null when it is not in ADLS.</summary>
    public static AdlsPlace? Parse(string? root)
    {
        if (!Uri.TryCreate(root, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("adl" or "abfs" or "abfss")
            || uri.Host.Length == 0)
        {
            return null;
        }

        var account = AdlsEndpoint.OfHost(uri.Host)?.Account ?? uri.Host.Split('.')[0];
        return new AdlsPlace(
            uri.Scheme,
            uri.Authority[(uri.Authority.IndexOf('@') + 1)..],
            account,
            uri.UserInfo.Length > 0 ? uri.UserInfo : null,
            uri.LocalPath.Trim('/'));
    }

    /// <summary>This place with what a caller gave in the place of what was there.</summary>
    public AdlsPlace With(AdlsConnectionOptions options)
    {
        var account = options.Account is { } named ? CheckAccount(named) : Account;
        var suffix = options.Environment is { } environment
            ? SuffixOf(environment)
            : Host[Math.Min(Account.Length + 1, Host.Length)..];
        return this with
        {
            Account = account,
            Host = account == Account && options.Environment is null ? Host : $"{account}.{suffix}",
            FileSystem = options.FileSystem is null ? FileSystem : CheckFileSystem(options.FileSystem),
            Path = options.RootPath is null ? Path : CheckPath(options.RootPath),
        };
    }

    private string SuffixOf(AzureEnvironment environment)
    {
        var endpoint = AdlsEndpoint.Of(environment);
        if (Generation == 2)
        {
            return endpoint.Gen2Suffix;
        }

        return endpoint.Gen1Suffix ?? throw AdlsErrors.Gen1NotInCloud(environment);
    }

    internal static string CheckAccount(string account)
    {
        if (!AccountName().IsMatch(account))
        {
            throw AdlsErrors.StorageAccountInvalid(account);
        }

        return account;
    }

    internal static string CheckFileSystem(string? name)
    {
        if (name is { Length: >= 3 and <= 63 } && (FileSystemName().IsMatch(name) || name is "$root" or "$web"))
        {
            return name;
        }

        throw AdlsErrors.FileSystemInvalid(name ?? "");
    }

    private static string CheckPath(string given)
    {
        var path = given.Trim('/');
        if (path.Any(c => char.IsControl(c) || c is '\\' or '?' or '#') || path.Split('/').Contains(".."))
        {
            throw AdlsErrors.RootPathInvalid(given);
        }

        return path;
    }

    [GeneratedRegex("^[a-z0-9]{3,24}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex AccountName();

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FileSystemName();
}
