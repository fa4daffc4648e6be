using System.Diagnostics;
using System.IO.Compression;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Samples;

/// <summary>The samples do what the real things do, as far as the procedure meets them; else every other test proves little.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_distribution_has_the_official_layout_and_real_zip_files()
    {
        var spark = SampleSpark.Create(_folder.Path, new SampleSparkOptions { WithR = true });

        Assert.StartsWith("Spark 2.4.0 built for Hadoop 2.7.3\nBuild flags: ", File.ReadAllText(Path.Combine(spark.Home, "RELEASE")), StringComparison.Ordinal);
        Assert.Equal(15, Directory.GetFiles(spark.JarsFolder, "hadoop-*-2.7.3.jar").Length);
        Assert.True(File.Exists(Path.Combine(spark.Home, "R", "lib", "SparkR", "DESCRIPTION")));
        using var jar = ZipFile.OpenRead(Path.Combine(spark.JarsFolder, "hadoop-common-2.7.3.jar"));
        using var pom = new StreamReader(jar.GetEntry("META-INF/maven/org.apache.hadoop/hadoop-common/pom.properties")!.Open());
        Assert.Contains("version=2.7.3", pom.ReadToEnd(), StringComparison.Ordinal);
        Assert.Contains("apk add --no-cache bash tini libc6-compat linux-pam && \\\n", File.ReadAllText(spark.Dockerfile), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Spark_submit_tells_its_version_only_with_one_set_of_Hadoop_jars()
    {
        Skip.If(OperatingSystem.IsWindows(), "The sample programs are shell scripts.");
        var spark = SampleSpark.Create(_folder.Path);
        var submit = Path.Combine(spark.Home, "bin", "spark-submit");

        Assert.Contains("version 2.4.0", Run(submit, "--version").Output, StringComparison.Ordinal);

        SampleJar.Parse("org.apache.hadoop:hadoop-common:2.8.5").WriteTo(spark.JarsFolder);
        var (exit, output) = Run(submit, "--version");
        Assert.NotEqual(0, exit);
        Assert.DoesNotContain("version 2.4.0", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Dssadmin_without_archive_removes_the_integration_and_still_ends_with_0()
    {
        var host = Host();
        var env = Path.Combine(host.DataDirectory, "bin", "env-hadoop.sh");
        File.WriteAllText(env, "export DKU_HADOOP_ENABLED=true\n");

        var (exit, output) = Run(host.DssAdmin, "install-hadoop-integration");

        Assert.Equal(0, exit);
        Assert.Contains("[-] Hadoop not found in PATH", output, StringComparison.Ordinal);
        Assert.False(File.Exists(env));
    }

    [SkippableTheory]
    [InlineData(SampleLibraryLayout.Flavour, "generic-hadoop3")]
    [InlineData(SampleLibraryLayout.Flat, "")]
    public void Dssadmin_unpacks_the_archive_in_the_layout_of_its_release(SampleLibraryLayout layout, string folder)
    {
        var host = Host(new SampleDssHostOptions { Layout = layout });
        var archive = SampleHadoopArchive.Create(_folder["downloads"], new SampleHadoopArchiveOptions { HadoopVersion = 3 });

        var (exit, output) = Run(host.DssAdmin, "install-hadoop-integration", "-standalone", "generic-hadoop3", "-standaloneArchive", archive.Path);

        Assert.True(exit == 0, output);
        Assert.True(File.Exists(Path.Combine(host.KitDirectory, "hadoop-standalone-libs", folder, "hadoop-common-3.2.0.jar")), output);
        Assert.Contains("[+] Generating supervisor configuration", output, StringComparison.Ordinal);
        Assert.Contains(archive.Path, File.ReadAllText(Path.Combine(host.DataDirectory, "run", "install.log")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_torn_archive_leaves_dssadmin_with_a_broken_installation()
    {
        var host = Host();
        var archive = SampleHadoopArchive.Create(_folder["downloads"], new SampleHadoopArchiveOptions { Defect = SampleArchiveDefect.CutInTheMiddle });

        var (exit, _) = Run(host.DssAdmin, "install-hadoop-integration", "-standalone", "generic", "-standaloneArchive", archive.Path);

        Assert.NotEqual(0, exit);
        Assert.False(File.Exists(Path.Combine(host.DataDirectory, "bin", "env-hadoop.sh")));
    }

    [SkippableFact]
    public void Dssadmin_refuses_unknown_actions_relative_homes_and_unsupported_releases()
    {
        var host = Host();
        Assert.Contains("[-] Unsupported action dance", Run(host.DssAdmin, "dance").Output, StringComparison.Ordinal);
        Assert.Contains("SPARK_HOME should be absolute: spark", Run(host.DssAdmin, "install-spark-integration", "-sparkHome", "spark").Output, StringComparison.Ordinal);

        var spark = SampleSpark.Create(_folder.Path, new SampleSparkOptions { SparkVersion = "3.5.0" });
        var (exit, output) = Run(host.DssAdmin, "install-spark-integration", "-sparkHome", spark.Home);
        Assert.NotEqual(0, exit);
        Assert.Contains("*** Error: Spark version not supported: 3.5.0", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Dssadmin_refuses_root()
    {
        Skip.IfNot(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess, "Only root can be refused as root.");
        var host = Host();
        var (exit, output) = Start(host.DssAdmin, ["install-spark-integration"]);
        Assert.Equal(1, exit);
        Assert.Contains("*** dssadmin: running DSS under superuser account is not supported.", output, StringComparison.Ordinal);
    }

    private static (int Exit, string Output) Run(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? Start("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--", program, .. arguments])
            : Start(program, arguments);

    private static (int Exit, string Output) Start(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private SampleDssHost Host(SampleDssHostOptions? options = null)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "dssadmin is a shell script of Linux hosts.");
        return SampleDssHost.Create(_folder["host"], options);
    }
}
