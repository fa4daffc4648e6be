using System.Diagnostics;
using System.Net;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Benchmarks;

/// <summary>Get-AksApiServer's call in a warm session beside az aks show at the same address, and Import-Module beside a bare pwsh.</summary>
internal sealed class AksBenchmarks(int runs)
{
    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sparkazure-aks-").FullName;
        try
        {
            await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
            azure.AddCluster(new StandInCluster(azure.AddSubscription("Data platform"), "rg-data", "spark"));
            var ours = await OursAsync(azure);
            Tell("Get-AksApiServer (the call, warm session, token given)", ours);
            var theirs = Theirs(azure, folder);
            if (theirs is not null)
            {
                Tell("az aks show", theirs);
                Console.WriteLine($"{Median(theirs) / Median(ours):0} times as fast");
            }

            Modules();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<double[]> OursAsync(AzureStandIn azure)
    {
        using var handler = azure.Certificate.CreateTrustingHandler();
        var access = new AzureAccess { ResourceManagerEndpoint = azure.Endpoint, AccessToken = new NetworkCredential("", azure.AccessToken).SecurePassword, Handler = handler };
        var query = new AksQuery { ResourceGroupName = "rg-data", ClusterName = "spark" };
        return await TimesAsync(runs, () => AksClusters.GetApiServersAsync(query, access, new QuietCaller(), CancellationToken.None));
    }

    private double[]? Theirs(AzureStandIn azure, string folder)
    {
        azure.Certificate.WriteAuthority(Path.Combine(folder, "ca.pem"));
        var endpoint = azure.Endpoint.OriginalString;
        bool Az(params string[] arguments) => Run("az", folder, [.. arguments, "-o", "none", "--only-show-errors"]);
        if (!Az("cloud", "register", "-n", "sandbox", "--endpoint-resource-manager", endpoint, "--endpoint-active-directory", endpoint + "/adfs", "--endpoint-active-directory-resource-id", endpoint, "--endpoint-active-directory-graph-resource-id", azure.GraphEndpoint.OriginalString)
            || !Az("cloud", "set", "-n", "sandbox")
            || !Az("login", "--service-principal", "-u", azure.ClientId, "-p", azure.ClientSecret, "-t", azure.TenantId))
        {
            Console.WriteLine("az aks show: not measured, the Azure CLI is not here or does not sign in");
            return null;
        }

        return Times(runs, () => Az("aks", "show", "-g", "rg-data", "-n", "spark"));
    }

    private void Modules()
    {
        var module = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../out/SparkAzure"));
        if (!Directory.Exists(module) || !Run("pwsh", null, ["-NoProfile", "-NonInteractive", "-Command", "exit 0"]))
        {
            Console.WriteLine("Import-Module: not measured, pwsh or the staged module is not here");
            return;
        }

        var bare = Times(runs, () => Run("pwsh", null, ["-NoProfile", "-NonInteractive", "-Command", "exit 0"]));
        var loaded = Times(runs, () => Run("pwsh", null, ["-NoProfile", "-NonInteractive", "-Command", $"Import-Module '{module}'; exit 0"]));
        Tell("pwsh", bare);
        Tell("pwsh with Import-Module SparkAzure", loaded);
        Console.WriteLine($"Import-Module costs {Median(loaded) - Median(bare):0} ms");
    }

    private static bool Run(string program, string? folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (folder is not null)
        {
            start.Environment["AZURE_CONFIG_DIR"] = Path.Combine(folder, "azure");
            start.Environment["REQUESTS_CA_BUNDLE"] = Path.Combine(folder, "ca.pem");
            start.Environment["AZURE_CORE_COLLECT_TELEMETRY"] = "no";
        }

        try
        {
            using var process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static double[] Times(int runs, Func<bool> work) => TimesAsync(runs, () => Task.FromResult(work())).GetAwaiter().GetResult();

    // One run before that does not count.
    private static async Task<double[]> TimesAsync<T>(int runs, Func<Task<T>> work)
    {
        await work();
        var times = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            var watch = Stopwatch.StartNew();
            await work();
            times[i] = watch.Elapsed.TotalMilliseconds;
        }

        return times;
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

    private static void Tell(string what, double[] times) => Console.WriteLine($"{what}: median {Median(times):0.0} ms, fastest {times.Min():0.0}, slowest {times.Max():0.0}, {times.Length} runs");
}
