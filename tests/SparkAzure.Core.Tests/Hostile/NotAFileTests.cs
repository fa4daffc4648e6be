using System.Runtime.Versioning;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>A pipe where a file is expected would be waited for without end; it is refused at once, whatever it stands for.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class NotAFileTests : IDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public NotAFileTests() => Skip.IfNot(OperatingSystem.IsLinux(), "What a path is is asked on Linux.");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_pipe_is_no_kubeconfig()
    {
        var pipe = await PipeAsync(_folder["config"]);
        var file = KubeConfigFile.At(pipe);

        await IsRefusedAsync(() => KubeConfig.OpenAsync(pipe, default));
        await IsRefusedAsync(() => Task.Run(file.Read));
        await IsRefusedAsync(() => file.WriteAsync("a: b\n", default));
    }

    [SkippableTheory]
    [InlineData("config/general-settings.json")]
    [InlineData("config/connections.json")]
    [InlineData("bin/env-default.sh")]
    [InlineData("bin/env-hadoop.sh")]
    [InlineData("install.ini")]
    [InlineData("dss-version.json")]
    [InlineData("../dataiku-dss-5.1.3/dss-version.json")]
    [InlineData(".sparkazure/settings.lock")]
    public async Task A_pipe_is_no_document_of_DSS(string document)
    {
        var host = SampleDssHost.Create(_folder.Path);
        var path = Path.GetFullPath(Path.Combine(host.DataDirectory, document));
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            Given(Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName);
        }

        await PipeAsync(path);
        var address = new DssAddress { DataDirectory = host.DataDirectory };
        var key = Dss.Secret.Of(Convert.ToBase64String(new byte[64]));

        await IsRefusedAsync(async () =>
        {
            await SparkConfig.SetAsync(address, new SparkConfigOptions { ExecutorMemory = "4g" }, _caller, default);
            await AdlsConnectionWriter.NewAsync(
                address, new AdlsConnectionOptions { Name = "lake", Account = "acct", FileSystem = "data", AccountKey = key }, _caller, default);
        });
    }

    [SkippableFact]
    public async Task A_pipe_is_no_file_that_a_user_names()
    {
        var pipe = await PipeAsync(_folder["pipe"]);
        var host = SampleDssHost.Create(_folder["host"]);
        var address = new DssAddress { DataDirectory = host.DataDirectory };

        await IsRefusedAsync(() => SparkDockerfileEditor.EditFileAsync(pipe, false, _caller, default));
        await IsRefusedAsync(() => SparkAzure.Core.Dss.Hadoop.HadoopLibraries.FromArchiveAsync(pipe, default));
        await IsRefusedAsync(() => AdlsConnectionStore.RestoreAsync(address, pipe, _caller, default));
        await IsRefusedAsync(() => SparkConfig.SetAsync(address, new SparkConfigOptions { FromFile = pipe }, _caller, default));
        await IsRefusedAsync(() => DockerConfigFile.ReadAsync(pipe, default));
        await IsRefusedAsync(() => ExecutorPackages.ForPythonAsync(pipe, default));
    }

    [SkippableFact]
    public async Task A_pipe_is_no_part_of_anything_else_either()
    {
        await PipeAsync(_folder["RELEASE"]);
        await IsRefusedAsync(() => Task.Run(() => SparkReleaseFile.Read(_folder.Path)));

        await PipeAsync(_folder["ca.pem"]);
        await IsRefusedAsync(() => Task.Run(new DockerTls(_folder.Path).CreateOptions));

        var config = _folder.Write("kube/config", """
            {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
             "clusters": [{"name": "k", "cluster": {"server": "https://localhost:1"}}], "users": [{"name": "u", "user": {"tokenFile": "token"}}]}
            """);
        await PipeAsync(_folder["kube", "token"]);
        await IsRefusedAsync(async () => await (await KubeConfig.OpenAsync(config, default)).OpenAccessAsync(null, default));
    }

    [SkippableFact]
    public async Task Neither_is_a_socket_a_device_or_a_folder()
    {
        Assert.Contains("a device", (await IsRefusedAsync(() => Task.Run(() => RegularFile.ReadAllBytes("/dev/zero")))).Message, StringComparison.Ordinal);
        Assert.Contains("a folder", (await IsRefusedAsync(() => Task.Run(() => RegularFile.ReadAllBytes(_folder.Path)))).Message, StringComparison.Ordinal);
    }

    private static async Task<SparkAzureException> IsRefusedAsync(Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => call().WaitAsync(AtOnce));

        Assert.Equal(("NotAFile", ErrorKind.InvalidArgument), (refusal.Id, refusal.Kind));
        return refusal;
    }

    private static async Task<string> PipeAsync(string path)
    {
        File.Delete(path);
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", [path], null, null, _ => { }, default)).ExitCode);
        return Given(path);
    }

    private static string Given(string path)
    {
        if (FileOwner.IsRoot)
        {
            OtherAccount.Nobody.ApplyTo(path);
        }

        return path;
    }
}
