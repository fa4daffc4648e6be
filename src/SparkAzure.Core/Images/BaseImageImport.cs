using SparkAzure.Core.Azure.ContainerRegistry;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;


namespace SparkAzure.Core.Images;

/// <summary>
/// Lets Azure Container Registry fetch a base image itself (importImage), so that its layers do not pass through this
/// host. The image goes under a prefix of its own, tagged with its digest: what was imported once is found again, and
/// nothing that stands there is replaced.
/// </summary>
internal sealed class BaseImageImport(PublishPlan plan, RegistryClient target, ICaller caller)
{
    /// <summary>Under which repositories of the target imported images are.</summary>
    public const string Prefix = "sparkazure/base";

    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Brings an image into the target, where that is a registry of Azure and Resource Manager allows it.
    /// </summary>
    /// <param name="image">The image, elsewhere.</param>
    /// <param name="source">The registry in which it is.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The image in the target; null when it has to be read where it is.</returns>
    public async Task<ImageReference?> TryAsync(
        ImageReference image, RegistryClient source, CancellationToken cancellationToken)
    {
        if (image.Registry.Host == target.Registry.Host || !IsWorthAsking)
        {
            return null;
        }

        try
        {
            var digest = image.Digest
                ?? await source.ResolveAsync(image.Repository, image.Manifest, RegistryClient.Pull(image.Repository), cancellationToken).ConfigureAwait(false);
            if (digest is null)
            {
                return null;
            }

            var repository = $"{Prefix}/{image.Registry.Host.Replace(':', '-').ToLowerInvariant()}/{image.Repository}";
            var imported = ImageReference.Parse($"{target.Registry.Host}/{repository}:{digest.Replace(':', '-')}");
            if (await IsThereAsync(imported, digest, cancellationToken).ConfigureAwait(false))
            {
                caller.Verbose($"{image} is in {target.Registry.Host} already, as {imported}.");
                return imported;
            }

            var acr = await AcrRegistry.FindAsync(plan.Options, plan.Registry, caller, cancellationToken)
                .ConfigureAwait(false);
            if (!await caller
                .ShouldProcessAsync(
                    imported.ToString(), $"Import the base image {image} within Azure", cancellationToken)
                .ConfigureAwait(false))
            {
                return null;
            }

            caller.Verbose($"{target.Registry.Host} imports {image}.");
            var content = new ContainerRegistryImportImageContent(
                new(image.Registry.Host, $"{image.Repository}@{digest}"), [$"{imported.Repository}:{imported.Tag}"]);
            await acr.Client.ImportImageAsync(acr.Data, content, TimeLimit, cancellationToken).ConfigureAwait(false);
            if (await IsThereAsync(imported, digest, cancellationToken).ConfigureAwait(false))
            {
                return imported;
            }

            return null;
        }
        catch (SparkAzureException exception)
        {
            caller.Verbose(
                $"The base image {image} passes through this host, as {target.Registry.Host} cannot import it: " +
                $"{exception.Message}");
            return null;
        }
    }

    // Who gives a password for the registry and nothing else has, as far as is known, no account at Resource Manager to
    // ask with.
    private bool IsWorthAsking => AcrRegistry.IsAzure(plan.Options, plan.Registry)
        && (plan.Options.Access is { Credential: null } or { SubscriptionId: not null } or { ResourceManagerEndpoint: not null } || plan.Options.ResourceGroupName is not null);

    private async Task<bool> IsThereAsync(
        ImageReference imported, string digest, CancellationToken cancellationToken) =>
        await target
            .ResolveAsync(
                imported.Repository, imported.Tag!, RegistryClient.Pull(imported.Repository), cancellationToken)
            .ConfigureAwait(false) == digest;
}
