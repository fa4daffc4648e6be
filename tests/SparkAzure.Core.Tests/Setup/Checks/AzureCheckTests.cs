using System.Text;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.Storage;
using SparkAzure.Core.Setup.Checks;
using SparkAzure.Core.Tests.Dss;
using SparkAzure.Core.Tests.Hostile;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Setup.Checks;

/// <summary>What Resource Manager tells of a setup: networks, what stands between, and who may pull, read and write.</summary>
public sealed class AzureCheckTests : IAsyncLifetime
{
    private const string Application = "11111111-2222-4333-8444-555555555555";
    private const string Principal = "66666666-2222-4333-8444-555555555555";
    private const string AcrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

    private SetupSite _site = null!;
    private AzureStandIn _azure = null!;
    private RegistryStandIn _images = null!;
    private HttpMessageHandler _handler = null!;
    private StandInSubscription _subscription = null!;
    private StandInMachine? _machine;

    public async Task InitializeAsync()
    {
        _site = await SetupSite.StartAsync();
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _images = await RegistryStandIn.StartAsync();
        _handler = _azure.Certificate.CreateTrustingHandler();
        _subscription = _azure.AddSubscription("Data platform");
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _images.DisposeAsync();
        await _azure.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Theory]
    [InlineData("Running", "Succeeded", SparkAzureCheckState.Passed)]
    [InlineData("Stopped", "Succeeded", SparkAzureCheckState.Failed)]
    [InlineData("Running", "Failed", SparkAzureCheckState.Warning)]
    public async Task A_cluster_must_run(string power, string provisioning, SparkAzureCheckState expected)
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark") { PowerState = power, ProvisioningState = provisioning });

