using k8s;
using k8s.Models;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Oci;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>The images that nodes have pulled, as their status lists them.</summary>
internal static class NodeImages
{
    private const int Forbidden = 403;

    /// <summary>
    /// The nodes that have another image under the name of this one; null where the credential may not look at nodes. A
    /// node lists its fifty largest images (kubelet, nodeStatusMaxImages), and a name stands beside the digests it has.
    /// </summary>
    public static async Task<IReadOnlyList<string>?> StaleAsync(
        ApiServerClient api, ImageFacts image, CancellationToken cancellationToken)
    {
        try
        {
            var nodes = await api
                .CallAsync((library, stop) => library.CoreV1.ListNodeAsync(cancellationToken: stop), cancellationToken)
                .ConfigureAwait(false);
            return
            [
                .. (nodes.Items ?? [])
                    .Where(n => (n.Status?.Images ?? []).Any(i => IsOther(i, image)))
                    .Select(n => n.Metadata?.Name ?? "?"),
            ];
        }
        catch (SparkAzureException error) when (ApiServerClient.StatusCode(error) == Forbidden)
        {
            return null;
        }
    }

    // Digests in a node's list are those that the registry gave for the name when it was pulled.
    private static bool IsOther(V1ContainerImage there, ImageFacts image)
    {
        var names = there.Names ?? [];
        var isNamed = names.Any(n => ImageReference.TryParse(n) is { Digest: null } named
            && named.Registry.Host == image.Parsed.Registry.Host
            && named.Repository == image.Parsed.Repository
            && named.Tag == image.Parsed.Tag);
        var digests = names.Select(n => ImageReference.TryParse(n)?.Digest).OfType<string>().ToList();
        return isNamed && digests.Count > 0 && !digests.Contains(image.Digest);
    }
}
