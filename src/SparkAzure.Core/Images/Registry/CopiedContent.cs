using System.Formats.Tar;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Images.Registry;

/// <summary>Compares what COPY would bring with what an image has.</summary>
internal static class CopiedContent
{
    /// <summary>Whether an image has it already; modes and owners do not count.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<bool> IsSameAsync(TarItem item, ImageFile? standing, CancellationToken cancellationToken)
    {
        if (item.Type == TarEntryType.SymbolicLink)
        {
            return standing?.LinkTarget == item.LinkTarget;
        }

        if (standing is null || item.Type != TarEntryType.RegularFile)
        {
            return standing is not null;
        }

        return standing.IsFile
            && standing.Size == item.Length
            && standing.Sha256 == await HashAsync(item, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The SHA-256 of an entry's content.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<string> HashAsync(TarItem item, CancellationToken cancellationToken)
    {
        if (item.Sha256 is { } known)
        {
            return known;
        }

        if (item.Path is null)
        {
            return ContentDigest.Of(item.Content)[ContentDigest.Prefix.Length..];
        }

        return await FileHash.OfAsync(item.Path, cancellationToken).ConfigureAwait(false);
    }
}
