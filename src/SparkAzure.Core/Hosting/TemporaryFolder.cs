namespace SparkAzure.Core.Hosting;

/// <summary>A folder that only its owner can look into, gone with everything in it when it is disposed of.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private TemporaryFolder(string path) => Path = path;

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes one where the host keeps temporary files (TMPDIR).</summary>
    /// <exception cref="SparkAzureException">DiskFull, CannotWrite.</exception>
    public static TemporaryFolder Create()
    {
        try
        {
            Leftovers.RemoveFolders(System.IO.Path.GetTempPath());

            // On Unix its mode is 0700.
            return new TemporaryFolder(Directory.CreateTempSubdirectory(Leftovers.FolderPrefix).FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(System.IO.Path.GetTempPath(), exception);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else cleans up there, or holds a file open: what the caller came for is done.
        }
    }
}
