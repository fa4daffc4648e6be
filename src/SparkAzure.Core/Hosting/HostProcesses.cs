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
            .FirstOrDefault(IsProgram);
    }

    /// <summary>As <see cref="Find"/>; an absolute path is what it is.</summary>
    /// <exception cref="SparkAzureException">ProgramNotFound.</exception>
    public static string Require(string program)
    {
        if (Path.IsPathFullyQualified(program))
        {
            return program;
        }

        // A relative path would count from the current folder, which is nobody's choice either.
        var found = program.Contains('/', StringComparison.Ordinal)
            ? null
            : Find(program, Environment.GetEnvironmentVariable);
        return found ?? throw HostErrors.ProgramNotFound(program);
    }

    // A file that may not be run is passed over, as execvp(3) and shells do.
    private static bool IsProgram(string path)
    {
        const UnixFileMode Runs = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Runs) != 0);
    }
}
