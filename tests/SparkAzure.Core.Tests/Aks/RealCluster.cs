using System.Diagnostics;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>
/// A real Kubernetes: a kubeconfig of an administrator in SPARKAZURE_TEST_KUBECONFIG, or the one-node cluster of
/// ../shared/cluster where root may start it. What runs already is used as it is, and nothing is stopped.
/// </summary>
internal static class RealCluster
{
    /// <summary>Why a test is skipped where there is none.</summary>
    public const string Lack = $"There is no Kubernetes: neither SPARKAZURE_TEST_KUBECONFIG nor {Program} as root.";

    private const string Program = "../shared/cluster/cluster";

    // Started once, whoever asks first.
    private static readonly Lazy<Task<string?>> Found = new(LookAsync);

    /// <summary>The kubeconfig of an administrator; null where there is no cluster.</summary>
    public static Task<string?> FindAsync() => Found.Value;

    private static async Task<string?> LookAsync()
    {
        if (Environment.GetEnvironmentVariable("SPARKAZURE_TEST_KUBECONFIG") is { Length: > 0 } given)
        {
            return given;
        }

        if (Place() is null || !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        return (await RunAsync("up")).Trim().Split('\n')[^1];
    }

    /// <summary>
    /// Runs kubectl on it; that an object is there already is no error. With a kubeconfig of somebody else's cluster it is
    /// this host's own.
    /// </summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var given = Environment.GetEnvironmentVariable("SPARKAZURE_TEST_KUBECONFIG");
        var start = new ProcessStartInfo(given is null ? Place()! : arguments[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in given is null ? arguments : [.. arguments.Skip(1), "--kubeconfig", given])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 || (await errors).Contains("already exists", StringComparison.Ordinal), $"{string.Join(' ', arguments)}: {await errors}");
        return output;
    }

    private static string? Place()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var place = Path.Combine(folder.FullName, Program);
            if (File.Exists(Path.Combine(folder.FullName, "SparkAzure.psd1")))
            {
                return File.Exists(place) ? Path.GetFullPath(place) : null;
            }
        }

        return null;
    }
}
