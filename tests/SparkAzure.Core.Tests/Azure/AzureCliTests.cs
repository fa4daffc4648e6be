using System.Diagnostics;
using System.Text.Json.Nodes;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Tests.Aks;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Core.Tests.Azure;

/// <summary>The stand-in as the Azure CLI finds it: where the two disagree, the stand-in is wrong. One session, because each call takes seconds.</summary>
[Collection(AksClusterTests.EnvironmentVariables)]
public sealed class AzureCliTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private AzureStandIn _azure = null!;
    private HttpMessageHandler _handler = null!;
    private StandInCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _azure.Certificate.WriteAuthority(_folder["ca.pem"]);
        _cluster = _azure.AddCluster(new StandInCluster(_azure.AddSubscription("Data platform"), "rg-data", "spark") { AuthorizedIPRanges = ["203.0.113.0/24"] });
        _azure.AddPrincipal(new StandInPrincipal(_cluster.KubeletObjectId!, "spark-agentpool", _azure.TenantId));
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _azure.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task The_Azure_CLI_signs_in_reads_takes_credentials_and_gives_roles()
    {
        Skip.If(HostProcesses.Find("az", Environment.GetEnvironmentVariable) is null, "The Azure CLI (az) is not installed.");
        using var variables = new Variables(
            ("AZURE_CONFIG_DIR", _folder["azure"]),
            ("REQUESTS_CA_BUNDLE", _folder["ca.pem"]),
            ("AZURE_CORE_COLLECT_TELEMETRY", "no"),
            ("IDENTITY_ENDPOINT", null));
        var endpoint = _azure.Endpoint.OriginalString;

        // With AD FS, as on Azure Stack: for any other authority the CLI asks login.microsoftonline.com whether it can be trusted.
        Az("cloud", "register", "-n", "sandbox", "--endpoint-resource-manager", endpoint, "--endpoint-active-directory", endpoint + "/adfs", "--endpoint-active-directory-resource-id", endpoint, "--endpoint-active-directory-graph-resource-id", _azure.GraphEndpoint.OriginalString);
        Az("cloud", "set", "-n", "sandbox");
        var login = Az("login", "--service-principal", "-u", _azure.ClientId, "-p", _azure.ClientSecret, "-t", _azure.TenantId);
        Assert.Equal("Data platform", (string?)login![0]!["name"]);

        var shown = Az("aks", "show", "-g", "rg-data", "-n", "spark")!;
        var server = Assert.Single(await AksClusters.GetApiServersAsync(new AksQuery { ResourceGroupName = "rg-data", ClusterName = "spark" }, ByCli, new RecordingCaller(), default));
        Assert.Equal((string?)shown["fqdn"], server.PublicName);
        Assert.Equal((string?)shown["currentKubernetesVersion"], server.KubernetesVersion);
        Assert.Equal((string?)shown["powerState"]!["code"], server.PowerState);
        Assert.Equal((string?)shown["id"], server.Source);
        Assert.Equal((string?)shown["identityProfile"]!["kubeletidentity"]!["objectId"], server.KubeletObjectId);
        Assert.Equal((string?)shown["apiServerAccessProfile"]!["authorizedIpRanges"]![0], Assert.Single(server.AuthorizedIPRanges));

        // The CLI's credential and ours are the same to the kubeconfig: a second import finds nothing to change.
        Az("aks", "get-credentials", "-g", "rg-data", "-n", "spark", "-f", _folder["config"]);
        var options = new AksCredentialOptions { ClusterName = "spark", KubeConfig = _folder["config"] };
        Assert.False(Assert.Single(await AksCredentials.ImportAsync(options, ByCli, new RecordingCaller(), default)).Changed);

        // (az role of Debian's 2.45 fails before it sends anything, so the request is spelled out.)
        var scope = $"/subscriptions/{_cluster.Subscription.Id}/resourceGroups/rg-data";
        var assignments = $"{endpoint}{scope}/providers/Microsoft.Authorization/roleAssignments";
        var role = $"/subscriptions/{_cluster.Subscription.Id}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d";
        Az("rest", "--method", "put", "--resource", endpoint, "--uri", $"{assignments}/{Guid.NewGuid()}?api-version=2022-04-01", "--body", $$$"""{"properties":{"roleDefinitionId":"{{{role}}}","principalId":"{{{_cluster.KubeletObjectId}}}","principalType":"ServicePrincipal"}}""");
        var listed = Az("rest", "--method", "get", "--resource", endpoint, "--uri", $"{assignments}?api-version=2022-04-01&$filter=atScope()");
        Assert.Equal(_cluster.KubeletObjectId, (string?)listed!["value"]![0]!["properties"]!["principalId"]);
    }

    private AzureAccess ByCli => new() { ResourceManagerEndpoint = _azure.Endpoint, TokenSource = AzureTokenSource.AzureCli, Handler = _handler };

    private static JsonNode? Az(params string[] arguments)
    {
        using var az = Process.Start(new ProcessStartInfo("az", [.. arguments, "-o", "json", "--only-show-errors"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = az.StandardError.ReadToEndAsync();
        var output = az.StandardOutput.ReadToEnd();
        az.WaitForExit();
        Assert.True(az.ExitCode == 0, $"az {arguments[0]} {arguments[1]}: {error.GetAwaiter().GetResult()}");
        return output.Trim().Length == 0 ? null : JsonNode.Parse(output);
    }
}
