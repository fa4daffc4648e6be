using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// Remembers on disk what layers hold, one file per digest. A layer never changes, so neither does what is known of it;
/// a file that is damaged, or a folder that cannot be written, only means that the layer is read again.
/// </summary>
/// <param name="folder">The folder; null to remember nothing.</param>
internal sealed class LayerIndexCache(string? folder)
{
    /// <summary>The folder in the user's cache; null where there is none.</summary>
    public static string? DefaultFolder => UserCache.Folder("layers");

    /// <summary>What is known of a layer; null when nothing usable is.</summary>
    public async Task<LayerIndex?> FindAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            if (PathOf(digest) is { } path && File.Exists(path))
            {
                return LayerIndex.Read(
                    await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), digest);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            return null;
        }
    }

    /// <summary>Remembers a layer, if it can.</summary>
    public async Task KeepAsync(string digest, LayerIndex index, CancellationToken cancellationToken)
    {
        if (PathOf(digest) is not { } path)
        {
            return;
        }

        try
        {
            PrivateFolder.Make(Path.GetDirectoryName(path)!);
            await AtomicFile.WriteAsync(
                path,
                index.Bytes,
                FileModes.OwnerOnly,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            // The next run reads the layer once more.
        }
    }

    // A digest comes from a manifest: only one of the usual form becomes a file name.
    private string? PathOf(string digest)
    {
        if (folder is not null
            && digest.Length == 71
            && digest.StartsWith("sha256:", StringComparison.Ordinal)
            && digest.Skip(7).All(char.IsAsciiHexDigitLower))
        {
            return Path.Combine(folder, digest[7..] + ".bin");
        }

        return null;
    }
}
