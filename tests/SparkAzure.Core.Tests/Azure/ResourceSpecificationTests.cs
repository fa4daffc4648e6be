using System.Net.Http.Headers;
using System.Text.Json;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Azure;

/// <summary>
/// What the stand-in answers for Azure Resource Manager, against descriptions that nobody here wrote. Where they differ
/// the stand-in is wrong. The versions are those that the module asks with.
/// </summary>
public sealed class ResourceSpecificationTests : IAsyncLifetime, IDisposable
{
    private const string Clusters = "Microsoft.ContainerService/managedClusters";
    private const string Registries = "Microsoft.ContainerRegistry/registries";
    private const string Accounts = "Microsoft.Storage/storageAccounts";
    private const string Assignments = "Microsoft.Authorization/roleAssignments";
    private static readonly ResourceSpecification Specification = new();

    private AzureStandIn _azure = null!;
    private StandInSubscription _subscription = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _subscription = _azure.AddSubscription("Data platform");
        _http = new HttpClient(_azure.Certificate.CreateTrustingHandler()) { BaseAddress = _azure.Endpoint };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _azure.AccessToken);
    }

    public async Task DisposeAsync() => await _azure.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("entra")]
    [InlineData("private")]
    [InlineData("ranges")]
    [InlineData("principal")]
    [InlineData("creating")]
    public async Task A_managed_cluster(string kind)
    {
        var plain = new StandInCluster(_subscription, "rg-data", "spark");
        _azure.AddCluster(kind switch
        {
            "entra" => plain with { Entra = true, LocalAccountsDisabled = true },
            "private" => plain with { Private = true },
            "ranges" => plain with { AuthorizedIPRanges = ["192.0.2.0/24"] },
            "principal" => plain with { ServicePrincipalClientId = Guid.NewGuid().ToString(), KubeletObjectId = null },
            "creating" => plain with { ProvisioningState = "Creating" },
            _ => plain,
        });

        var body = await AskAsync(HttpMethod.Get, $"{Clusters}/spark", "2025-10-01");

        Assert.Empty(Specification.Differences(Clusters, "2025-10-01", body));
    }

    [Theory]
    [InlineData("listClusterUserCredential")]
    [InlineData("listClusterAdminCredential")]
    public async Task A_credential_of_a_cluster(string action)
    {
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "spark"));

        var body = await AskAsync(HttpMethod.Post, $"{Clusters}/spark/{action}", "2025-10-01");

        Assert.Empty(Specification.DifferencesOfAction(Clusters, "2025-10-01", action, body));
    }

    [Fact]
    public async Task A_container_registry_and_its_admin_user()
    {
        await using var images = await RegistryStandIn.StartAsync();
        _azure.AddRegistry(new StandInContainerRegistry(_subscription, "rg-data", "images", images) { AdminPassword = "secret" });

        var body = await AskAsync(HttpMethod.Get, $"{Registries}/images", "2025-11-01");
        var credentials = await AskAsync(HttpMethod.Post, $"{Registries}/images/listCredentials", "2025-11-01");

        Assert.Empty(Specification.Differences(Registries, "2025-11-01", body));
        Assert.Empty(Specification.DifferencesOfAction(Registries, "2025-11-01", "listCredentials", credentials));
    }

    [Fact]
    public async Task A_storage_account_and_its_keys()
    {
        _azure.AddStorageAccount(new StandInStorageAccount(_subscription, "rg-data", "acct") { AllowSharedKeyAccess = false });

        var body = await AskAsync(HttpMethod.Get, $"{Accounts}/acct", "2023-05-01");
        var keys = await AskAsync(HttpMethod.Post, $"{Accounts}/acct/listKeys", "2023-05-01");

        Assert.Empty(Specification.Differences(Accounts, "2023-05-01", body));
        Assert.Empty(Specification.DifferencesOfAction(Accounts, "2023-05-01", "listKeys", keys));
    }

    [Fact]
    public async Task A_role_assignment()
    {
        var scope = $"/subscriptions/{_subscription.Id}/resourceGroups/rg-data";
        _azure.AddRoleAssignment(scope, "7f951dda-4ed3-4680-a7ca-43fe172d538d", Guid.NewGuid().ToString());

        var list = await AskAsync(HttpMethod.Get, Assignments, "2022-04-01");

        var body = Assert.Single(list.GetProperty("value").EnumerateArray());
        Assert.Empty(Specification.Differences(Assignments, "2022-04-01", body));
    }

    [Theory]
    [InlineData("Microsoft.Compute/virtualMachines", "dss", "2024-07-01")]
    [InlineData("Microsoft.Network/networkInterfaces", "dss", "2024-05-01")]
    [InlineData("Microsoft.Network/virtualNetworks", "spoke", "2024-05-01")]
    [InlineData("Microsoft.Network/virtualNetworks/subnets", "spoke/subnets/vm", "2024-05-01")]
    [InlineData("Microsoft.Network/networkSecurityGroups", "shut", "2024-05-01")]
    public async Task Where_a_machine_stands(string type, string name, string version)
    {
        var group = new StandInSecurityGroup(_subscription, "rg-data", "shut", new StandInSecurityRule("shut", 100, "Deny", "*", "*"));
        var hub = new StandInNetwork(_subscription, "rg-data", "hub");
        var network = _azure.AddNetwork(new StandInNetwork(_subscription, "rg-data", "spoke", new StandInSubnet("vm", "10.1.0.0/24", group)) { Peerings = [new(hub)] });
        _azure.AddMachine(new StandInMachine(_subscription, "rg-data", "dss", network.SubnetId("vm"), "10.1.0.4", group));

        var body = await AskAsync(HttpMethod.Get, $"{string.Join('/', type.Split('/')[..2])}/{name}", version);

        Assert.Empty(Specification.Differences(type, version, body));
    }

    [Fact]
    public void What_is_not_in_the_specification_is_found()
    {
        using var wrong = JsonDocument.Parse(
            """{"name":"acct","kind":"Storage9","sku":{"name":"Standard_LRS"},"properties":{"isHnsEnabled":"yes","isHns":true}}""");

        var found = Specification.Differences(Accounts, "2023-05-01", wrong.RootElement);

        Assert.Contains(found, d => d.StartsWith(".properties.isHnsEnabled: String", StringComparison.Ordinal));
        Assert.Contains(".properties.isHns: not in the specification", found);
        Assert.Contains(".location: required and not there", found);
    }

    private async Task<JsonElement> AskAsync(HttpMethod method, string path, string version)
    {
        var address = $"/subscriptions/{_subscription.Id}/resourceGroups/rg-data/providers/{path}?api-version={version}";
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