        Assert.Equal(expected, (await CheckAsync("AzureCluster")).State);
    }

    [Fact]
    public async Task A_cluster_that_nobody_sees_is_not_known()
    {
        var check = await CheckAsync("AzureCluster");

        Assert.Equal(SparkAzureCheckState.Unknown, check.State);
        Assert.NotNull(check.Remedy);
    }

    [Theory]
    [InlineData("same", SparkAzureCheckState.Passed, "Both are in nodes")]
    [InlineData("peered", SparkAzureCheckState.Passed, "dss and nodes are peered")]
    [InlineData("one-sided", SparkAzureCheckState.Failed, "is Initiated")]
    [InlineData("closed", SparkAzureCheckState.Failed, "allowVirtualNetworkAccess")]
    [InlineData("hub", SparkAzureCheckState.Warning, "dss is peered with hub")]
    [InlineData("neither", SparkAzureCheckState.Failed, "no peering joins them")]
    public async Task This_machine_and_the_nodes_must_be_joined(string how, SparkAzureCheckState expected, string evidence)
    {
        var nodes = _azure.AddNetwork(new StandInNetwork(_subscription, "rg", "nodes", new StandInSubnet("pool", "10.1.0.0/24"), new StandInSubnet("vm", "10.1.1.0/24")));
        var hub = new StandInNetwork(_subscription, "rg", "hub", new StandInSubnet("fw", "10.9.0.0/24"));
        var own = _azure.AddNetwork(new StandInNetwork(_subscription, "rg", "dss", new StandInSubnet("vm", "10.2.0.0/24"))
        {
            Peerings = how switch
            {
                "peered" => [new(hub), new(nodes)],
                "one-sided" => [new(nodes, "Initiated")],
                "closed" => [new(nodes, AllowsAccess: false)],
                "hub" => [new(hub)],
                _ => [],
            },
        });
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark") { NodeSubnetId = nodes.SubnetId("pool") });
        _machine = _azure.AddMachine(new StandInMachine(_subscription, "rg", "dss", (how == "same" ? nodes : own).SubnetId("vm"), "10.2.0.4"));

        var check = await CheckAsync("AzureNetwork");

        Assert.Equal(expected, check.State);
        Assert.Contains(evidence, check.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain(_azure.Requests, r => r.Method != "GET");
    }

    [Fact]
    public async Task A_network_that_AKS_made_is_found_in_the_resource_group_of_the_nodes()
    {
        var cluster = _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark"));
        _azure.AddNetwork(new StandInNetwork(_subscription, cluster.NodeResourceGroup, "aks-vnet", new StandInSubnet("aks-subnet", "10.224.0.0/16")));
        var shut = new StandInSecurityGroup(_subscription, "rg", "nsg", new StandInSecurityRule("shut", 100, "Deny", "10.224.0.0/16", "*"));
        var own = _azure.AddNetwork(new StandInNetwork(_subscription, "rg", "dss", new StandInSubnet("vm", "10.2.0.0/24", shut)));
        _machine = _azure.AddMachine(new StandInMachine(_subscription, "rg", "dss", own.SubnetId("vm"), "10.2.0.4"));

        Assert.Contains("the nodes in aks-vnet", (await CheckAsync("AzureNetwork")).Evidence, StringComparison.Ordinal);
        Assert.Contains("by rule shut: Deny", (await CheckAsync("AzureNetworkRules")).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_no_machine_of_Azure_is_said_to_be_none()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark"));

        Assert.Equal(SparkAzureCheckState.Unknown, (await CheckAsync("AzureNetwork")).State);
        Assert.Equal(SparkAzureCheckState.Unknown, (await CheckAsync("AzureNetworkRules")).State);
    }

    public static TheoryData<StandInSecurityRule[], SparkAzureCheckState> Rules => new()
    {
        { [], SparkAzureCheckState.Passed },
        { [new("shut", 4000, "Deny", "*", "*")], SparkAzureCheckState.Failed },
        { [new("shut", 4000, "Deny", "*", "*"), new("nodes", 200, "Allow", "10.1.0.0/16", "40000-40100")], SparkAzureCheckState.Passed },
        { [new("shut", 4000, "Deny", "*", "*"), new("nodes", 200, "Allow", "10.1.0.0/16", "40000")], SparkAzureCheckState.Failed },
        { [new("shut", 4000, "Deny", "*", "*"), new("late", 4001, "Allow", "10.1.0.0/16", "*")], SparkAzureCheckState.Failed },
        { [new("shut", 4000, "Deny", "*", "*"), new("some", 200, "Allow", "10.1.0.0/28", "*")], SparkAzureCheckState.Failed },
        { [new("some", 200, "Deny", "10.1.0.128/28", "*")], SparkAzureCheckState.Failed },
        { [new("others", 200, "Deny", "10.3.0.0/16", "*")], SparkAzureCheckState.Passed },
        { [new("elsewhere", 200, "Deny", "*", "*", "10.2.0.99")], SparkAzureCheckState.Passed },
        { [new("here", 200, "Deny", "*", "*", "10.2.0.4/32")], SparkAzureCheckState.Failed },
        { [new("internet", 200, "Deny", "Internet", "*")], SparkAzureCheckState.Passed },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Security_groups_must_let_every_node_in(StandInSecurityRule[] rules, SparkAzureCheckState expected)
    {
        _site.Set(("spark.driver.port", "40000"), ("spark.driver.blockManager.port", "40020"));
        var nodes = _azure.AddNetwork(new StandInNetwork(_subscription, "rg", "nodes", new StandInSubnet("pool", "10.1.0.0/24")));
        var own = _azure.AddNetwork(new StandInNetwork(_subscription, "rg", "dss", new StandInSubnet("vm", "10.2.0.0/24", new(_subscription, "rg", "of-subnet"))));
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark") { NodeSubnetId = nodes.SubnetId("pool") });
        _machine = _azure.AddMachine(new StandInMachine(
            _subscription, "rg", "dss", own.SubnetId("vm"), "10.2.0.4", new StandInSecurityGroup(_subscription, "rg", "of-interface", rules)));

        var check = await CheckAsync("AzureNetworkRules");

        Assert.Equal(expected, check.State);
        Assert.Equal(expected == SparkAzureCheckState.Failed, check.Remedy is not null);
    }

    [Fact]
    public async Task The_API_server_must_let_this_host_in()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark") { AuthorizedIPRanges = ["192.0.2.0/24"] });

        var open = await CheckAsync("AzureAuthorizedRanges");
        await _site.Cluster.DisposeAsync();
        var shut = await CheckAsync("AzureAuthorizedRanges");

        Assert.Equal((SparkAzureCheckState.Passed, SparkAzureCheckState.Failed), (open.State, shut.State));
        Assert.Contains("192.0.2.0/24", shut.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AcrPull, SparkAzureCheckState.Passed)]
    [InlineData(BlobDataContributor, SparkAzureCheckState.Failed)]
    [InlineData(null, SparkAzureCheckState.Failed)]
    public async Task Nodes_must_have_a_role_that_lets_them_pull(string? role, SparkAzureCheckState expected)
    {
        var cluster = _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark"));
        var registry = _azure.AddRegistry(new StandInContainerRegistry(_subscription, "rg", "images", _images));
        if (role is not null)
        {
            _azure.AddRoleAssignment($"/subscriptions/{_subscription.Id}/resourceGroups/{registry.ResourceGroup}", role, cluster.KubeletObjectId!);
        }

        var check = await CheckAsync("AzurePullRight", "images");

        Assert.Equal(expected, check.State);
        Assert.Equal(expected == SparkAzureCheckState.Failed ? "Grant-AcrPull" : null, check.Command);
        Assert.DoesNotContain(_azure.Requests, r => r.Method == "PUT");
    }

    [Theory]
    [InlineData("Enabled", "Allow", SparkAzureCheckState.Passed)]
    [InlineData("Enabled", "Deny", SparkAzureCheckState.Warning)]
    [InlineData("Disabled", "Allow", SparkAzureCheckState.Warning)]
    public async Task A_registry_must_let_the_nodes_in(string access, string action, SparkAzureCheckState expected)
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark"));
        _azure.AddRegistry(new StandInContainerRegistry(_subscription, "rg", "images", _images) { PublicNetworkAccess = access, DefaultAction = action });

        Assert.Equal(expected, (await CheckAsync("AzureRegistryNetwork", "images")).State);
    }

    [Theory]
    [InlineData("AzurePullRight")]
    [InlineData("AzureRegistryNetwork")]
    public async Task An_image_of_another_registry_is_none_of_Azures_matters(string id)
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark"));
        _site.Set(("spark.kubernetes.container.image", "registry.example:5000/spark:1"));

        Assert.Equal(SparkAzureCheckState.NotApplicable, (await CheckAsync(id)).State);
    }

    [Theory]
    [InlineData(true, true, true, SparkAzureCheckState.Passed)]
    [InlineData(true, false, true, SparkAzureCheckState.Failed)]
    [InlineData(false, true, true, SparkAzureCheckState.Warning)]
    [InlineData(true, true, false, SparkAzureCheckState.Warning)]
    public async Task A_storage_account_must_serve_the_connection(bool hns, bool keys, bool open, SparkAzureCheckState expected)
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark"));
        _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "samplelake") { IsHnsEnabled = hns, AllowSharedKeyAccess = keys, LetsIn = open });
        _site.Connect("samplelake", """{"name": "fs.azure.account.key.samplelake.dfs.core.windows.net", "value": "e:AES:0000", "secret": true}""");

        Assert.Equal(expected, (await CheckAsync("AzureStorage")).State);
    }

    [Theory]
    [InlineData("pool vm", SparkAzureCheckState.Passed, "lists vm, pool")]
    [InlineData("vm", SparkAzureCheckState.Warning, "pool is not among them")]
    public async Task A_firewall_must_list_the_subnets_of_this_host_and_of_the_nodes(string listed, SparkAzureCheckState expected, string evidence)
    {
        var network = _azure.AddNetwork(new StandInNetwork(_subscription, "rg", "nodes", new StandInSubnet("pool", "10.1.0.0/24"), new StandInSubnet("vm", "10.1.1.0/24")));
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark") { NodeSubnetId = network.SubnetId("pool") });
        _machine = _azure.AddMachine(new StandInMachine(_subscription, "rg", "dss", network.SubnetId("vm"), "10.1.1.4"));
        _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "samplelake") { LetsIn = false, SubnetIds = [.. listed.Split(' ').Select(network.SubnetId)] });
        _site.Connect("samplelake", """{"name": "fs.azure.account.key.samplelake.dfs.core.windows.net", "value": "e:AES:0000", "secret": true}""");

        var check = await CheckAsync("AzureStorage");

        Assert.Equal(expected, check.State);
        Assert.Contains(evidence, check.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abfss://data@lake.dfs.core.windows.net/", "https://lake.z01.dfs.storage.azure.net/", true)]
    [InlineData("abfss://data@lake.z01.dfs.storage.azure.net/x", "https://lake.z01.dfs.storage.azure.net/", false)]
    [InlineData("abfss://data@lake.dfs.core.windows.net/", "https://127.0.0.1:8443/dfs/lake/", false)]
    public void A_root_must_be_at_the_address_that_Azure_names(string root, string endpoint, bool isElsewhere)
    {
        var account = new StorageAccountData(ResourceId.TryParse("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/lake")!, "lake", "StorageV2", new(true, true, "Enabled", new(new Uri(endpoint)), new("Allow")));
        var connection = new DssConnection { Name = "lake", Type = DssConnectionType.HDFS, Generation = 2, Account = "lake", Root = root, Authentication = "SharedKey" };

        Assert.Equal(isElsewhere, AzureChecks.OfAccount(account, connection)?.State == SparkAzureCheckState.Failed);
    }

    [Theory]
    [InlineData(BlobDataContributor, SparkAzureCheckState.Passed)]
    [InlineData(Owner, SparkAzureCheckState.Warning)]
    [InlineData(null, SparkAzureCheckState.Warning)]
    public async Task An_application_must_have_a_data_role(string? role, SparkAzureCheckState expected)
    {
        ConnectByApplication();
        _azure.AddPrincipal(new StandInPrincipal(Principal, "spark", _azure.TenantId) { ClientId = Application });
        if (role is not null)
        {
            _azure.AddRoleAssignment($"/subscriptions/{_subscription.Id}", role, Principal);
        }

        Assert.Equal(expected, (await CheckAsync("AzureStorageRole")).State);
    }

    [Fact]
    public async Task An_application_that_is_gone_is_said_to_be_gone()
    {
        ConnectByApplication();

        var check = await CheckAsync("AzureStorageRole");

        Assert.Equal((SparkAzureCheckState.Failed, "New-AdlsServicePrincipal"), (check.State, check.Command));
    }

    private void ConnectByApplication()
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg", "spark"));
        _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg", "samplelake"));
        _site.Connect("samplelake", $$"""
            {"name": "fs.azure.account.auth.type", "value": "OAuth"},
            {"name": "fs.azure.account.oauth.provider.type", "value": "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider"},
            {"name": "fs.azure.account.oauth2.client.id", "value": "{{Application}}"},
            {"name": "fs.azure.account.oauth2.client.secret", "value": "e:AES:0000", "secret": true}
            """);
    }

    // The metadata service speaks plain HTTP, as a machine's own does, and on a host that is none of Azure's nobody does.
    private async Task<SparkAzureCheck> CheckAsync(string id, string? registry = null)
    {
        await using var metadata = new HostileServer(r => _machine is null || !r.Head.Contains("Metadata: true", StringComparison.Ordinal)
            ? HostileAnswer.Of(404, [])
            : HostileAnswer.Of(200, Encoding.ASCII.GetBytes(_machine.Id), "Content-Type: text/plain"));
        var options = _site.Options(id) with
        {
            ClusterName = "spark",
            Registry = registry,
            InstanceMetadata = metadata.Address,
            Azure = new AzureAccess
            {
                ResourceManagerEndpoint = _azure.Endpoint,
                GraphEndpoint = _azure.GraphEndpoint,
                AccessToken = Secret.Of(_azure.AccessToken),
                GraphAccessToken = Secret.Of(_azure.IssueToken(_azure.GraphAudience)),
                Handler = _handler,
            },
        };
        return Assert.Single(await SetupChecks.RunAsync(options, new RecordingCaller(), default));
    }
}
