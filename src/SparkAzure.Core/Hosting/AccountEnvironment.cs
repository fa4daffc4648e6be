namespace SparkAzure.Core.Hosting;

/// <summary>
/// What a program that root starts as another account gets to see of root's environment: next to nothing, as with
/// sudo's env_reset. Root's variables hold secrets (AZURE_CLIENT_SECRET, IDENTITY_HEADER), open doors (SSH_AUTH_SOCK) and
/// lead to root's files (KUBECONFIG, HOME), and the account can read them in /proc.
/// </summary>
internal static class AccountEnvironment
{
    /// <summary>What sudo gives where root's own PATH has nothing (Debian's secure_path).</summary>
    private const string SecurePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly string[] Passing = ["LANG", "LANGUAGE", "TERM", "TZ"];

    /// <summary>Leaves what passes, and says who and where the account is.</summary>
    public static void Reset(IDictionary<string, string?> environment, UnixAccount account)
    {
        var passed = environment.Where(v => Passes(v.Key)).ToList();
        var path = SanePath(environment.TryGetValue("PATH", out var own) ? own : null);
        environment.Clear();
        foreach (var (name, value) in passed)
        {
            environment[name] = value;
        }

        environment["PATH"] = path;
        environment["HOME"] = account.Home;
        environment["USER"] = account.Name;
        environment["LOGNAME"] = account.Name;
        environment["SHELL"] = account.Shell;
    }

    private static bool Passes(string name) =>
        Passing.Contains(name, StringComparer.Ordinal) || name.StartsWith("LC_", StringComparison.Ordinal);

    private static string SanePath(string? path)
    {
        var folders = (path ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified);
        var sane = string.Join(':', folders);
        return sane.Length > 0 ? sane : SecurePath;
    }
}
