namespace SparkAzure.Sandbox.Azure;

/// <summary>A cluster of the stand-in, as Resource Manager shows one.</summary>
/// <param name="Subscription">Where it is.</param>
/// <param name="ResourceGroup">Its resource group.</param>
/// <param name="Name">Its name.</param>
public sealed record StandInCluster(StandInSubscription Subscription, string ResourceGroup, string Name)
{
    /// <summary>Whether it is a private cluster.</summary>
    public bool Private { get; init; }

    /// <summary>Running or Stopped.</summary>
    public string PowerState { get; init; } = "Running";

    /// <summary>Succeeded, Creating, …; a cluster that is being made has no address yet.</summary>
    public string ProvisioningState { get; init; } = "Succeeded";

    /// <summary>The version that runs.</summary>
    public string KubernetesVersion { get; init; } = "1.34.2";

    /// <summary>Whether a private cluster has a public name as well.</summary>
    public bool PublicFqdn { get; init; } = true;

    /// <summary>The ranges that reach the public name; empty for no limit.</summary>
    public IReadOnlyList<string> AuthorizedIPRanges { get; init; } = [];

    /// <summary>Whether users sign in with Entra ID.</summary>
    public bool Entra { get; init; }

    /// <summary>Whether the administrator's credential is switched off.</summary>
    public bool LocalAccountsDisabled { get; init; }

    /// <summary>The object id of the kubelets' identity; null for a cluster with a service principal.</summary>
    public string? KubeletObjectId { get; init; } = "c0ffee00-0000-4000-8000-000000000001";

    /// <summary>The application id of a cluster's service principal.</summary>
    public string? ServicePrincipalClientId { get; init; }

    /// <summary>The subnet of its nodes; null for a network that AKS made, in the resource group of the nodes.</summary>
    public string? NodeSubnetId { get; init; }

    /// <summary>The resource group of its nodes.</summary>
    public string NodeResourceGroup => $"MC_{ResourceGroup}_{Name}_westeurope";

    /// <summary>Where the API server really is (a stand-in); null for its name in Azure.</summary>
    public Uri? Server { get; init; }

    /// <summary>The certificate authority in its kubeconfigs, PEM.</summary>
    public string AuthorityPem { get; init; } = "-----BEGIN CERTIFICATE-----\nc2FtcGxl\n-----END CERTIFICATE-----\n";

    /// <summary>The token in its kubeconfigs.</summary>
    public string UserToken { get; init; } = "sample-token-of-nobody";

    /// <summary>The public name.</summary>
    public string Fqdn => $"{Name}-dns-0a1b2c3d.hcp.westeurope.azmk8s.io";

    /// <summary>The private name, of a private cluster only.</summary>
    public string? PrivateFqdn =>
        Private ? $"{Name}-dns-0a1b2c3d.9f8e7d6c-0000-4000-8000-000000000000.privatelink.westeurope.azmk8s.io" : null;

    internal string Id =>
        $"/subscriptions/{Subscription.Id}/resourcegroups/{ResourceGroup}/providers/Microsoft.ContainerService/managedClusters/{Name}";

    internal object Document => new
    {
        id = Id,
        location = "westeurope",
        name = Name,
        type = "Microsoft.ContainerService/ManagedClusters",
        sku = new { name = "Base", tier = "Free" },
        identity = ServicePrincipalClientId is null
            ? new { type = "SystemAssigned", principalId = "c0ffee00-0000-4000-8000-000000000002", tenantId = Subscription.TenantId }
            : null,
        properties = new
        {
            provisioningState = ProvisioningState,
            powerState = new { code = PowerState },
            kubernetesVersion = KubernetesVersion[..KubernetesVersion.LastIndexOf('.')],
            currentKubernetesVersion = KubernetesVersion,
            dnsPrefix = $"{Name}-dns",
            fqdn = ProvisioningState == "Creating" || (Private && !PublicFqdn) ? null : Fqdn,
            privateFQDN = ProvisioningState == "Creating" ? null : PrivateFqdn,
            azurePortalFQDN = $"{Name}-dns-0a1b2c3d.portal.hcp.westeurope.azmk8s.io",
            agentPoolProfiles = new[]
            {
                new { name = "nodepool1", count = 3, vmSize = "Standard_D4s_v5", osType = "Linux", mode = "System", provisioningState = "Succeeded", powerState = new { code = PowerState }, vnetSubnetID = NodeSubnetId }
            },
            servicePrincipalProfile = new { clientId = ServicePrincipalClientId ?? "msi" },
            nodeResourceGroup = NodeResourceGroup,
            enableRBAC = true,
            disableLocalAccounts = LocalAccountsDisabled,
            aadProfile = Entra
                ? new { managed = true, enableAzureRBAC = true, tenantID = Subscription.TenantId }
                : null,
            apiServerAccessProfile = Private || AuthorizedIPRanges.Count > 0 ? AccessProfile : null,
            identityProfile = ServicePrincipalClientId is null
                ? new { kubeletidentity = new { resourceId = $"/subscriptions/{Subscription.Id}/resourcegroups/{NodeResourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{Name}-agentpool", clientId = "c0ffee00-0000-4000-8000-000000000003", objectId = KubeletObjectId } }
                : null,
        },
    };

    private object AccessProfile => new
    {
        authorizedIPRanges = AuthorizedIPRanges,
        enablePrivateCluster = Private,
        enablePrivateClusterPublicFQDN = Private && PublicFqdn,
        privateDNSZone = Private ? "system" : null,
    };

