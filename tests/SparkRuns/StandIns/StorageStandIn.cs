using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SparkAzure.Sandbox.Lake;

namespace SparkAzure.Runs.StandIns;

/// <summary>
/// Storage accounts by their real names on a loopback address of their own, at the ports 80 and 443, because drivers put no other
/// into a URL: ADLS gen2 (<c>dfs</c>), blobs (<c>blob</c>), ADLS gen1, and the tokens for them. It plays what Hadoop's drivers ask,
/// as recorded from them. The lake is the sandbox's, which wants a signature or a token; of the others who asks is not looked at.
/// </summary>
internal sealed class StorageStandIn : IAsyncDisposable
{
    private const string Login = "login.microsoftonline.com";

    private static readonly string[] Names =
    [
        "plain.dfs.core.windows.net", "lake.dfs.core.windows.net", "principal.dfs.core.windows.net", "blobs.blob.core.windows.net",
        "old.azuredatalakestore.net", Login,
    ];

    private static readonly string[] Lakes = ["plain", "lake", "principal"];

    private static readonly string Key = Convert.ToBase64String(new byte[64]);

    private readonly LakeTokens _tokens = new();
    private readonly Dictionary<string, LakeAccount> _lakes;
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly BlobStorage _blobs;
    private readonly OldDataLakeStorage _oldDataLake;

    private StorageStandIn(IPAddress address, string folder)
    {
        Address = address;
        _certificate = StorageCertificate.Create(Names);
        TrustProperties = StorageCertificate.Trust(_certificate, folder);
        Properties = PropertiesOf(_tokens);
        _lakes = Lakes.ToDictionary(n => n, n => new LakeAccount(n, Key, _tokens, "fs"));
        var files = new StoredFiles();
        _blobs = new BlobStorage(files);
        _oldDataLake = new OldDataLakeStorage(files);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, 80);
            kestrel.Listen(address, 443, listen => listen.UseHttps(_certificate));
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Where it listens.</summary>
    public IPAddress Address { get; }

    /// <summary>What Java needs to trust its certificate, as system properties.</summary>
    public IReadOnlyDictionary<string, string> TrustProperties { get; }

    /// <summary>What the drivers need to ask it, as properties of Spark.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where the truststore is written.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="InvalidOperationException">Not root, who alone may listen there and name hosts.</exception>
    public static async Task<StorageStandIn> StartAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new InvalidOperationException("storage accounts by their names need root: a hosts file for the driver, and the ports 80 and 443.");
        }

        // An address of this process's own, so that several can run.
        var process = Environment.ProcessId;
        var standIn = new StorageStandIn(new IPAddress([127, 83, (byte)(process >> 8), (byte)(1 + process % 250)]), folder);
        await standIn._app.StartAsync(cancellationToken);
        return standIn;
    }

    /// <summary>Puts before a command what gives it a hosts file of its own, in which the accounts are here.</summary>
    /// <param name="command">The command's beginning.</param>
    /// <param name="file">Where the hosts file is written.</param>
    public void NameAccounts(ICollection<string> command, string file)
    {
        File.WriteAllText(file, File.ReadAllText("/etc/hosts").TrimEnd() + $"\n{Address} {string.Join(' ', Names)}\n");
        foreach (var word in new[] { "unshare", "-m", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", file })
        {
            command.Add(word);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private static Dictionary<string, string> PropertiesOf(LakeTokens tokens)
    {
        var endpoint = $"https://{Login}{tokens.Path}";
        return new()
        {
            ["spark.hadoop.fs.azure.always.use.https"] = "false",
            ["spark.hadoop.fs.azure.account.key.plain.dfs.core.windows.net"] = Key,
            ["spark.hadoop.fs.azure.account.key.lake.dfs.core.windows.net"] = Key,
            ["spark.hadoop.fs.azure.account.auth.type.principal.dfs.core.windows.net"] = "OAuth",
            ["spark.hadoop.fs.azure.account.oauth.provider.type.principal.dfs.core.windows.net"] =
                "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider",
            ["spark.hadoop.fs.azure.account.oauth2.client.endpoint.principal.dfs.core.windows.net"] = endpoint,
            ["spark.hadoop.fs.azure.account.oauth2.client.id.principal.dfs.core.windows.net"] = tokens.ClientId,
            ["spark.hadoop.fs.azure.account.oauth2.client.secret.principal.dfs.core.windows.net"] = tokens.ClientSecret,
            ["spark.hadoop.fs.azure.account.key.blobs.blob.core.windows.net"] = Key,
            ["spark.hadoop.fs.adl.oauth2.access.token.provider.type"] = "ClientCredential",
            ["spark.hadoop.fs.adl.oauth2.refresh.url"] = endpoint,
            ["spark.hadoop.fs.adl.oauth2.client.id"] = tokens.ClientId,
            ["spark.hadoop.fs.adl.oauth2.credential"] = tokens.ClientSecret,
            // The names that Hadoop 2.8 has for them.
            ["spark.hadoop.dfs.adls.oauth2.access.token.provider.type"] = "ClientCredential",
            ["spark.hadoop.dfs.adls.oauth2.refresh.url"] = endpoint,
            ["spark.hadoop.dfs.adls.oauth2.client.id"] = tokens.ClientId,
            ["spark.hadoop.dfs.adls.oauth2.credential"] = tokens.ClientSecret,
        };
    }

    private Task AnswerAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        context.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        var account = host.Split('.')[0];
        return host[(account.Length + 1)..] switch
        {
            "dfs.core.windows.net" => LakeAsync(context, _lakes[account]),
            "blob.core.windows.net" => _blobs.AnswerAsync(context, account),
            "azuredatalakestore.net" => _oldDataLake.AnswerAsync(context, account),
            "microsoftonline.com" => TokenAsync(context),
            _ => throw new InvalidOperationException($"nobody plays {host}."),
        };
    }

    private async Task LakeAsync(HttpContext context, LakeAccount account) =>
        await LakeStandIn.WriteAsync(context, await LakeStandIn.AnswerAsync(context.Request, account, _tokens));

    private async Task TokenAsync(HttpContext context) =>
        await LakeStandIn.WriteAsync(context, await _tokens.AnswerAsync(context.Request));
}
