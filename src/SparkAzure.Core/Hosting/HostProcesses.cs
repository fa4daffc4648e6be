namespace SparkAzure.Core.Hosting;

/// <summary>Whether this host lets programs be started.</summary>
internal static class HostProcesses
{
    /// <summary>
    /// True in the cloud sandbox of Azure Automation, which starts no process. Az.Accounts and others tell it by this
    /// variable; where it is missing, starting fails with an error of its own.
    /// </summary>
    public static bool AreForbidden(Func<string, string?> environment) =>
        environment("AZUREPS_HOST_ENVIRONMENT")?.StartsWith(
            "AzureAutomation", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>
    /// Finds a program in the folders of PATH, and nowhere else: what lies in the current folder is nobody's choice.
    /// </summary>
    public static string? Find(string name, Func<string, string?> environment)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
