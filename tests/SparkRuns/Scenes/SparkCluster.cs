using SparkAzure.Runs.Java;

namespace SparkAzure.Runs.Scenes;

/// <summary>
/// A real Kubernetes of one node, on which executors run in pods. No image is built for them: the pods' image is a base with nothing but
/// Java, and the home comes from this machine's disk, as it is.
/// </summary>
internal sealed class SparkCluster
{
    /// <summary>The API server, as Spark is told of it.</summary>
    public const string Master = "k8s://https://127.0.0.1:6443";

    private const string Namespace = "sparkruns";

    // This machine, as pods see it.
    private const string Gateway = "10.244.0.1";

    private SparkCluster(string kubeConfig) => KubeConfig = kubeConfig;

    /// <summary>An administrator's kubeconfig.</summary>
    public string KubeConfig { get; }

    private static string? Program
    {
        get
        {
            var program = Path.Combine(Path.GetDirectoryName(JavaTools.SparkFolder) ?? "", "cluster", "cluster");
            return File.Exists(program) ? program : null;
        }
    }

    /// <summary>Starts it where it does not run, and gives it the images; null where there is none to start.</summary>
    /// <param name="folder">Where the images are written.</param>
    /// <param name="cancellationToken">Stops it between steps.</param>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static Task<SparkCluster?> UpAsync(string folder, CancellationToken cancellationToken) =>
        Task.Run(() => Up(folder, cancellationToken), cancellationToken);

    private static SparkCluster? Up(string folder, CancellationToken cancellationToken)
    {
        if (Program is not { } program)
        {
            return null;
        }

        var kubeConfig = JavaTools.Run([program, "up"]).Trim();
        foreach (var release in new[] { "8", "17" })
        {
            cancellationToken.ThrowIfCancellationRequested();
            var image = Path.Combine(folder, $"base{release}.tar");
            if (!File.Exists(image))
            {
                JavaTools.Run([Path.Combine(JavaTools.SparkFolder!, "spark"), "base", release, image]);
            }

            JavaTools.Run([program, "load", image]);
        }

        var known = JavaTools.Run([program, "kubectl", "get", "namespace", Namespace, "--ignore-not-found", "-o", "name"]);
        if (known.Length == 0)
        {
            JavaTools.Run([program, "kubectl", "create", "namespace", Namespace]);
        }

        return new SparkCluster(kubeConfig);
    }

    /// <summary>Adds the properties with which executors run in a pod.</summary>
    /// <param name="properties">The job's.</param>
    /// <param name="scene">The home.</param>
    /// <param name="machine">The driver's JVM; the executor's is of the same release.</param>
    /// <param name="own">The run's folder.</param>
    public static void Place(Dictionary<string, string> properties, SparkScene scene, JavaMachine machine, string own)
    {
        properties["spark.kubernetes.container.image"] = $"sparkazure.test/java:{machine.Release}";
        properties["spark.kubernetes.container.image.pullPolicy"] = "Never";
        properties["spark.kubernetes.namespace"] = Namespace;
        properties["spark.kubernetes.executor.request.cores"] = "100m";
        properties["spark.executor.instances"] = "1";
        properties["spark.executor.memory"] = "600m";
        properties["spark.driver.host"] = Gateway;
        properties["spark.driver.bindAddress"] = "0.0.0.0";

        // Where links of the home lead, too, by the paths that they have here.
        Mount(properties, "stock", scene.Stock.Folder, scene.Stock.Folder);
        Mount(properties, "home", scene.Home, scene.Home);
        Mount(properties, "own", own, own);
        Mount(properties, "opt", Opt(scene, own), "/opt");
        Mount(properties, "start", Start(own), "/usr/local/sbin");
    }

    private static void Mount(Dictionary<string, string> properties, string name, string from, string to)
    {
        var prefix = $"spark.kubernetes.executor.volumes.hostPath.{name}";
        properties[$"{prefix}.mount.path"] = to;
        properties[$"{prefix}.options.path"] = from;
    }

    // What the release's Dockerfile copies to /opt.
    private static string Opt(SparkScene scene, string own)
    {
        var folder = Directory.CreateDirectory(Path.Combine(own, "opt")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "spark"), scene.Home);
        var entry = Path.Combine(folder, "entrypoint.sh");
        File.Copy(Path.Combine(scene.Home, "kubernetes", "dockerfiles", "spark", "entrypoint.sh"), entry);
        Allow(entry);
        return folder;
    }

    // The base has no entry point, so the pod's argument is the command: a program "executor" that starts the release's.
    private static string Start(string own)
    {
        var folder = Directory.CreateDirectory(Path.Combine(own, "start")).FullName;
        var program = Path.Combine(folder, "executor");
        File.WriteAllText(program, $"""
            #!/bin/bash
            export SPARK_HOME=/opt/spark
            exec bash /opt/entrypoint.sh executor "$@" >>{own}/executor.txt 2>&1

            """);
        Allow(program);
        return folder;
    }

    private static void Allow(string file) => File.SetUnixFileMode(
        file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
}
