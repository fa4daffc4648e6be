using System.Diagnostics;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Samples;

/// <summary>The example is the first thing a new user runs: it must go through, and say so when it does not.</summary>
public sealed class QuickStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public QuickStartTests() => Skip.IfNot(OperatingSystem.IsLinux(), "The sample DSS host is one of shell scripts.");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task The_whole_procedure_goes_through_for_both_lines_of_Hadoop()
    {
        var (exit, output) = await RunAsync("--results", _folder["results"]);

        Assert.True(exit == 0, output);
        Assert.DoesNotContain("FAILED", output, StringComparison.Ordinal);
        Assert.Contains("All checks passed", output, StringComparison.Ordinal);
        foreach (var (line, release) in new[] { ("hadoop2", "2.8.5"), ("hadoop3", "3.2.0") })
        {
            Assert.True(File.Exists(_folder["results", line, "opt", "spark-2.4.0-bin-hadoop2.7", "jars", $"hadoop-common-{release}.jar"]));
            Assert.True(File.Exists(_folder["results", line, "host", "dss-data", "bin", "env-spark.sh"]));
        }
    }

    [SkippableFact]
    public async Task Real_inputs_take_the_place_of_samples_and_the_distribution_given_stays_as_it_is()
    {
        var spark = SampleSpark.Create(_folder["mine"]);
        var host = SampleDssHost.Create(_folder["host"], new SampleDssHostOptions { Version = "9.0.5" });
        var archive = SampleHadoopArchive.Create(
            _folder["downloads"], new SampleHadoopArchiveOptions { HadoopVersion = 3, DssVersion = "9.0.5", FileName = "dataiku-dss-hadoop-standalone-libs-generic-hadoop3-9.0.5.tar.gz" });
        var before = Snapshot(spark.Home);

        var (exit, output) = await RunAsync(
            "--spark-home", spark.Home, "--data-directory", host.DataDirectory, "--archive", archive.Path, "--results", _folder["results"]);

        Assert.True(exit == 0, output);
        Assert.Equal(before, Snapshot(spark.Home));
        Assert.Contains("3.2.0, 31 jars", output, StringComparison.Ordinal);
        Assert.Contains($"DKU_SPARK_HOME='{_folder["results"]}", await File.ReadAllTextAsync(Path.Combine(host.DataDirectory, "bin", "env-spark.sh")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_refusal_ends_it_with_its_reason_and_a_code()
    {
        var archive = SampleHadoopArchive.Create(_folder["downloads"], new SampleHadoopArchiveOptions { Defect = SampleArchiveDefect.CutInTheMiddle });

        var (exit, output) = await RunAsync("--archive", archive.Path, "--results", _folder["results"]);

        Assert.Equal(1, exit);
        Assert.Contains("ArchiveDamaged", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("--hadoop", "4")).Exit);
    }

    [SkippableFact]
    public async Task A_real_DSS_gets_no_sample_libraries_unless_somebody_agrees()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var before = Snapshot(host.KitDirectory).Concat(Snapshot(host.DataDirectory)).ToArray();

        var (exit, output) = await RunAsync("--data-directory", host.DataDirectory, "--results", _folder["results"]);

        Assert.Equal(2, exit);
        Assert.Contains("--yes", output, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot(host.KitDirectory).Concat(Snapshot(host.DataDirectory)));
        var agreed = await RunAsync("--data-directory", host.DataDirectory, "--yes", "--results", _folder["results"]);
        Assert.True(agreed.Exit == 0, agreed.Output);
    }

    private static async Task<(int Exit, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "QuickStart.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    private static string Snapshot(string folder) => string.Join('\n', new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
        .OrderBy(f => f.FullName, StringComparer.Ordinal)
        .Select(f => $"{f.FullName} {f.Length} {f.LastWriteTimeUtc:O} {f.UnixFileMode}"));
}
