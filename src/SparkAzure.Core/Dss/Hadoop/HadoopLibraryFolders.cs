using System.Security.Cryptography;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.Hadoop;

/// <summary>Where a kit has its standalone Hadoop libraries, and whether those of an archive lie there.</summary>
/// <param name="OfFlavour">The folder of the line's flavour, as DSS 5.1 unpacks.</param>
/// <param name="Flat">The folder above it, as DSS 8 unpacks.</param>
/// <param name="Reader">As whom root looks into them; null for this process's own account.</param>
internal sealed record HadoopLibraryFolders(string OfFlavour, string Flat, UnixAccount? Reader)
{
    /// <summary>The folders of a kit.</summary>
    public static HadoopLibraryFolders Of(string kit, HadoopLine line, UnixAccount? reader)
    {
        var libraries = Path.Combine(kit, "hadoop-standalone-libs");
        return new HadoopLibraryFolders(Path.Combine(libraries, line.Flavour), libraries, reader);
    }

    /// <summary>The folder that a DSS is expected to unpack to; a forecast.</summary>
    public string UsedBy(DssInstallation dss)
    {
        if (ReleaseNumber.Parse(dss.Version) < DssLimits.FirstWithFlatLibraries)
        {
            return OfFlavour;
        }

        return Flat;
    }

    /// <summary>The folder that holds the files of an archive and no others; null when neither does.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public async Task<string?> FindAsync(HadoopArchive archive, CancellationToken cancellationToken)
    {
        foreach (var folder in new[] { OfFlavour, Flat }.Where(Directory.Exists))
        {
            try
            {
                if (await HoldsAsync(folder, archive, cancellationToken).ConfigureAwait(false))
                {
                    return folder;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw HostErrors.CannotRead(folder, exception);
            }
        }

        return null;
    }

    // Exactly the archive's files: a jar too many would be copied along, one too few is missing.
    private async Task<bool> HoldsAsync(
        string folder, HadoopArchive archive, CancellationToken cancellationToken)
    {
        if (!AsReader(() => LooksLike(folder, archive)))
        {
            return false;
        }

        foreach (var wanted in archive.Files.Where(f => f.LinkTarget is null))
        {
            if (!await HasHashAsync(Path.Combine(folder, wanted.Name), wanted.Sha256, cancellationToken)
                .ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private static bool LooksLike(string folder, HadoopArchive archive)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        var files = new DirectoryInfo(folder).EnumerateFiles("*", everything)
            .ToDictionary(f => Path.GetRelativePath(folder, f.FullName).Replace('\\', '/'), StringComparer.Ordinal);
        return files.Count == archive.Files.Count
            && archive.Files.All(f => LooksLike(f, files.GetValueOrDefault(f.Name)));
    }

    private static bool LooksLike(HadoopArchiveFile wanted, FileInfo? there)
    {
        if (there is null || there.LinkTarget != wanted.LinkTarget)
        {
            return false;
        }

        return there.LinkTarget is not null || there.Length == wanted.Length;
    }

    private T AsReader<T>(Func<T> work)
    {
        if (Reader is null)
        {
            return work();
        }

        return Reader.Act(work);
    }

    private async Task<bool> HasHashAsync(string path, string sha256, CancellationToken cancellationToken)
    {
        var stream = RegularFile.OpenStream(path, Reader);
        await using (stream.ConfigureAwait(false))
        {
            var hash = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
            return string.Equals(Convert.ToHexString(hash), sha256, StringComparison.OrdinalIgnoreCase);
        }
    }
}
