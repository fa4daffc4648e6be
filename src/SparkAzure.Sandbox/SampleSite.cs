using System.Net;
using System.Net.Sockets;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Kubernetes;
using SparkAzure.Sandbox.Registry;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Sandbox;

/// <summary>What a script needs to know of a site that is up; written as one line of JSON.</summary>
public sealed record SampleSiteDescription
{
    /// <summary>The folder that everything was laid out in.</summary>
    public required string Folder { get; init; }

    /// <summary>The sample host's data directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The sample host's kit.</summary>
    public required string KitDirectory { get; init; }

    /// <summary>The sample Spark distribution.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The archive of the Hadoop 2 libraries.</summary>
    public required string Hadoop2Archive { get; init; }

    /// <summary>The archive of the Hadoop 3 libraries.</summary>
    public required string Hadoop3Archive { get; init; }

    /// <summary>The kubeconfig.</summary>
    public required string KubeConfig { get; init; }

    /// <summary>The registry's host and port; it wants no sign-in.</summary>
    public required string Registry { get; init; }

    /// <summary>A base image in that registry.</summary>
    public required string BaseImage { get; init; }

    /// <summary>
    /// Another registry with the same base image, which wants a sign-in as Azure's do and which Resource Manager knows.
    /// </summary>
    public required string PrivateRegistry { get; init; }

    /// <summary>The account that it takes.</summary>
    public required string PrivateRegistryUser { get; init; }

    /// <summary>That account's password.</summary>
    public required string PrivateRegistryPassword { get; init; }

    /// <summary>The base image in that registry.</summary>
    public required string PrivateBaseImage { get; init; }

    /// <summary>
    /// The address of DSS's public API; it serves settings of its own, not those of the data directory.
    /// </summary>
    public required Uri DssUri { get; init; }

    /// <summary>An API key with admin rights.</summary>
    public required string DssApiKey { get; init; }

    /// <summary>An API key without them.</summary>
    public required string DssLimitedApiKey { get; init; }

    /// <summary>Azure Resource Manager's address.</summary>
    public required Uri ResourceManagerEndpoint { get; init; }

    /// <summary>Where a host with a managed identity asks for tokens; IDENTITY_ENDPOINT takes it.</summary>
    public required Uri IdentityEndpoint { get; init; }

    /// <summary>What it wants to be shown; IDENTITY_HEADER takes it.</summary>
    public required string IdentityHeader { get; init; }

    /// <summary>The access token that Resource Manager takes.</summary>
    public required string AccessToken { get; init; }

    /// <summary>A file with the certificate authority of that address; SSL_CERT_FILE takes it.</summary>
    public required string CertificateAuthority { get; init; }

    /// <summary>The subscription of the sample cluster.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The resource group of the sample cluster.</summary>
    public required string ResourceGroupName { get; init; }

    /// <summary>The sample cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The address of Microsoft Graph.</summary>
    public required Uri GraphEndpoint { get; init; }

    /// <summary>The access token that Graph takes.</summary>
    public required string GraphAccessToken { get; init; }

    /// <summary>The sample storage account, in the resource group of the cluster.</summary>
    public required string StorageAccount { get; init; }

    /// <summary>Its file system.</summary>
    public required string FileSystem { get; init; }

    /// <summary>Where its data is.</summary>
    public required Uri StorageEndpoint { get; init; }

    /// <summary>Where the account that runs DSS would have its kubeconfig; nothing is there yet.</summary>
    public required string DssKubeConfig { get; init; }

    /// <summary>Entra ID's address.</summary>
    public required Uri Authority { get; init; }

    /// <summary>The tenant of Entra ID.</summary>
    public required string TenantId { get; init; }

    /// <summary>An application that may do everything; AZURE_CLIENT_ID takes it.</summary>
    public required string ClientId { get; init; }

    /// <summary>That application's secret; AZURE_CLIENT_SECRET takes it.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>
    /// The address of the sample cluster's API server, as it is in what Azure hands out as a kubeconfig.
    /// </summary>
    public required Uri KubernetesEndpoint { get; init; }
}

/// <summary>A request that reached a stand-in of the site.</summary>
/// <param name="Service">Registry, Azure, Kubernetes or Dss.</param>
/// <param name="Method">The method.</param>
/// <param name="Url">Path and query.</param>
public sealed record SampleSiteRequest(string Service, string Method, string Url);

/// <summary>
/// A whole sample site: a DSS host, a Spark distribution, both library archives and a kubeconfig on disk, and the
/// stand-ins of what is reached over the network. For scripts and Pester; tests in C# take the pieces they need.
/// </summary>
public sealed class SampleSite : IAsyncDisposable
{
    private readonly RegistryStandIn _registry;
    private readonly RegistryStandIn _private;
    private readonly DssApiStandIn _dss;
    private readonly AzureStandIn _azure;
    private readonly KubernetesStandIn _kubernetes;

    private SampleSite(
        SampleSiteDescription description,
        RegistryStandIn registry,
        RegistryStandIn privateRegistry,
        DssApiStandIn dss,
        AzureStandIn azure,
        KubernetesStandIn kubernetes)
    {
        Description = description;
        _registry = registry;
        _private = privateRegistry;
        _dss = dss;
        _azure = azure;
        _kubernetes = kubernetes;
    }

    /// <summary>Where everything is.</summary>
    public SampleSiteDescription Description { get; }

