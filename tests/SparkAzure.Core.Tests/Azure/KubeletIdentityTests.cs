using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Tests.Dss;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Azure;

/// <summary>Clusters whose nodes have nobody who could be given a role.</summary>
public sealed class KubeletIdentityTests : IAsyncLifetime
{
    private AzureStandIn _azure = null!;
    private RegistryStandIn _images = null!;
    private HttpMessageHandler _handler = null!;
    private StandInSubscription _subscription = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _images = await RegistryStandIn.StartAsync();
        _handler = _azure.Certificate.CreateTrustingHandler();
        _subscription = _azure.AddSubscription("Data platform");
        _azure.AddRegistry(new StandInContainerRegistry(_subscription, "rg-data", "images", _images));
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _images.DisposeAsync();
        await _azure.DisposeAsync();
    }

    [Fact]
    public Task A_cluster_that_is_still_being_made() =>
        IsUnknownAsync(
            "state: Creating",
            new StandInCluster(_subscription, "rg-data", "spark") 
            {
                ProvisioningState = "Creating",
                KubeletObjectId = null,
            });

    [Fact]
    public Task A_cluster_whose_service_principal_is_gone()
    {
        var application = Guid.NewGuid().ToString();
        return IsUnknownAsync(
            $"its service principal {application} is gone",
            new StandInCluster(_subscription, "rg-data", "spark") { ServicePrincipalClientId = application });
    }

    private async Task IsUnknownAsync(string says, StandInCluster cluster)
    {
        _azure.AddCluster(cluster);
        var access = new AzureAccess
        {
            ResourceManagerEndpoint = _azure.Endpoint,
            GraphEndpoint = _azure.GraphEndpoint,
            AccessToken = Secret.Of(_azure.AccessToken),
            GraphAccessToken = Secret.Of(_azure.IssueToken(_azure.GraphAudience)),
            SubscriptionId = _subscription.Id,
            Handler = _handler,
        };
        var options = new AcrPullOptions
        {
            ClusterName = "spark",
            ResourceGroupName = "rg-data",
            Registry = "images",
            Pause = (_, _) => Task.CompletedTask,
        };

        await Refusal.IsAsync(
            "KubeletIdentityUnknown", ErrorKind.NotFound, says, "az aks update-credentials",
            () => AcrPullGrants.GrantAsync(options, access, new RecordingCaller(), CancellationToken.None));

        Assert.Empty(_azure.RoleAssignments);
        Assert.All(_azure.Requests, r => Assert.Equal("GET", r.Method));
    }
}
