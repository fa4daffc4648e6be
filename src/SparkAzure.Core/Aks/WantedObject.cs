using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using k8s;
using k8s.Models;

namespace SparkAzure.Core.Aks;

/// <summary>An object that shall be there, whatever its kind.</summary>
internal interface IWantedObject
{
    /// <summary>Reads the one that is there.</summary>
    Task LookAsync(ApiServerClient client, ICaller caller, CancellationToken cancellationToken);

    /// <summary>Asks whether it is to be made, where nobody can be asked whether it is there.</summary>
    /// <returns>The plan; null where it is to be made.</returns>
    Task<SparkNamespaceObject?> PlanAsync(ICaller caller, CancellationToken cancellationToken);

    /// <summary>
    /// Makes it where it is not, completes it where it lacks something, leaves it alone where it is right. Call
    /// LookAsync before.
    /// </summary>
    Task<SparkNamespaceObject> EnsureAsync(
        ApiServerClient client, ICaller caller, CancellationToken cancellationToken);
}

/// <summary>An object of one kind that shall be there.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class WantedObject<T> : IWantedObject
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private const int Attempts = 3;

    private T? _found;
    private bool _isUnknown;

    /// <summary>The object as it is made.</summary>
    public required T Document { get; init; }

    /// <summary>Reads the one that is there.</summary>
    public required Func<IKubernetes, CancellationToken, Task<T>> Read { get; init; }

    /// <summary>Makes it.</summary>
    public required Func<IKubernetes, T, CancellationToken, Task<T>> Create { get; init; }

    /// <summary>
    /// Writes a completed one; refused with 409 when somebody else has changed it since it was read. Null for
    /// never.
    /// </summary>
    public Func<IKubernetes, T, CancellationToken, Task<T>>? Replace { get; init; }

    /// <summary>Adds what a present one lacks and leaves the rest; true when it lacked something.</summary>
    public Func<T, bool> Complete { get; init; } = _ => false;

    private string Kind => Document.Kind;

    private string Name => Document.Metadata.Name;

    private string Path => string.Join('/', new[] { Document.Metadata.NamespaceProperty, Name }.OfType<string>());

    /// <inheritdoc />
    public async Task LookAsync(ApiServerClient client, ICaller caller, CancellationToken cancellationToken)
    {
        try
        {
            _found = await client.FindAsync(Read, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception)
            when (Document is V1Namespace && ApiServerClient.StatusCode(exception) == 403)
        {
            // Who may not read namespaces (they are the cluster's) can still be at home in one: then its objects tell.
            caller.Verbose($"This credential may not read namespaces; '{Name}' is taken to be there.");
            _found = Document;
            _isUnknown = true;
        }
        catch (SparkAzureException exception) when (ApiServerClient.StatusCode(exception) == 403)
        {
            // That of jobs, which may not look at roles: what it may do is told by the rights alone.
            caller.Verbose($"This credential may not look at {Kind} '{Name}': {exception.InnerException?.Message}");
            _isUnknown = true;
        }
    }

    /// <inheritdoc />
    public async Task<SparkNamespaceObject?> PlanAsync(ICaller caller, CancellationToken cancellationToken)
    {
        if (await caller.ShouldProcessAsync($"{Kind} {Path}", "Create", cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return new SparkNamespaceObject { Kind = Kind, Name = Name, State = SparkNamespaceObjectState.Planned };
    }

    /// <inheritdoc />
    public async Task<SparkNamespaceObject> EnsureAsync(
        ApiServerClient client, ICaller caller, CancellationToken cancellationToken)
    {
        var target = $"{Kind} {Path} at {client.Server.Host}";
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var state = await EnsureOnceAsync(client, target, caller, cancellationToken).ConfigureAwait(false);
                return new SparkNamespaceObject { Kind = Kind, Name = Name, State = state };
            }
            catch (SparkAzureException exception)
                when (ApiServerClient.StatusCode(exception) == 409 && attempt < Attempts)
            {
                caller.Debug($"Somebody else changed {target} in between; read again.");
                await LookAsync(client, caller, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<SparkNamespaceObjectState> EnsureOnceAsync(
        ApiServerClient client, string target, ICaller caller, CancellationToken cancellationToken)
    {
        if (_isUnknown)
        {
            return SparkNamespaceObjectState.Unknown;
        }

        if (_found is null)
        {
            if (!await caller.ShouldProcessAsync(target, "Create", cancellationToken).ConfigureAwait(false))
            {
                return SparkNamespaceObjectState.Planned;
            }

            await client.CallAsync((api, stop) => Create(api, Document, stop), cancellationToken).ConfigureAwait(false);
            return SparkNamespaceObjectState.Created;
        }

        if (!Complete(_found) || Replace is null)
        {
            return SparkNamespaceObjectState.Present;
        }

        if (!await caller.ShouldProcessAsync(target, "Add what Spark needs", cancellationToken).ConfigureAwait(false))
        {
            return SparkNamespaceObjectState.Planned;
        }

        await client.CallAsync((api, stop) => Replace(api, _found, stop), cancellationToken).ConfigureAwait(false);
        return SparkNamespaceObjectState.Updated;
    }
}
