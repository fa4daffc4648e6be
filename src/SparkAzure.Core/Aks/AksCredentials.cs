using SparkAzure.Core.Aks.ContainerService;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.ContainerService;
using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Aks;

/// <summary>Which credential goes into whose kubeconfig.</summary>
public sealed record AksCredentialOptions
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Its resource group; null when the name alone has to do.</summary>
    public string? ResourceGroupName { get; init; }

    /// <summary>The kubeconfig; null for this account's own.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>The UNIX users whose ~/.kube/config are written instead; needs root.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Whether the administrator's credential is wanted.</summary>
    public bool Admin { get; init; }

    /// <summary>Whether the public name of a private cluster is wanted.</summary>
    public bool PublicFqdn { get; init; }

    /// <summary>exec (kubelogin) or azure (kubectl's own, gone since 1.26).</summary>
    public string Format { get; init; } = "exec";

    /// <summary>How kubelogin signs in; null for what Azure hands out, a code for a person.</summary>
    public AksLoginMode? LoginMode { get; init; }

    /// <summary>The client id for <see cref="LoginMode"/> Msi, Spn or WorkloadIdentity.</summary>
    public string? LoginClientId { get; init; }

    /// <summary>The context's name; null for the cluster's.</summary>
    public string? ContextName { get; init; }

    /// <summary>Whether the current context stays what it is.</summary>
    public bool KeepCurrentContext { get; init; }

    /// <summary>Whether an entry of the same name that differs is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Finds a user of the host; tests have users of their own.</summary>
    internal Func<string, UnixAccount?> FindAccount { get; init; } = UnixAccount.Find;
}

/// <summary>Credentials of clusters, from Azure into kubeconfigs.</summary>
public static class AksCredentials
{
    /// <summary>Gets the credential of a cluster and merges it into each kubeconfig.</summary>
    /// <exception cref="SparkAzureException">
    /// An id of AzureErrors or KubernetesErrors; CannotRead, CannotWrite, DiskFull.
    /// </exception>
    public static async Task<IReadOnlyList<AksCredential>> ImportAsync(
        AksCredentialOptions options, AzureAccess access, ICaller caller, CancellationToken cancellationToken)
    {
        // Every file is looked at before Azure is asked, so that a wrong name writes nothing for the others.
        var files = Files(options);
        var connection = new AzureConnection(access, caller);
        var cluster = await AksClusters.FindOneAsync(
            connection, options.ClusterName, options.ResourceGroupName, cancellationToken).ConfigureAwait(false);
        Check(cluster, options, caller);
        var state = new AksCredential
        {
            ClusterName = cluster.Name,
            ResourceGroupName = cluster.ResourceGroupName,
            SubscriptionId = cluster.SubscriptionId,
            KubeConfig = "",
            Context = options.ContextName,
            Admin = options.Admin,
        };
        var results = new List<AksCredential>();
        KubeConfigAddition? addition = null;
        foreach (var file in files)
        {
            var credential = state with { KubeConfig = file.Path, User = file.User };
            var action = $"Merge the {(options.Admin ? "administrator" : "user")} credential of cluster " +
                $"'{cluster.Name}' into it";

            // Asked before the credential is fetched: that is a POST, and a secret nobody has agreed to take.
            if (!await caller.ShouldProcessAsync(file.Path, action, cancellationToken).ConfigureAwait(false))
            {
                results.Add(credential with { Planned = true });
                continue;
            }

            addition ??= await FetchAsync(connection, cluster, options, cancellationToken).ConfigureAwait(false);
            var text = file.Read();
            var merged = KubeConfigMerge.Merge(file.Path, text, addition, options.Force, !options.KeepCurrentContext);
            var changed = merged != text || file.IsOpenToOthers();
            if (changed)
            {
                await file.WriteAsync(merged, cancellationToken).ConfigureAwait(false);
                caller.Verbose($"Wrote context '{addition.ContextName}' into {file.Path}");
            }

            results.Add(
                credential with { Context = addition.ContextName, Server = addition.Server, Kind = addition.Kind, Changed = changed });
        }

        return results;
    }

    private static IReadOnlyList<KubeConfigFile> Files(AksCredentialOptions options)
    {
        if (options.Users.Count == 0)
        {
            return
            [
                options.KubeConfig is null
                    ? KubeConfigFile.Own(Environment.GetEnvironmentVariable)
                    : KubeConfigFile.At(options.KubeConfig)
            ];
        }

        if (!OperatingSystem.IsLinux())
        {
            throw KubernetesErrors.NotTheUsersHost("this is no Linux host");
        }

        if (!FileOwner.IsRoot)
        {
            throw KubernetesErrors.NotTheUsersHost("that needs root");
        }

        return
        [
            .. options.Users
                .Distinct()
                .Select(u => KubeConfigFile.Of(options.FindAccount(u) ?? throw KubernetesErrors.UserNotFound(u)))
        ];
    }

    private static void Check(ContainerServiceManagedClusterData cluster, AksCredentialOptions options, ICaller caller)
    {
        var properties = cluster.Properties;
        if (properties?.PowerState?.Code == "Stopped")
        {
            throw AzureErrors.AksClusterStopped(cluster.Name);
        }

        if (options.Admin && properties?.DisableLocalAccounts == true)
        {
            throw AzureErrors.AksLocalAccountsDisabled(cluster.Name);
        }

        var profile = properties?.ApiServerAccessProfile;
        if (options.PublicFqdn && profile is { EnablePrivateCluster: true, EnablePrivateClusterPublicFQDN: false })
        {
            throw AzureErrors.AksClusterHasNoPublicName(cluster.Name);
        }

        if (properties?.AadProfile is not null && !options.Admin)
        {
            if (options.LoginMode is null or AksLoginMode.DeviceCode)
            {
                caller.Warning(
                    $"Cluster '{cluster.Name}' has its users sign in with Entra ID by a code in a browser, which no " +
                    $"Spark job can do; choose -LoginMode Msi, AzureCli, Spn or WorkloadIdentity for jobs.");
            }

            if (HostProcesses.Find("kubelogin", Environment.GetEnvironmentVariable) is null)
            {
                caller.Warning(
                    "kubelogin is not on the PATH of this host; kubectl and Spark need it for this credential (az " +
                    "aks install-cli).");
            }
        }
    }

    private static async Task<KubeConfigAddition> FetchAsync(
        AzureConnection connection,
        ContainerServiceManagedClusterData cluster,
        AksCredentialOptions options,
        CancellationToken cancellationToken)
    {
        var azure = new ContainerServiceClient(connection.ResourceManager);
        var results = await azure.GetClusterCredentialsAsync(
            cluster.SubscriptionId,
            cluster.ResourceGroupName,
            cluster.Name,
            options.Admin,
            options.PublicFqdn ? "public" : null,
            options.Admin || cluster.Properties?.AadProfile is null ? null : options.Format,
            cancellationToken).ConfigureAwait(false);
        var addition = results.Kubeconfigs is [{ Value: { } value }, ..] ? KubeConfigAddition.Read(value) : null;
        if (addition is null)
        {
            throw AzureErrors.AksCredentialMissing(cluster.Name);
        }

        addition.Rename(options.ContextName, options.Admin);
        if (options.LoginMode is { } mode)
        {
            addition.UseLogin(mode.ToString().ToLowerInvariant(), options.LoginClientId);
        }

        return addition;
    }
}
