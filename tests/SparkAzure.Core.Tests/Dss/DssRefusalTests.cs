using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss;

/// <summary>A DSS that is not said clearly, whose files are damaged, or that this account may not work on.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DssRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Which_DSS_is_meant_must_be_clear()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var uri = new Uri("http://localhost:1");
        (string Says, DssAddress Address)[] unclear =
        [
            ("neither a data directory nor an address was given", new DssAddress()),
            (
                "both a data directory and an address were given",
                new DssAddress { DataDirectory = host.DataDirectory, Uri = uri, ApiKey = Secret.Of("k") }),
            ("the address came without an API key", new DssAddress { Uri = uri }),
            ("the address came without an API key", new DssAddress { Uri = uri, ApiKey = Secret.Of("") }),
        ];
        foreach (var (says, address) in unclear)
        {
            await Refusal.IsAsync(
                "DssAddressIncomplete",
                ErrorKind.InvalidArgument,
                says,
                "either -DataDirectory (on the DSS host) or -Uri and -ApiKey",
                () => SparkConfig.SetAsync(
                    address,
                    new SparkConfigOptions { ExecutorMemory = "4g" },
                    _caller,
                    CancellationToken.None));
        }
    }

    [Theory]
    [InlineData("dss-version.json", "{\"product_version\":", "it is not JSON")]
    [InlineData("dss-version.json", "{\"conf_version\":\"24\"}", "it has no product_version")]
    [InlineData("bin/env-default.sh", "export DKU_NODE_TYPE=\"design\"\n", "it does not define DKUINSTALLDIR")]
    [InlineData("config/general-settings.json", "{\"impersonation\":", "it is not JSON")]
    public async Task A_file_that_DSS_itself_could_not_read(string file, string text, string says)
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var path = Path.Combine([host.DataDirectory, .. file.Split('/')]);
        await File.WriteAllTextAsync(path, text);

        var failure = await Refusal.IsAsync(
            "DssFileUnreadable",
            ErrorKind.InvalidData,
            says,
            "DSS itself needs it",
            () => DssDataDirectory.Open(host.DataDirectory).ReadAsync(CancellationToken.None));

        Assert.Contains($"'{path}' cannot be understood", failure.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(path));
    }

    [SkippableFact]
    public async Task Libraries_of_a_Hadoop_that_the_procedure_does_not_know()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "dssadmin runs on Linux hosts only.");
        var host = SampleDssHost.Create(_folder["host"]);
        var archive = SampleHadoopArchive.Create(
            _folder["download"],
            new SampleHadoopArchiveOptions { HadoopVersion = 3, HadoopRelease = "4.0.1", FileName = "libs.tar.gz" });

        await Refusal.IsAsync(
            "HadoopLineUnknown",
            ErrorKind.NotSupported,
            "are of Hadoop 4.0.1; the procedure knows the lines 2 and 3 only",
            "an archive of Hadoop 2 or 3",
            () => HadoopIntegrationInstaller.InstallAsync(
                new HadoopIntegrationOptions { DataDirectory = host.DataDirectory, Archive = archive.Path },
                _caller,
                CancellationToken.None));

        Assert.Empty(_caller.Asked);
        Assert.False(File.Exists(Path.Combine(host.DataDirectory, "bin", "env-hadoop.sh")));
    }

    [SkippableTheory]
    [InlineData(null, "it does not exist")]
    [InlineData("jars/spark-core_2.11-2.4.0.jar", "it has no bin/spark-submit")]
    public async Task A_folder_that_is_no_Spark_home(string? file, string says)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "dssadmin runs on Linux hosts only.");
        var host = SampleDssHost.Create(_folder["host"]);
        if (file is not null)
        {
            _folder.Write($"spark/{file}", "");
        }

        await Refusal.IsAsync(
            "SparkSubmitNotFound", ErrorKind.NotFound, says, "an unpacked Spark distribution",
            () => SparkIntegrationInstaller.InstallAsync(
                new SparkIntegrationOptions { DataDirectory = host.DataDirectory, SparkHome = _folder["spark"] },
                _caller,
                CancellationToken.None));

        Assert.Empty(_caller.Asked);
        Assert.False(File.Exists(Path.Combine(host.DataDirectory, "run", "install.log")));
    }

    [SkippableFact]
    public async Task The_data_directory_of_another_account()
    {
        Skip.IfNot(
            OperatingSystem.IsLinux() && FileOwner.IsRoot,
            "Only root can lay out a tree of one account and work on it as another.");
        var host = SampleDssHost.Create(_folder["host"]);

        var lines = await OtherAccount.RunAsync(OtherAccount.Daemon, "start-dss", host.DataDirectory);

        Assert.Equal(["NotTheOwner", "PermissionDenied"], lines.Take(2));
        Assert.Equal(
            $"The data directory '{host.DataDirectory}' belongs to 'nobody', and this runs as 'daemon'; "
                + "DSS's programs must run as the owner.",
            lines[2]);
        Assert.StartsWith("Run this as 'nobody' or as root", lines[3], StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(host.DataDirectory, "run", "supervisord.pid")));
    }
}
