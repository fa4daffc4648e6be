using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Dss.Host;

/// <summary>Folders for what may hold secrets.</summary>
internal static class OwnersFolder
{
    /// <summary>Makes a folder for the owner of the data directory alone, also when root works for them.</summary>
    /// <exception cref="SparkAzureException">CannotWrite, DiskFull.</exception>
    public static void Make(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        try
        {
            var parent = Path.GetDirectoryName(path)!;
            Make(parent);
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
                return;
            }

            Directory.CreateDirectory(path, FileModes.OwnerOnly | UnixFileMode.UserExecute);
            FileOwner.Of(parent)?.ApplyTo(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }
}
