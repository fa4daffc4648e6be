using System.Management.Automation;

namespace SparkAzure.Completion;

/// <summary>A path as it stands on a command line that is being completed.</summary>
internal static class TypedPath
{
    /// <summary>
    /// Resolves it as the cmdlet will: a completer has no session state, only a nested command knows location and
    /// drives.
    /// </summary>
    /// <returns>
    /// Null where nothing was typed or it cannot be resolved: completion then offers nothing, and the cmdlet says why.
    /// </returns>
    public static string? Resolve(object? typed)
    {
        if (typed?.ToString() is not { Length: > 0 } path)
        {
            return null;
        }

        try
        {
            using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
            return shell
                .AddScript("$ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($args[0])")
                .AddArgument(path)
                .Invoke<string>()
                .Single();
        }
        catch (Exception exception) when (exception is RuntimeException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }
}
