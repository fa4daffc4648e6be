using SparkAzure.Core.Aks;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>The commands that change a document, each as a step from one state of it to the next.</summary>
internal static class DocumentChanges
{
    /// <summary>The account key of the connection; its text must never be lost.</summary>
    public static readonly string Key = Convert.ToBase64String(new byte[64]);

    public static string KubeConfigIn(string folder) => Path.Combine(folder, "kube", "config");

    public static string DockerfileOf(string home) => Path.Combine(home, "kubernetes", "dockerfiles", "spark", "Dockerfile");

    /// <summary>Goes from state to state until the process is killed; at most a minute.</summary>
    public static async Task WithoutEndAsync(string document, string folder)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (var step = 0; !limit.IsCancellationRequested; step++)
        {
            await StepAsync(document, folder, step);
        }
    }

    /// <summary>One step; the steps 0 and 1 lead to the two states between which it goes on.</summary>
    public static Task StepAsync(string document, string folder, int step) => document switch
    {
        "spark-config" => ConfigureAsync(folder, step),
        "spark-config-removal" => ConfigureAnewAsync(folder, step),
        "connection" => ConnectAsync(folder, step),
        "dockerfile" => EditAsync(folder, step),
        "kubeconfig" => SignInAsync(folder, step),
        _ => throw new ArgumentException(document),
    };

    private static async Task ConfigureAsync(string folder, int step)
    {
        var options = new SparkConfigOptions { ExecutorMemory = step % 2 == 0 ? "2g" : "4g" };
        await SparkConfig.SetAsync(Address(folder), options, new RecordingCaller(), CancellationToken.None);
    }

    private static async Task ConfigureAnewAsync(string folder, int step)
    {
        var backup = Path.Combine(folder, "kept.json");
        var isThere = SparkConfig.NamesIn(Address(folder).DataDirectory!).Contains("default");
        if (step % 2 == 0)
        {
            // A run that was killed may have taken it out already, and then this file alone has it.
            if (!isThere)
            {
                return;
            }

            File.Delete(backup);
            var removal = new SparkConfigRemoval { Name = "default", BackupPath = backup, Force = true };
            await SparkConfig.RemoveAsync(Address(folder), removal, new RecordingCaller(), CancellationToken.None);
            return;
        }

        if (isThere)
        {
            return;
        }

        var options = new SparkConfigOptions { Create = true, FromFile = backup };
        await SparkConfig.SetAsync(Address(folder), options, new RecordingCaller(), CancellationToken.None);
    }

    private static async Task ConnectAsync(string folder, int step)
    {
        var caller = new RecordingCaller();
        if (step == 0)
        {
            var options = new AdlsConnectionOptions { Name = "lake", Account = "acct", FileSystem = "data", AccountKey = Dss.Secret.Of(Key) };
            await AdlsConnectionWriter.NewAsync(Address(folder), options, caller, CancellationToken.None);
        }

        var removed = await AdlsConnectionStore.RemoveAsync(Address(folder), "lake", caller, CancellationToken.None);
        await AdlsConnectionStore.RestoreAsync(Address(folder), removed.RestorePoint!, caller, CancellationToken.None);
    }

    private static async Task EditAsync(string folder, int step)
    {
        var path = DockerfileOf(folder);
        var former = await File.ReadAllTextAsync(path + ".former");
        if (step % 2 == 0)
        {
            await File.WriteAllTextAsync(path + ".back", former);
            File.Move(path + ".back", path, overwrite: true);
            return;
        }

        await SparkDockerfileEditor.EditAsync(folder, repair: false, new RecordingCaller(), CancellationToken.None);
    }

    private static async Task SignInAsync(string folder, int step)
    {
        var file = KubeConfigFile.At(KubeConfigIn(folder));
        using var held = await file.LockAsync(TimeSpan.Zero, new RecordingCaller(), CancellationToken.None);
        await file.WriteAsync($"token: {new string(step % 2 == 0 ? 'a' : 'b', 1 << 16)}\n", CancellationToken.None);
    }

    private static DssAddress Address(string folder) => new() { DataDirectory = folder };
}
