namespace SparkAzure.Core.Hosting;

/// <summary>Folders for what may hold secrets.</summary>
internal static class PrivateFolder
{
    /// <summary>0700: a folder that nobody but its owner has a business in.</summary>
    public const UnixFileMode Mode = FileModes.OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes a folder, and those above it, for the owner of the tree they come to lie in alone, also when root works for
    /// them.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="account">As whom root makes it; null for whom the path belongs to.</param>
    /// <exception cref="SparkAzureException">CannotWrite, DiskFull, DiskFailed.</exception>
    public static void Make(string path, UnixAccount? account = null)
    {
        // A path of one part has nothing above it.
        path = Path.GetFullPath(path);
        try
        {
            if (account is null || !FileOwner.IsRoot)
            {
                TreeOwner.Act(path, () => MakeThere(path));
            }
            else
            {
                account.Act(() => MakeThere(path));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }

    private static void MakeThere(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            // One by one: .NET would make those above it as open as the umask allows.
            MakeThere(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(path, Mode);
        }
    }
}
