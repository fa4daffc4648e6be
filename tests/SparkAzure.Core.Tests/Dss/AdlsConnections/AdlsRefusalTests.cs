using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.AdlsConnections;

/// <summary>
/// Ways of signing in that an account does not know, and answers of Azure Storage that nobody foresaw; DSS keeps its
/// connections as they are.
/// </summary>
public sealed class AdlsRefusalTests : IDisposable
{
    private const string Key = "bm90IGEgcmVhbCBrZXk=";

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;

    public AdlsRefusalTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ADLS_gen1_takes_a_service_principal_only()
    {
        var gen1 = new AdlsConnectionOptions
        {
            Name = "old",
            Account = "acct",
            ClientId = "app",
            ClientSecret = Secret.Of("s3cret-of-app"),
            TenantId = "contoso.com",
        };
        await AdlsConnectionWriter.NewAsync(Dss, gen1, new RecordingCaller(), CancellationToken.None);
        var change = new AdlsConnectionOptions { Name = "old" };
        (string Way, AdlsConnectionOptions Options)[] others =
        [
            ("SharedKey", change with { AccountKey = Secret.Of(Key) }),
            ("Sas", change with { SasToken = Secret.Of("sv=2022-11-02&sig=x") }),
            ("ManagedIdentity", change with { Authentication = AdlsAuthentication.ManagedIdentity }),
        ];
        foreach (var (way, options) in others)
        {
            await IsRefusedAsync(
                "AuthenticationNotForGen1",
                ErrorKind.NotSupported,
                $"gen1 does not know {way}",
                "New-DssAdlsConnection with -FileSystem",
                () => AdlsConnectionWriter.SetAsync(Dss, options, new RecordingCaller(), CancellationToken.None));
        }
    }

    [Fact]
    public async Task An_answer_of_Azure_Storage_that_nobody_foresaw_is_quoted()
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        using var handler = azure.Certificate.CreateTrustingHandler();
        var account = azure.AddStorageAccount(
            new StandInStorageAccount(azure.AddSubscription("Data"), "rg", "acct").WithFileSystem("data"));
        var lake = new AdlsConnectionOptions
        {
            Name = "lake",
            Account = "acct",
            FileSystem = "data",
            AccountKey = Secret.Of(account.Keys["key1"].Value),
            Test = new AdlsProbeOptions { StorageEndpoint = azure.StorageEndpoint("acct"), Handler = handler },
        };
        azure.AnswerNext(
            409,
            """{"error":{"code":"AccountBeingCreated","message":"It is being created.\nRequestId:1"}}""",
            target: "/dfs/");

        await IsRefusedAsync(
            "StorageRequestFailed",
            ErrorKind.OperationFailed,
            "with status 409 (AccountBeingCreated: It is being created). DSS was not touched.",
            "Azure's own words",
            () => AdlsConnectionWriter.NewAsync(Dss, lake, new RecordingCaller(), CancellationToken.None));
    }

    private DssAddress Dss => new() { DataDirectory = _host.DataDirectory };

    private async Task IsRefusedAsync(string id, ErrorKind kind, string says, string remedy, Func<Task> call)
    {
        var before = await File.ReadAllBytesAsync(_host.Connections);

        var failure = await Refusal.IsAsync(id, kind, says, remedy, call);

        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_host.Connections));
    }
}
