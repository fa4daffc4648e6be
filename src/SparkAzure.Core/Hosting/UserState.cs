namespace SparkAzure.Core.Hosting;

/// <summary>
/// The user's state folder (XDG Base Directory Specification; local application data on Windows). What lies there is to
/// stay, and cannot be made again.
/// </summary>
internal static class UserState
{
    /// <summary>The module's folder for one kind of thing; null where the user has no home.</summary>
    /// <param name="kind">What is kept: <c>dss</c>.</param>
    /// <param name="environment">The variables.</param>
    public static string? Folder(string kind, Func<string, string?> environment)
    {
        if (StateFolder(environment) is { } state)
        {
            return Path.Combine(state, "SparkAzure", kind);
        }

        return null;
    }

    // A home that is not there, as service accounts have it, is none.
    private static string? StateFolder(Func<string, string?> environment)
    {
        if (environment("XDG_STATE_HOME") is { Length: > 0 } given && Path.IsPathRooted(given))
        {
            return given;
        }

        var (parent, below) = OperatingSystem.IsWindows()
            ? (Environment.SpecialFolder.LocalApplicationData, "")
            : (Environment.SpecialFolder.UserProfile, Path.Combine(".local", "state"));
        var home = Environment.GetFolderPath(parent);
        return Directory.Exists(home) ? Path.Combine(home, below) : null;
    }
}
