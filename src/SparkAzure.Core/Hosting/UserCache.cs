namespace SparkAzure.Core.Hosting;

/// <summary>
/// The user's cache folder (XDG Base Directory Specification; local application data on Windows). What lies there can be
/// made again.
/// </summary>
internal static class UserCache
{
    /// <summary>The module's folder for one kind of thing; null where there is no cache folder.</summary>
    /// <param name="kind">What is kept: <c>layers</c>.</param>
    public static string? Folder(string kind)
    {
        var cache = CacheFolder;
        if (cache.Length > 0)
        {
            return Path.Combine(cache, "SparkAzure", kind);
        }

        return null;
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
}
