using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.Storage;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// The URI of a folder in ADLS as Hadoop writes it: <c>abfss://filesystem@account.dfs.core.windows.net/folder</c>, or
/// <c>adl://account.azuredatalakestore.net/folder</c> for gen1. The root of a connection is one.
/// </summary>
/// <param name="Scheme">adl, abfs or abfss.</param>
/// <param name="Host">The account's host.</param>
/// <param name="Account">The account.</param>
/// <param name="FileSystem">The file system; null for gen1, and for the whole of a gen2 account.</param>
/// <param name="Path">The folder below it, without slashes at its ends.</param>
internal sealed record AdlsUri(string Scheme, string Host, string Account, string? FileSystem, string Path)
{
    /// <summary>The generation of ADLS.</summary>
    public int Generation => Scheme == "adl" ? 1 : 2;

    /// <summary>The URI for Hadoop.</summary>
    public string Text => Generation == 1 ? $"{Scheme}://{Host}/{Path}" : $"{Scheme}://{FileSystem}@{Host}/{Path}";

    /// <summary>The cloud; the public one for a host of no cloud that is known.</summary>
    public AzureCloud Cloud => AzureCloud.OfStorageHost(Host)?.Cloud ?? AzureCloud.Of(AzureEnvironment.AzureCloud);

    /// <summary>Checks what a caller gave.</summary>
    /// <exception cref="SparkAzureException">
    /// StorageAccountInvalid, StorageEndpointInvalid, FileSystemInvalid, RootPathInvalid, Gen1NotInCloud.
    /// </exception>
    public static AdlsUri Of(AdlsConnectionOptions options)
    {
        var account = StorageNames.CheckAccount(options.Account ?? "");
        var environment = options.Environment ?? AzureEnvironment.AzureCloud;
        var path = CheckPath(options.RootPath ?? "");
        if (options.IsGen1)
        {
            return new AdlsUri("adl", $"{account}.{SuffixOf(1, environment)}", account, null, path);
        }

        var whole = options.ConnectionType == DssConnectionType.Azure && options.FileSystem is null;
        var fileSystem = whole ? null : StorageNames.CheckFileSystem(options.FileSystem);
        var host = DataLakeEndpoint.HostIn(options.Endpoint, account, options.Environment)
            ?? $"{account}.{SuffixOf(2, environment)}";
        return new AdlsUri("abfss", host, account, fileSystem, path);
    }

    /// <summary>Reads a connection's root; null when it is not in ADLS.</summary>
    public static AdlsUri? Parse(string? root)
    {
        if (!Uri.TryCreate(root, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("adl" or "abfs" or "abfss")
            || uri.Host.Length == 0)
        {
            return null;
        }

        var account = AzureCloud.OfStorageHost(uri.Host)?.Account ?? uri.Host.Split('.')[0];
        return new AdlsUri(
            uri.Scheme,
            uri.Authority[(uri.Authority.IndexOf('@') + 1)..],
            account,
            uri.UserInfo.Length > 0 ? uri.UserInfo : null,
            uri.LocalPath.Trim('/'));
    }

    /// <summary>This URI with what a caller gave in the place of what was there.</summary>
    public AdlsUri With(AdlsConnectionOptions options)
    {
        var account = StorageNames.CheckAccount(options.Account ?? Account);
        var moved = this with { Account = account, Host = HostOf(account, options) };
        if (options.FileSystem is { } fileSystem)
        {
            moved = moved with { FileSystem = StorageNames.CheckFileSystem(fileSystem) };
        }

        if (options.RootPath is { } path)
        {
            moved = moved with { Path = CheckPath(path) };
        }

        return moved;
    }

    private string HostOf(string account, AdlsConnectionOptions options)
    {
        if (Generation == 2 && DataLakeEndpoint.HostIn(options.Endpoint, account, options.Environment) is { } named)
        {
            return named;
        }

        var here = AzureCloud.OfStorageHost(Host)?.Cloud.Name;
        if (options.Environment is { } environment && environment != here)
        {
            return $"{account}.{SuffixOf(Generation, environment)}";
        }

        if (account == Account)
        {
            return Host;
        }

        if (AzureCloud.IsOfDnsZone(Host))
        {
            throw AdlsErrors.StorageEndpointMissing(account, Host);
        }

        // What follows the account in the host; a private cloud's is in no table.
        return $"{account}.{Host[Math.Min(Account.Length + 1, Host.Length)..]}";
    }

    private static string SuffixOf(int generation, AzureEnvironment environment)
    {
        var cloud = AzureCloud.Of(environment);
        if (generation == 2)
        {
            return cloud.DfsSuffix;
        }

        return cloud.DataLakeStoreSuffix ?? throw AdlsErrors.Gen1NotInCloud(environment);
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
}
