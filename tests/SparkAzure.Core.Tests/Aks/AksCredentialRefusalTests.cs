using System.Text;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Tests.Dss;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>Credentials that do not come, and users who cannot be given one; no kubeconfig is written.</summary>
public sealed class AksCredentialRefusalTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private AzureStandIn _azure = null!;
    private HttpMessageHandler _handler = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _azure.AddCluster(new StandInCluster(_azure.AddSubscription("Data platform"), "rg-data", "spark"));
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _azure.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("apiVersion: v1\nkind: Config\n")]
    public async Task A_cluster_of_which_Azure_has_no_usable_kubeconfig(string kubeConfig)
    {
        var value = Convert.ToBase64String(Encoding.UTF8.GetBytes(kubeConfig));
        var entries = kubeConfig.Length == 0 ? "" : $$"""{"name":"clusterUser","value":"{{value}}"}""";
        _azure.AnswerNext(200, $$"""{"kubeconfigs":[{{entries}}]}""", target: "listClusterUserCredential");

        await Refusal.IsAsync(
            "AksCredentialMissing",
            ErrorKind.InvalidData,
            "no usable kubeconfig of cluster 'spark'",
            "may still be being made",
            () => ImportAsync(Options));

        Assert.False(File.Exists(Options.KubeConfig));
    }

    [SkippableFact]
    public async Task A_user_without_a_home()
    {
        Skip.IfNot(FileOwner.IsRoot && OperatingSystem.IsLinux(), "Only root writes into other users' homes.");
        var home = _folder["home", "anna"];
        var options = Options with
        {
            KubeConfig = null,
            Users = ["anna"],
            FindAccount = name => new UnixAccount(name, 23001, 23001, home),
        };

        await Refusal.IsAsync(
            "UserHasNoHome",
            ErrorKind.NotFound,
            $"'{home}', is not there",
            "log the user in once",
            () => ImportAsync(options));

        Assert.Empty(_azure.Requests);
        Assert.False(Directory.Exists(home));
    }

    [SkippableFact]
    public async Task Other_users_kubeconfigs_without_root()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Accounts are those of Linux here.");

        var lines = await OtherAccount.RunAsync(OtherAccount.Nobody, "import-for", "root");

        Assert.Equal(["NotTheUsersHost", "NotSupported"], lines.Take(2));
        Assert.Equal("Kubeconfigs of other users cannot be written here: that needs root.", lines[2]);
        Assert.Contains("as root", lines[3], StringComparison.Ordinal);
    }

    private AksCredentialOptions Options => new()
    {
        ClusterName = "spark",
        ResourceGroupName = "rg-data",
        KubeConfig = _folder["kube", "config"],
    };

    private Task<IReadOnlyList<AksCredential>> ImportAsync(AksCredentialOptions options) =>
        AksCredentials.ImportAsync(
            options,
            new AzureAccess
            {
                ResourceManagerEndpoint = _azure.Endpoint,
                AccessToken = Secret.Of(_azure.AccessToken),
                Handler = _handler,
            },
            new RecordingCaller(),
            CancellationToken.None);
}
