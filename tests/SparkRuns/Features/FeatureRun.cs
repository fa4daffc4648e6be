using System.Diagnostics;
using System.Text;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;
using SparkAzure.Runs.StandIns;

namespace SparkAzure.Runs.Features;

/// <summary>Runs features of a Spark in a JVM.</summary>
/// <param name="scene">The home.</param>
/// <param name="machine">The JVM.</param>
/// <param name="folder">Where runs keep what they write; each has a folder of its own in it.</param>
/// <param name="storage">The storage accounts; null where no feature asks for them.</param>
/// <param name="cluster">The Kubernetes; null where no feature needs it.</param>
internal sealed class FeatureRun(
    SparkScene scene, JavaMachine machine, string folder, StorageStandIn? storage, SparkCluster? cluster = null)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    // A JVM that compiles all that it enters takes its time.
    private static readonly TimeSpan LongestForMethods = TimeSpan.FromMinutes(15);

    // A driver one of whose threads has ended may wait for that thread for ever.
    private static readonly TimeSpan AfterThreadEnded = TimeSpan.FromSeconds(20);

    // A JVM of half a minute: what better code costs, it does not gain.
    private static readonly string[] Short = ["-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

    private static readonly string[] Opened =
    [
        "java.base/java.lang", "java.base/java.lang.invoke", "java.base/java.lang.reflect", "java.base/java.io", "java.base/java.net",
        "java.base/java.nio", "java.base/java.util", "java.base/java.util.concurrent", "java.base/java.util.concurrent.atomic",
        "java.base/jdk.internal.ref", "java.base/sun.nio.ch", "java.base/sun.nio.cs", "java.base/sun.security.action",
        "java.base/sun.util.calendar", "java.security.jgss/sun.security.krb5",
    ];

    private static int _count;

    /// <summary>Runs a feature and tells what came of it.</summary>
    /// <param name="job">The feature.</param>
    /// <param name="mode">Where its executors are.</param>
    /// <param name="cancellationToken">Ends the JVM.</param>
    /// <exception cref="InvalidOperationException">The feature needs storage accounts or a cluster, and there are none.</exception>
    public Task<FeatureOutcome> RunAsync(FeatureJob job, RunMode mode, CancellationToken cancellationToken) =>
        RunAsync(job, mode, JvmWatch.Nothing, cancellationToken);

    /// <summary>Runs a feature, watches its JVM, and tells what came of it.</summary>
    /// <param name="job">The feature.</param>
    /// <param name="mode">Where its executors are; where they have a JVM of their own on this machine, it is watched.</param>
    /// <param name="watch">What for.</param>
    /// <param name="cancellationToken">Ends the JVM.</param>
    /// <exception cref="InvalidOperationException">The feature needs storage accounts or a cluster, and there are none.</exception>
    public async Task<FeatureOutcome> RunAsync(FeatureJob job, RunMode mode, JvmWatch watch, CancellationToken cancellationToken)
    {
        var own = OwnFolder(job);
        var jar = JobJar.Of(scene.Stock, scene.Version, machine, folder);
        var start = Command(job, mode, watch, own, jar);
        var clock = Stopwatch.StartNew();
        var longest = watch == JvmWatch.Methods ? LongestForMethods : Longest;
        var (output, ended) = await FollowAsync(start, longest, cancellationToken);
        output += ExecutorOutput(own);
        await File.WriteAllTextAsync(Path.Combine(own, "output.txt"), output, cancellationToken);
        var worked = ended && output.Split('\n').Any(l => l.TrimEnd() == "FEATURE ok");
        return new FeatureOutcome(
            worked,
            worked ? null : Throwables.Deciding(output) ?? Silent(ended, longest, output),
            Throwables.In(output),
            Directory.GetFiles(own, "driver.log"),
            Directory.GetFiles(own, "executor-*.log"),
            output,
            clock.Elapsed);
    }

    private string OwnFolder(FeatureJob job)
    {
        string own;
        do
        {
            own = Path.Combine(folder, $"{Interlocked.Increment(ref _count):D4}-{job.Feature}");
        }
        while (Directory.Exists(own));
        Directory.CreateDirectory(own);
        return own;
    }

    private static string Silent(bool ended, TimeSpan longest, string output)
    {
        if (!ended)
        {
            return $"nothing within {longest.TotalMinutes:F0} minutes";
        }

        return "it ended without a word: " + output.TrimEnd().Split('\n')[^1];
    }

    private ProcessStartInfo Command(FeatureJob job, RunMode mode, JvmWatch watch, string own, string jar)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = own };
        if (job.AsksStorage)
        {
            Storage.NameAccounts(start.ArgumentList, Path.Combine(own, "hosts"));
        }

        var options = machine.Command
            .Concat(Short)
            .Concat(ModuleOptions())
            .Concat(JvmOptions.For(OfDriver(watch, mode), machine.Release, Path.Combine(own, "driver.log")))
            .Concat(Properties(job, mode, watch, own, jar).Select(p => $"-D{p.Key}={p.Value}"))
            .Concat(["-cp", string.Join(':', scene.Jars.Prepend(jar)), job.Main])
            .Concat(SubmitOptions(job, mode))
            .Concat(job.Arguments.Select(a => ArgumentOf(a, own)));
        foreach (var option in options)
        {
            start.ArgumentList.Add(option);
        }

        start.FileName = start.ArgumentList[0];
        start.ArgumentList.RemoveAt(0);
        start.Environment["SPARK_HOME"] = scene.Home;
        start.Environment["SPARK_LOCAL_IP"] = "127.0.0.1";
        start.Environment["JAVA_HOME"] = machine.Home;
        if (mode == RunMode.Cluster)
        {
            start.Environment["KUBECONFIG"] = Cluster.KubeConfig;
        }

        if (job.IsPython)
        {
            start.Environment["PYSPARK_PYTHON"] = PythonTools.For(scene.Version)
                ?? throw new InvalidOperationException($"pyenv has no Python for Spark {scene.Version}.");
            start.Environment["PYTHONPATH"] = PythonPath();
        }

        return start;
    }

    private SparkCluster Cluster =>
        cluster ?? throw new InvalidOperationException("the feature needs a Kubernetes, and there is none.");

    private StorageStandIn Storage =>
        storage ?? throw new InvalidOperationException("the feature asks storage accounts, and nothing plays them.");

    private IEnumerable<string> ModuleOptions()
    {
        if (machine.Release == 8)
        {
            return [];
        }

        return Opened.Select(p => $"--add-opens={p}=ALL-UNNAMED").Append("-Djdk.reflect.useDirectMethodHandle=false");
    }

    private Dictionary<string, string> Properties(
        FeatureJob job, RunMode mode, JvmWatch watch, string own, string jar)
    {
        var properties = new Dictionary<string, string>
        {
            ["sparkruns.folder"] = own,
            ["java.io.tmpdir"] = own,
            ["spark.master"] = Master(mode),
            ["spark.ui.port"] = "0",
            ["spark.driver.host"] = "127.0.0.1",
            ["spark.sql.shuffle.partitions"] = "4",
        };
        var executorOptions = JvmOptions.For(OfExecutor(watch, mode), machine.Release, Path.Combine(own, "executor-%p.log")).ToList();
        if (job.AsksStorage)
        {
            foreach (var (name, value) in Storage.Properties)
            {
                properties[name] = value;
            }

            executorOptions.AddRange(Storage.TrustProperties.Select(p => $"-D{p.Key}={p.Value}"));
            foreach (var (name, value) in Storage.TrustProperties)
            {
                properties[name] = value;
            }
        }

        if (mode != RunMode.Local)
        {
            properties["spark.executor.extraJavaOptions"] = string.Join(' ', executorOptions);
            properties["sparkruns.jars"] = string.Join(':', scene.Jars);
            properties["sparkruns.executor.options"] = string.Join(' ', ModuleOptions().Append($"-Djava.io.tmpdir={own}"));
            if (!job.IsPython)
            {
                properties["spark.jars"] = jar;
            }
        }

        if (mode == RunMode.Cluster)
        {
            SparkCluster.Place(properties, scene, machine, own);
        }

        return properties;
    }

    // The driver of an executor that is watched does what it does in local mode, which is watched by itself.
    private static JvmWatch OfDriver(JvmWatch watch, RunMode mode)
    {
        if (mode == RunMode.OwnExecutor)
        {
            return JvmWatch.Nothing;
        }

        return watch;
    }

    // A pod is too small for the code of all that an executor enters.
    private static JvmWatch OfExecutor(JvmWatch watch, RunMode mode)
    {
        if (mode == RunMode.Cluster && watch == JvmWatch.Methods)
        {
            return JvmWatch.Nothing;
        }

        return watch;
    }

    // spark-submit makes up a master where it is not given one.
    private static IEnumerable<string> SubmitOptions(FeatureJob job, RunMode mode)
    {
        if (!job.IsPython)
        {
            return [];
        }

        return ["--master", Master(mode)];
    }

    private static string Master(RunMode mode) => mode switch
    {
        RunMode.Local => "local[2]",
        RunMode.OwnExecutor => "local-onehost",
        _ => SparkCluster.Master,
    };

    private string PythonPath()
    {
        var python = Path.Combine(scene.Home, "python");
        return string.Join(':', Directory.GetFiles(Path.Combine(python, "lib"), "py4j-*.zip").Prepend(python));
    }

    private static string ArgumentOf(string argument, string own)
    {
        if (argument.StartsWith('{'))
        {
            var name = argument.Trim('{', '}');
            return JobJar.Write(own, Path.GetExtension(name)).Single(p => Path.GetFileName(p) == name);
        }

        return argument;
    }

    private static async Task<(string Output, bool Ended)> FollowAsync(
        ProcessStartInfo start, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(longest);
        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        void Heard(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.Append(line.Data).Append('\n');
            }

            if (line.Data?.StartsWith("Exception in thread ", StringComparison.Ordinal) == true)
            {
                patience.CancelAfter(AfterThreadEnded);
            }
        }

        process.OutputDataReceived += Heard;
        process.ErrorDataReceived += Heard;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = true;
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            ended = false;
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
        }

        lock (output)
        {
            return (output.ToString(), ended);
        }
    }

    // What an executor wrote, of which its driver only hears that it ended.
    private static string ExecutorOutput(string own)
    {
        var file = Path.Combine(own, "executor.txt");
        if (File.Exists(file))
        {
            return File.ReadAllText(file);
        }

        return "";
    }
}
