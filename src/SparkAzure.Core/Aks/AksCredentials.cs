using SparkAzure.Core.Aks.ContainerService;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.ContainerService;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


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

    /// <summary>From where a relative path in KUBECONFIG counts; null for the process's own folder.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The UNIX users whose ~/.kube/config are written instead; others than this account's own need root.
    /// </summary>
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

    /// <summary>The Spark whose own client will read the kubeconfig; null where nobody says.</summary>
    public string? SparkVersion { get; init; }

    /// <summary>How long to wait while another process changes the kubeconfig.</summary>
    public TimeSpan Patience { get; init; } = Turn.UsualPatience;

    /// <summary>Finds a user of the host; tests have users of their own.</summary>
    internal Func<string, UnixAccount?> FindAccount { get; init; } = UnixAccount.Find;
}

/// <summary>Credentials of clusters, from Azure into kubeconfigs.</summary>
public static class AksCredentials
{
    // useradd(8): accounts of people begin at UID_MIN, 1000 on every distribution that DSS runs on; 65534 is nobody.
    private const uint FirstOfPeople = 1000;
    private const uint Nobody = 65534;

    /// <summary>
    /// The accounts in this host's own list that people, or DSS, have, for completion at a prompt; those of directory
    /// services are not in it.
    /// </summary>
    public static IReadOnlyList<string> Users()
    {
        const string List = "/etc/passwd";
        if (!File.Exists(List))
        {
            return [];
        }

        return
        [
            .. PasswdFile.Accounts(File.ReadLines(List))
                .Where(a => a.UserId is >= FirstOfPeople and < Nobody)
                .Select(a => a.Name),
        ];
    }

    /// <summary>Gets the credential of a cluster and merges it into each kubeconfig.</summary>
    /// <exception cref="SparkAzureException">
    /// An id of AzureErrors or KubernetesErrors; CannotRead, CannotWrite, DiskFull.
    /// </exception>
    public static async Task<IReadOnlyList<AksCredential>> ImportAsync(
        AksCredentialOptions options, AzureAccess access, ICaller caller, CancellationToken cancellationToken)
    {
        // Every file is looked at before Azure is asked, so that a wrong name or a file that kubectl cannot read writes
        // nothing for the others.
        var files = KubeConfigFile.Of(options.KubeConfig, options.Folder, options.Users, options.FindAccount);
        var contexts = files.ToDictionary(f => f, f => f.Contexts());
        var connection = new AzureConnection(access, caller);
        var cluster = await AksClusters.FindOneAsync(
            connection, options.ClusterName, options.ResourceGroupName, cancellationToken).ConfigureAwait(false);
        Check(cluster, options, caller);
        var context = KubeConfigAddition.NameOf(options.ContextName ?? cluster.Name, options.Admin);
        var state = Expected(cluster, context, options);
        var results = new List<AksCredential>();
        KubeConfigAddition? addition = null;
        foreach (var file in files)
        {
            // A file that has the context already may have all of it: only the credential tells whether anything would
            // change. Else the question comes first, as nobody has agreed to take a secret yet.
            if (contexts[file].Contains(context))
            {
                addition ??= await FetchAsync(connection, cluster, options, cancellationToken).ConfigureAwait(false);
            }

            var former = KubeConfigRemoval.CurrentIn(file.Path, file.Read());
            var credential = state with { KubeConfig = file.Path, User = file.User };
            var action = $"Merge the {(options.Admin ? "administrator" : "user")} credential of cluster " +
                $"'{cluster.Name}' into it";
            var changes = addition is null || Merged(file, addition, options).Changes;
            if (changes && !await caller.ShouldProcessAsync(file.Path, action, cancellationToken).ConfigureAwait(false))
            {
                results.Add(credential with { Planned = true });
                continue;
            }

            addition ??= await FetchAsync(connection, cluster, options, cancellationToken).ConfigureAwait(false);
            var merge = MergeResult.Nothing;
            if (changes)
            {
                merge = await MergeAsync(file, addition, options, caller, cancellationToken).ConfigureAwait(false);
            }

            if (results.Count == 0)
            {
                await WarnOfSparkAsync(addition, options, caller, cancellationToken).ConfigureAwait(false);
            }

            var kept = merge == MergeResult.Replaced ? file.FormerPath : null;
            results.Add(Described(credential, addition, former) with
            {
                Changed = merge != MergeResult.Nothing,
                FormerKubeConfig = kept,
            });
        }

        return results;
    }

    // What is known of it before anybody asks for the credential itself.
    private static AksCredential Expected(
        ContainerServiceManagedClusterData cluster, string context, AksCredentialOptions options)
    {
        var host = AksClusters.HostOf(cluster, options.PublicFqdn);
        return new AksCredential
        {
            ClusterName = cluster.Name,
            ResourceGroupName = cluster.ResourceGroupName,
            SubscriptionId = cluster.SubscriptionId,
            KubeConfig = "",
            Context = context,
            Server = host is null ? null : ApiServerAddress.OfHost(host).Uri.OriginalString,
            Admin = options.Admin,
        };
    }

    private static AksCredential Described(AksCredential credential, KubeConfigAddition addition, string? former) =>
        credential with
        {
            Context = addition.ContextName,
            FormerContext = former == addition.ContextName ? null : former,
            Server = addition.Server,
            Kind = addition.Kind,
        };

    // kubectl reads every form; that Spark's own client does not shows only in a job, and names anything but the cause.
    private static async Task WarnOfSparkAsync(
        KubeConfigAddition addition, AksCredentialOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var spark = ReleaseNumber.TryParse(options.SparkVersion);
        var form = await addition.GetFormAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (why, cure) in new[] { KubeCredentialForms.Lack(form, spark), KubeCredentialForms.EndsWithToken(form, spark) }
            .OfType<(string, string)>())
        {
            caller.Warning($"{why} {cure}");
        }
    }

    // Read, changed and written under the lock: else what another writes in between is lost.
    private static async Task<MergeResult> MergeAsync(
        KubeConfigFile file,
        KubeConfigAddition addition,
        AksCredentialOptions options,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        using var held = await file.LockAsync(options.Patience, caller, cancellationToken).ConfigureAwait(false);
        var (merged, changes) = Merged(file, addition, options);
        if (!changes)
        {
            return MergeResult.Nothing;
        }

        var result = MergeResult.Added;
        var text = file.Read();
        if (options.Force && KubeConfigMerge.Replaces(file.Path, text, addition))
        {
            await file.KeepAsync(text, cancellationToken).ConfigureAwait(false);
            result = MergeResult.Replaced;
        }

        await file.WriteAsync(merged, cancellationToken).ConfigureAwait(false);
        caller.Verbose($"Wrote context '{addition.ContextName}' into {file.Path}.");
        return result;
    }

    private static (string Text, bool Changes) Merged(
        KubeConfigFile file, KubeConfigAddition addition, AksCredentialOptions options)
    {
        var text = file.Read();
        var merged = KubeConfigMerge.Merge(file.Path, text, addition, options.Force, !options.KeepCurrentContext);
        return (merged, merged != text || file.IsOpenToOthers());
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

    /// <summary>What became of a kubeconfig.</summary>
    private enum MergeResult
    {
        /// <summary>All of it was there.</summary>
        Nothing,

        /// <summary>It was written.</summary>
        Added,

        /// <summary>It was written, and an entry of the same name gave way.</summary>
        Replaced,
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
            addition.UseLogin(mode, options.LoginClientId);
        }

        return addition;
    }
}