    /// <summary>What the stand-ins were asked so far, service by service.</summary>
    public IReadOnlyList<SampleSiteRequest> Requests =>
    [
        .. _registry.Requests.Concat(_private.Requests).Select(r => new SampleSiteRequest("Registry", r.Method, r.Url)),
        .. _azure.Requests.Select(r => new SampleSiteRequest("Azure", r.Method, r.Target)),
        .. _kubernetes.Requests.Select(r => new SampleSiteRequest("Kubernetes", r.Method, r.Target)),
        .. _dss.Requests.Select(r => new SampleSiteRequest("Dss", r.Method, r.Url)),
    ];

    /// <summary>The login that the private registry knows.</summary>
    private static readonly RegistryOptions Pusher = new()
    {
        Authentication = RegistryAuthentication.AcrToken,
        UserName = "pusher",
        Password = "registry+pass/word-5e60",
    };

    /// <summary>Lays the site out in a folder and starts the stand-ins.</summary>
    public static async Task<SampleSite> StartAsync(string folder, CancellationToken cancellationToken)
    {
        folder = Path.GetFullPath(folder);
        var host = SampleDssHost.Create(
            Path.Combine(folder, "host"), new SampleDssHostOptions { BasePort = FreePort() - 1 });
        var spark = SampleSpark.Create(Path.Combine(folder, "opt"));
        var downloads = Path.Combine(folder, "downloads");
        var certificate = Path.Combine(folder, "azure-ca.pem");

        var registry = await RegistryStandIn.StartAsync(cancellationToken: cancellationToken);
        registry.SeedBaseImage("base/jre", "8-alpine");
        var privateRegistry = await RegistryStandIn.StartAsync(Pusher, cancellationToken);
        privateRegistry.SeedBaseImage("base/jre", "8-alpine");
        var dss = await DssApiStandIn.StartAsync(new DssApiOptions { Version = host.Version }, cancellationToken);
        var azure = await AzureStandIn.StartAsync(cancellationToken);
        azure.Certificate.WriteAuthority(certificate);
        var kubernetes = await KubernetesStandIn.StartAsync(cancellationToken);
        var (subscription, cluster, lake) = Furnish(azure, kubernetes, privateRegistry);
        var description = new SampleSiteDescription
        {
            Folder = folder,
            DataDirectory = host.DataDirectory,
            KitDirectory = host.KitDirectory,
            SparkHome = spark.Home,
            Hadoop2Archive = SampleHadoopArchive.Create(downloads).Path,
            Hadoop3Archive = SampleHadoopArchive.Create(
                downloads, new SampleHadoopArchiveOptions { HadoopVersion = 3 }).Path,
            KubeConfig = SampleKubeConfig.Create(Path.Combine(folder, "kubeconfig")),
            Registry = registry.Host,
            BaseImage = $"{registry.Host}/base/jre:8-alpine",
            PrivateRegistry = privateRegistry.Host,
            PrivateBaseImage = $"{privateRegistry.Host}/base/jre:8-alpine",
            PrivateRegistryUser = Pusher.UserName,
            PrivateRegistryPassword = Pusher.Password,
            DssUri = dss.Uri,
            DssApiKey = dss.ApiKey,
            DssLimitedApiKey = dss.LimitedApiKey,
            ResourceManagerEndpoint = azure.Endpoint,
            IdentityEndpoint = azure.IdentityEndpoint,
            IdentityHeader = azure.IdentityHeader,
            AccessToken = azure.AccessToken,
            CertificateAuthority = certificate,
            SubscriptionId = subscription.Id,
            ResourceGroupName = cluster.ResourceGroup,
            ClusterName = cluster.Name,
            GraphEndpoint = azure.GraphEndpoint,
            GraphAccessToken = azure.IssueToken(azure.GraphAudience),
            StorageAccount = lake.Name,
            FileSystem = "data",
            StorageEndpoint = azure.StorageEndpoint(lake.Name),
            DssKubeConfig = Path.Combine(folder, "home", ".kube", "config"),
            Authority = azure.Endpoint,
            TenantId = azure.TenantId,
            ClientId = azure.ClientId,
            ClientSecret = azure.ClientSecret,
            KubernetesEndpoint = kubernetes.Endpoint,
        };
        return new SampleSite(description, registry, privateRegistry, dss, azure, kubernetes);
    }

    /// <summary>What the subscription holds: two clusters, a registry, a lake.</summary>
    private static (StandInSubscription Subscription, StandInCluster Cluster, StandInStorageAccount Lake) Furnish(
        AzureStandIn azure, KubernetesStandIn kubernetes, RegistryStandIn registry)
    {
        var subscription = azure.AddSubscription("Data platform");
        var cluster = azure.AddCluster(new StandInCluster(subscription, "rg-data", "spark")
        {
            Server = kubernetes.Endpoint,
            AuthorityPem = kubernetes.Certificate.Authority.ExportCertificatePem() + "\n",
            UserToken = kubernetes.AdminToken,
        });
        azure.AddPrincipal(new StandInPrincipal(cluster.KubeletObjectId!, "spark-agentpool", azure.TenantId));
        azure.AddCluster(new StandInCluster(subscription, "rg-data", "inner") { Private = true });
        azure.AddRegistry(new StandInContainerRegistry(subscription, "rg-data", "dataplatform", registry));

        var lake = azure.AddStorageAccount(new StandInStorageAccount(
            subscription, "rg-data", "samplelake").WithFileSystem("data"));
        return (subscription, cluster, lake);
    }

    // The sample's backend listens on the port after the base port, when somebody starts it; sites must not meet there.
    // Below the ports that systems hand out by themselves (Linux from 32768 on), as it stays free until somebody starts
    // the sample DSS.
    private static int FreePort()
    {
        while (true)
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
                probe.Start();
                return ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken; another one then.
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _private.DisposeAsync();
        await _dss.DisposeAsync();
        await _azure.DisposeAsync();
        await _kubernetes.DisposeAsync();
    }
}
