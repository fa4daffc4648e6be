using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// Remembers on disk what layers hold, one file per digest. A layer never changes, so neither does what is known of it;
/// a file that is damaged, or a folder that cannot be written, only means that the layer is read again.
/// </summary>
/// <param name="folder">The folder; null to remember nothing.</param>
internal sealed class LayerIndexCache(string? folder)
{
    /// <summary>
    /// The user's cache folder (XDG Base Directory Specification; local application data on Windows); null where there
    /// is none.
    /// </summary>
    public static string? DefaultFolder
    {
        get
        {
            var cache = CacheFolder;
            if (cache.Length > 0)
            {
                return Path.Combine(cache, "SparkAzure", "layers");
            }

            return null;
        }
    }

    private static string CacheFolder
    {
        get
        {
            if (OperatingSystem.IsWindows())
            {
                return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            }

            if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given
                && Path.IsPathRooted(given))
            {
                return given;
            }

            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (home.Length > 0)
            {
                return Path.Combine(home, ".cache");
            }

            return "";
        }
    }

    /// <summary>What is known of a layer; null when nothing usable is.</summary>
    public async Task<LayerIndex?> FindAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            if (PathOf(digest) is { } path && File.Exists(path))
            {
                return LayerIndex.Read(
                    await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), digest);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
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
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
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
