using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks;

/// <summary>Which context leaves whose kubeconfig.</summary>
public sealed record AksCredentialRemovalOptions
{
    /// <summary>The context.</summary>
    public required string ContextName { get; init; }

    /// <summary>The kubeconfig; null for this account's own.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>From where a relative path in KUBECONFIG counts; null for the process's own folder.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The UNIX users whose ~/.kube/config are changed instead; others than this account's own need root.
    /// </summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>The context that becomes the current one where the removed one was; null for none.</summary>
    public string? CurrentContext { get; init; }

    /// <summary>How long to wait while another process changes the kubeconfig.</summary>
    public TimeSpan Patience { get; init; } = Turn.UsualPatience;

    /// <summary>Finds a user of the host; tests have users of their own.</summary>
    internal Func<string, UnixAccount?> FindAccount { get; init; } = UnixAccount.Find;
}

/// <summary>Takes credentials of clusters out of kubeconfigs; the way back from <see cref="AksCredentials"/>.</summary>
public static class AksCredentialRemovals
{
    /// <summary>Takes a context out of each kubeconfig, with the cluster and the user that no other context names.</summary>
    /// <exception cref="SparkAzureException">
    /// An id of KubernetesErrors; CannotRead, CannotWrite, DiskFull, NotAFile.
    /// </exception>
    public static async Task<IReadOnlyList<RemovedAksCredential>> RemoveAsync(
        AksCredentialRemovalOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        // All are worked out before the first is written: one that cannot be changed keeps the others as they are.
        var files = KubeConfigFile.Of(options.KubeConfig, options.Folder, options.Users, options.FindAccount);
        var removals = files.Select(f => (File: f, Removal: Plan(f, options))).ToList();
        var results = new List<RemovedAksCredential>();
        foreach (var (file, removal) in removals)
        {
            results.Add(await ApplyAsync(file, removal, options, caller, cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    private static async Task<RemovedAksCredential> ApplyAsync(
        KubeConfigFile file,
        KubeConfigRemoval removal,
        AksCredentialRemovalOptions options,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        if (removal.Removed.Count == 0)
        {
            caller.Verbose($"The kubeconfig '{file.Path}' has no context '{options.ContextName}'.");
            return Describe(file, removal, options);
        }

        var action = $"Remove {string.Join(", ", removal.Removed)} from it";
        if (!await caller.ShouldProcessAsync(file.Path, action, cancellationToken).ConfigureAwait(false))
        {
            return Describe(file, removal, options) with { Planned = true };
        }

        // Read, changed and written under the lock: else what another writes in between is lost.
        using var held = await file.LockAsync(options.Patience, caller, cancellationToken).ConfigureAwait(false);
        removal = Plan(file, options);
        if (removal.Removed.Count == 0)
        {
            return Describe(file, removal, options);
        }

        await file.WriteAsync(removal.Text, cancellationToken).ConfigureAwait(false);
        caller.Verbose($"Removed {string.Join(", ", removal.Removed)} from {file.Path}");
        if (file.KeepsContext(options.ContextName))
        {
            caller.Warning(
                $"'{file.FormerPath}' still has context '{options.ContextName}' and its secret, from when " +
                $"Import-AksCredential -Force replaced an entry. Delete the file where nobody needs it.");
        }

        if (removal is { WasCurrent: true, CurrentContext: null })
        {
            caller.Warning(
                $"'{options.ContextName}' was the current context of '{file.Path}', which has none now. Choose one " +
                $"with 'kubectl config use-context …', or give -CurrentContext.");
        }

        return Describe(file, removal, options) with { Changed = true };
    }

    private static KubeConfigRemoval Plan(KubeConfigFile file, AksCredentialRemovalOptions options) =>
        KubeConfigRemoval.Of(file.Path, file.Read(), options.ContextName, options.CurrentContext);

    private static RemovedAksCredential Describe(
        KubeConfigFile file, KubeConfigRemoval removal, AksCredentialRemovalOptions options) => new()
    {
        ClusterName = removal.Cluster,
        KubeConfig = file.Path,
        User = file.User,
        Context = options.ContextName,
        Removed = removal.Removed,
        Kept = removal.Kept,
        CurrentContext = removal.CurrentContext,
    };
}
