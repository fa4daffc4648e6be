using System.Net;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Ten writers at once change one document, each something of its own, ten times: all of it is there.</summary>
public sealed class WriterTests : IDisposable
{
    private const int Writers = 10;
    private const int Times = 10;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_context_of_a_kubeconfig_is_lost()
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        using var handler = azure.Certificate.CreateTrustingHandler();
        azure.AddCluster(new StandInCluster(azure.AddSubscription("Data platform"), "rg-data", "spark"));
        var access = new AzureAccess
        {
            ResourceManagerEndpoint = azure.Endpoint,
            AccessToken = new NetworkCredential("", azure.AccessToken).SecurePassword,
            Handler = handler,
        };
        var config = _folder["kube", "config"];

        await AtOnceAsync(async name => Assert.True(Assert.Single(await AksCredentials.ImportAsync(
            new AksCredentialOptions { ClusterName = "spark", KubeConfig = config, ContextName = name }, access, _caller, default)).Changed));

        Assert.Equal(Names, (await KubeConfig.OpenAsync(config, default)).Contexts.Order(StringComparer.Ordinal));
        Assert.Equal([config], Directory.GetFileSystemEntries(_folder["kube"]));
    }

    [Fact]
    public async Task No_connection_of_DSS_is_lost()
    {
        var host = SampleDssHost.Create(_folder.Path);
        var address = new DssAddress { DataDirectory = host.DataDirectory };
        var key = Dss.Secret.Of(Convert.ToBase64String(new byte[64]));

        await AtOnceAsync(async name => Assert.True((await AdlsConnectionWriter.NewAsync(
            address, new AdlsConnectionOptions { Name = name, Account = "acct", FileSystem = "data", AccountKey = key }, _caller, default)).Changed));

        Assert.Empty(Names.Except(AdlsConnectionStore.NamesIn(host.DataDirectory)));
    }

    [Fact]
    public async Task No_Spark_configuration_of_DSS_is_lost()
    {
        var host = SampleDssHost.Create(_folder.Path);
        var address = new DssAddress { DataDirectory = host.DataDirectory };

        await AtOnceAsync(async name => Assert.True((await SparkConfig.SetAsync(
            address, new SparkConfigOptions { Name = name, Create = true, ExecutorMemory = "4g" }, _caller, default)).Changed));

        Assert.Empty(Names.Except(SparkConfig.NamesIn(host.DataDirectory)));

        // What tells that DSS must be restarted stays; no lock and no half a file does.
        Assert.Equal(["settings.written"], Directory.GetFiles(Path.Combine(host.DataDirectory, ".sparkazure")).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public async Task A_Dockerfile_is_edited_once()
    {
        var home = SampleSpark.Create(_folder["spark"]).Home;
        var changes = 0;

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            var edited = await SparkDockerfileEditor.EditAsync(home, repair: false, _caller, default);
            Assert.False(edited.Planned);
            Interlocked.Add(ref changes, edited.Changed ? 1 : 0);
        })));

        Assert.Equal(1, changes);
        Assert.False((await SparkDockerfileEditor.EditAsync(home, repair: false, _caller, default)).Changed);
    }

    [Fact]
    public async Task What_somebody_else_makes_of_a_Dockerfile_in_between_is_not_overwritten()
    {
        var home = SampleSpark.Create(_folder["spark"]).Home;
        var path = Path.Combine(home, "kubernetes", "dockerfiles", "spark", "Dockerfile");
        var meddler = new Dss.InterferingCaller(() => File.AppendAllText(path, "# theirs\n"));

        await Refusal.IsAsync(
            "DockerfileChanged",
            ErrorKind.Busy,
            "Somebody else changed",
            "Run the same command again",
            () => SparkDockerfileEditor.EditAsync(home, repair: false, meddler, default));

        Assert.EndsWith("# theirs\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_kubeconfig_that_kubectl_has_locked_is_waited_for_and_then_said_who_and_what_to_delete()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Whose a file is is asked on Linux.");
        var config = KubeConfigFile.At(_folder["config"]);
        _folder.Write("config.lock", "");
        File.SetUnixFileMode(_folder["config.lock"], UnixFileMode.None);

        var refusal = await Refusal.IsAsync(
            "KubeConfigLocked",
            ErrorKind.Busy,
            $"process of '{FileOwner.Of(_folder["config.lock"])!.UserName}' (since ",
            $"delete '{_folder["config.lock"]}'",
            () => config.LockAsync(TimeSpan.FromSeconds(4), _caller, default));

        Assert.Contains(_folder["config.lock"], refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Ctrl+C ends the wait", Assert.Single(_caller.Warnings), StringComparison.Ordinal);

        var waiting = config.LockAsync(TimeSpan.FromMinutes(1), _caller, default);
        File.Delete(_folder["config.lock"]);
        using (await waiting)
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_folder["config.lock"]));
        }

        Assert.False(File.Exists(_folder["config.lock"]));
    }

    [Fact]
    public async Task Waiting_for_settings_ends_with_the_command_and_after_its_time()
    {
        var host = SampleDssHost.Create(_folder.Path);
        Directory.CreateDirectory(Path.Combine(host.DataDirectory, ".sparkazure"));
        if (FileOwner.IsRoot)
        {
            OtherAccount.Nobody.ApplyTo(Path.Combine(host.DataDirectory, ".sparkazure"));
        }

        var path = Path.Combine(host.DataDirectory, ".sparkazure", "settings.lock");
        using var held = await FileLock.TakeAsync(path, new Turn("it", TimeSpan.Zero, _caller), default);
        var address = new DssAddress { DataDirectory = host.DataDirectory, Patience = TimeSpan.FromSeconds(4) };
        Task Set(CancellationToken stop) => SparkConfig.SetAsync(address, new SparkConfigOptions { ExecutorMemory = "4g" }, _caller, stop);

        await Refusal.IsAsync("DocumentLocked", ErrorKind.Busy, $"process {Environment.ProcessId} (since ", "-TimeoutSeconds", () => Set(default));
        Assert.Contains($"Waiting for process {Environment.ProcessId}", Assert.Single(_caller.Warnings), StringComparison.Ordinal);

        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Set(stop.Token));
    }

    private static IEnumerable<string> Names => Enumerable.Range(0, Writers * Times).Select(i => $"own-{i:00}");

    private static Task AtOnceAsync(Func<string, Task> change) => Task.WhenAll(Names.Chunk(Times).Select(own => Task.Run(async () =>
    {
        foreach (var name in own)
        {
            await change(name);
        }
    })));
}
