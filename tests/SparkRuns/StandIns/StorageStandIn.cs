using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SparkAzure.Runs.StandIns;

/// <summary>
/// Storage accounts by their real names on a loopback address of their own, at the ports 80 and 443, because drivers put no other
/// into a URL: ADLS gen2 (<c>dfs</c>), blobs (<c>blob</c>), ADLS gen1, and the tokens for them. It plays what Hadoop's drivers ask,
/// as recorded from them; who asks is not looked at, as that changes no class that a driver loads.
/// </summary>
internal sealed class StorageStandIn : IAsyncDisposable
{
    private const string Login = "login.microsoftonline.com";

    private static readonly string[] Names =
    [
        "plain.dfs.core.windows.net", "lake.dfs.core.windows.net", "principal.dfs.core.windows.net", "blobs.blob.core.windows.net",
        "old.azuredatalakestore.net", Login,
    ];

    private static readonly string Key = Convert.ToBase64String(new byte[64]);

    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly DataLakeStorage _dataLake;
    private readonly BlobStorage _blobs;
    private readonly OldDataLakeStorage _oldDataLake;

    private StorageStandIn(IPAddress address, string folder)
    {
        Address = address;
        _certificate = StorageCertificate.Create(Names);
        TrustProperties = StorageCertificate.Trust(_certificate, folder);
        var files = new StoredFiles();
        _dataLake = new DataLakeStorage(files);
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
    public IReadOnlyDictionary<string, string> Properties { get; } = new Dictionary<string, string>
    {
        ["spark.hadoop.fs.azure.always.use.https"] = "false",
        ["spark.hadoop.fs.azure.account.key.plain.dfs.core.windows.net"] = Key,
        ["spark.hadoop.fs.azure.account.key.lake.dfs.core.windows.net"] = Key,
        ["spark.hadoop.fs.azure.account.auth.type.principal.dfs.core.windows.net"] = "OAuth",
        ["spark.hadoop.fs.azure.account.oauth.provider.type.principal.dfs.core.windows.net"] =
            "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider",
        ["spark.hadoop.fs.azure.account.oauth2.client.endpoint.principal.dfs.core.windows.net"] =
            $"https://{Login}/11111111-2222-3333-4444-555555555555/oauth2/token",
        ["spark.hadoop.fs.azure.account.oauth2.client.id.principal.dfs.core.windows.net"] = "client",
        ["spark.hadoop.fs.azure.account.oauth2.client.secret.principal.dfs.core.windows.net"] = "secret",
        ["spark.hadoop.fs.azure.account.key.blobs.blob.core.windows.net"] = Key,
        ["spark.hadoop.fs.adl.oauth2.access.token.provider.type"] = "ClientCredential",
        ["spark.hadoop.fs.adl.oauth2.refresh.url"] = $"https://{Login}/11111111-2222-3333-4444-555555555555/oauth2/token",
        ["spark.hadoop.fs.adl.oauth2.client.id"] = "client",
        ["spark.hadoop.fs.adl.oauth2.credential"] = "secret",
        // The names that Hadoop 2.8 has for them.
        ["spark.hadoop.dfs.adls.oauth2.access.token.provider.type"] = "ClientCredential",
        ["spark.hadoop.dfs.adls.oauth2.refresh.url"] = $"https://{Login}/11111111-2222-3333-4444-555555555555/oauth2/token",
        ["spark.hadoop.dfs.adls.oauth2.client.id"] = "client",
        ["spark.hadoop.dfs.adls.oauth2.credential"] = "secret",
    };

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

    private Task AnswerAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        context.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        var account = host.Split('.')[0];
        return host[(account.Length + 1)..] switch
        {
            "dfs.core.windows.net" => _dataLake.AnswerAsync(context, account),
            "blob.core.windows.net" => _blobs.AnswerAsync(context, account),
            "azuredatalakestore.net" => _oldDataLake.AnswerAsync(context, account),
            "microsoftonline.com" => TokenAsync(context),
            _ => throw new InvalidOperationException($"nobody plays {host}."),
        };
    }

    // With a length: drivers fail on an answer in chunks.
    private static async Task TokenAsync(HttpContext context)
    {
        var end = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        var body = Encoding.UTF8.GetBytes(
            $$"""{"token_type":"Bearer","expires_in":"3599","expires_on":"{{end}}","access_token":"token"}""");
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }
}