    /// <summary>The kubeconfig that Azure hands out.</summary>
    internal string KubeConfig(bool admin, bool publicName, string? format)
    {
        var host = Private && !publicName ? PrivateFqdn : Fqdn;
        var user = admin ? $"clusterAdmin_{ResourceGroup}_{Name}" : $"clusterUser_{ResourceGroup}_{Name}";
        var login = admin || !Entra ? $"    token: {UserToken}" : EntraLogin(format);
        return $"""
            apiVersion: v1
            clusters:
            - cluster:
                certificate-authority-data: {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(AuthorityPem))}
                server: {Server?.OriginalString.TrimEnd('/') ?? $"https://{host}:443"}
              name: {Name}
            contexts:
            - context:
                cluster: {Name}
                user: {user}
              name: {Name}
            current-context: {Name}
            kind: Config
            preferences: {"{}"}
            users:
            - name: {user}
              user:

            """ + login + "\n";
    }

    private string EntraLogin(string? format)
    {
        if (format == "azure")
        {
            return $$"""
                  auth-provider:
                    config:
                      apiserver-id: 6dae42f8-4368-4678-94ff-3960e28e3630
                      client-id: 80faf920-1908-4b52-b5ef-a8e7bedfc67a
                      config-mode: '1'
                      environment: AzurePublicCloud
                      tenant-id: {{Subscription.TenantId}}
                    name: azure
              """;
        }

        return $$"""
              exec:
                apiVersion: client.authentication.k8s.io/v1beta1
                args:
                - get-token
                - --environment
                - AzurePublicCloud
                - --server-id
                - 6dae42f8-4368-4678-94ff-3960e28e3630
                - --client-id
                - 80faf920-1908-4b52-b5ef-a8e7bedfc67a
                - --tenant-id
                - {{Subscription.TenantId}}
                - --login
                - devicecode
                command: kubelogin
                env: null
                provideClusterInfo: false
          """;
    }
}

/// <summary>Microsoft.ContainerService: managed clusters.</summary>
public sealed partial class AzureStandIn
{
    private readonly List<StandInCluster> _clusters = [];

    /// <summary>Adds a cluster.</summary>
    public StandInCluster AddCluster(StandInCluster cluster)
    {
        _clusters.Add(cluster);
        return cluster;
    }

    private Task<Answer> ContainerServiceAsync(ResourceRequest request)
    {
        var clusters = _clusters
            .Where(c => Same(c.Subscription.Id, request.Subscription.Id)
                && (request.ResourceGroup is null || Same(c.ResourceGroup, request.ResourceGroup)))
            .ToList();
        return Task.FromResult(request.Path switch
        {
            ["managedClusters", var name, "start" or "stop"] when request.Method == "POST"
                && clusters.Find(c => Same(c.Name, name)) is { } cluster =>
                Accept(
                    request.Subscription,
                    202,
                    null,
                    () => Power(cluster, Same(request.Path[2], "start") ? "Running" : "Stopped")),
            ["managedClusters", var name, "listClusterUserCredential" or "listClusterAdminCredential"] when request.Method == "POST"
                && clusters.Find(c => Same(c.Name, name)) is { } cluster =>
                Credential(request, cluster, Same(request.Path[2], "listClusterAdminCredential")),
            _ when request.Method != "GET" => MethodNotAllowed(request.Http),
            ["managedClusters"] when request.ResourceGroup is null || clusters.Count > 0 =>
                Page(request.Http, [.. clusters.Select(c => c.Document)]),
            ["managedClusters", ..] when clusters.Count == 0 =>
                Answer.Error(
                    404, "ResourceGroupNotFound", $"Resource group '{request.ResourceGroup}' could not be found."),
            ["managedClusters", var name] => clusters.Find(c => Same(c.Name, name)) is { } cluster
                ? new Answer(200, cluster.Document)
                : Answer.Error(
                    404,
                    "ResourceNotFound",
                    $"The Resource 'Microsoft.ContainerService/managedClusters/{name}' under resource group " +
                    $"'{request.ResourceGroup}' was not found. For more details please go to " +
                    $"https://aka.ms/ARMResourceNotFoundFix"),
            _ => NoSuchType(),
        });
    }

    private Answer Power(StandInCluster cluster, string state)
    {
        _clusters[_clusters.IndexOf(cluster)] = cluster with { PowerState = state };
        return new Answer(204);
    }

    private static Answer Credential(ResourceRequest request, StandInCluster cluster, bool admin)
    {
        if (cluster.PowerState == "Stopped")
        {
            return Answer.Error(
                409,
                "OperationNotAllowed",
                $"managed cluster {cluster.Name} is in (Stopped) state, skip listing credentials.");
        }

        if (admin && cluster.LocalAccountsDisabled)
        {
            return Answer.Error(
                400,
                "BadRequest",
                "Getting static credential is not allowed because this cluster is set to disable local accounts.");
        }

        var text = cluster.KubeConfig(admin, request.Query("server-fqdn") == "public", request.Query("format"));
        return new Answer(
            200,
            new { kubeconfigs = new[] { new { name = admin ? "clusterAdmin" : "clusterUser", value = Convert.ToBase64String(
                System.Text.Encoding.UTF8.GetBytes(text)) } } });
    }
}
