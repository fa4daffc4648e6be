using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Core.Tests.Spark.Failures;

/// <summary>Logs as files and folders: found, streamed, and told.</summary>
public sealed class SparkFailuresTests
{
    private const string Snappy =
        """
        26/11/27 15:19:00 INFO SparkContext: Running Spark version 3.5.9
        26/11/27 15:19:19 WARN TaskSetManager: Lost task 0.0 in stage 3.0 (TID 10) (10.244.0.7 executor 1): org.apache.spark.SparkException: Task failed while writing rows.
        Caused by: java.lang.NoClassDefFoundError: org/xerial/snappy/Snappy
        26/11/27 15:19:20 ERROR TaskSetManager: Task 0 in stage 3.0 failed 4 times; aborting job

        """;

    [Fact]
    public async Task A_missing_class_is_told_with_the_jar_that_has_it()
    {
        using var folder = new TemporaryFolder();
        var cause = Assert.Single(await FindAsync(Write(folder, "driver.log", Snappy)));

        Assert.Equal("MissingClass", cause.Id);
        Assert.Equal(3, cause.LineNumber);
        Assert.Equal(SparkFailureEvidenceKind.DriverLog, cause.Evidence);
        Assert.StartsWith("snappy-java 1.1.10", Assert.Single(cause.RequiredJars), StringComparison.Ordinal);
        Assert.Contains("org.xerial.snappy.Snappy", cause.Cause, StringComparison.Ordinal);
        Assert.Contains("Spark 3.5.9 ships it", cause.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_release_can_be_given_where_the_log_does_not_tell_it()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, "driver.log", "java.io.IOException: No FileSystem for scheme: abfss\n");
        var options = new SparkFailureOptions { Path = path, SparkVersion = "3.5.9" };

        var cause = Assert.Single(await SparkFailures.FindAsync(options, new RecordingCaller(), CancellationToken.None));

        Assert.Equal("hadoop-azure 3.3.4", Assert.Single(cause.RequiredJars));
    }

    [Theory]
    [InlineData("Exception in thread \"main\" java.lang.NoClassDefFoundError: com/contoso/Report")]
    [InlineData("Exception in thread \"main\" java.lang.ArithmeticException: / by zero")]
    [InlineData("pyspark.sql.utils.AnalysisException: cannot resolve '`a`' given input columns: [b]")]
    [InlineData("java.net.ConnectException: Connection refused (Connection refused)")]
    [InlineData("java.net.UnknownHostException: db.contoso.internal")]
    [InlineData("26/11/27 15:19:30 ERROR Executor: java.lang.IllegalStateException: no rows")]
    [InlineData("26/11/27 15:19:30 WARN NativeCodeLoader: Unable to load native-hadoop library for your platform")]
    public async Task What_the_jobs_own_code_does_is_told_no_cause(string line)
    {
        using var folder = new TemporaryFolder();
        var caller = new RecordingCaller();
        var options = new SparkFailureOptions { Path = Write(folder, "driver.log", line + "\n") };

        Assert.Empty(await SparkFailures.FindAsync(options, caller, CancellationToken.None));

        Assert.Contains("Looked for: ", Assert.Single(caller.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jobs_folder_is_read_as_one_and_the_file_is_told()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "output.log", "[2026/11/27-15:19:30.123] [null-err-4] [INFO] [dku.utils]  - 26/11/27 15:19:30 WARN TaskSchedulerImpl: Initial job has not accepted any resources; check your cluster UI\n");
        Write(folder, "data.parquet", "AADSTS7000215");
        var inner = Directory.CreateDirectory(Path.Combine(folder.Path, "compute_orders_NP")).FullName;
        var log = Path.Combine(inner, "executor-1.log");
        await File.WriteAllTextAsync(log, "Exception in thread \"main\" java.lang.reflect.UndeclaredThrowableException\nCaused by: java.net.UnknownHostException: dss.contoso.internal\n");

        var cause = Assert.Single(await FindAsync(folder.Path));

        Assert.Equal("DriverHostUnresolvable", cause.Id);
        Assert.Equal(log, cause.Path);
        Assert.Equal(2, cause.LineNumber);
    }

    [Fact]
    public async Task Where_nothing_decides_the_warning_says_where_to_look_on()
    {
        using var folder = new TemporaryFolder();
        var caller = new RecordingCaller();
        var path = Write(folder, "output.log", "26/11/27 15:19:30 WARN TaskSchedulerImpl: Initial job has not accepted any resources; check your cluster UI\n");

        await SparkFailures.FindAsync(new SparkFailureOptions { Path = path }, caller, CancellationToken.None);

        Assert.Contains("kubectl describe pod", Assert.Single(caller.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_of_the_log_are_not_told()
    {
        using var folder = new TemporaryFolder();
        var path = Write(
            folder,
            "driver.log",
            "26/11/27 15:19:30 ERROR X: Server failed to authenticate the request, 403, https://lake.dfs.core.windows.net/fs?sig=c2VjcmV0c2VjcmV0&x=1 " +
            "spark.hadoop.fs.azure.account.key.lake.dfs.core.windows.net=TXlTZWNyZXRLZXk= Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30 \"client_secret\":\"Qwertz123456\"\n");

        var cause = Assert.Single(await FindAsync(path));

        foreach (var secret in new[] { "c2VjcmV0", "TXlTZWNyZXRLZXk", "eyJhbGci", "Qwertz" })
        {
            Assert.DoesNotContain(secret, cause.Line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public async Task A_log_is_read_however_it_was_saved(string how)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "driver.log");
        if (how == "gzip")
        {
            await using var file = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            await file.WriteAsync(Encoding.UTF8.GetBytes(Snappy));
        }
        else
        {
            await File.WriteAllTextAsync(path, Snappy.Replace("\n", "\r\n", StringComparison.Ordinal), Encoding.GetEncoding(how));
        }

        Assert.Equal(3, Assert.Single(await FindAsync(path)).LineNumber);
    }

    [Fact]
    public async Task A_gzip_file_that_is_torn_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "driver.log.gz");
        await File.WriteAllBytesAsync(path, [0x1F, 0x8B, 0x08, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);

        await Refusal.IsAsync("LogDamaged", ErrorKind.InvalidData, "gzip", "unpacked", () => FindAsync(path));
    }

    [Fact]
    public async Task What_is_not_there_is_refused()
    {
        using var folder = new TemporaryFolder();
        await Refusal.IsAsync("LogNotFound", ErrorKind.NotFound, "output.log", "jobs/PROJECT/JOB", () => FindAsync(Path.Combine(folder.Path, "output.log")));
        await Refusal.IsAsync("NoLogInFolder", ErrorKind.NotFound, "has no log", "one job", () => FindAsync(folder.Path));
    }

    [Fact]
    public async Task Nobody_waits_for_a_log_that_was_stopped()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var options = new SparkFailureOptions { Path = Write(folder, "driver.log", Snappy) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SparkFailures.FindAsync(options, new RecordingCaller(), stop.Token));
    }

    [Fact]
    public void Hostile_lines_cost_no_more_than_others()
    {
        var random = new Random(20261129);
        var words = FailureWords.Instance.Finder.Words;
        var reader = new SparkFailureReader();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 300; i++)
        {
            var line = new StringBuilder();
            while (line.Length < 2_000)
            {
                line.Append(words[random.Next(words.Count)]).Append((char)random.Next(1, 0x250), random.Next(1, 8)).Append('"', random.Next(2));
            }

            reader.Read(new FailureEvidence((SparkFailureEvidenceKind)random.Next(6), line.ToString()) { Name = $"pod-{i % 7}" });
        }

        Assert.NotEmpty(reader.Causes);
        Assert.All(reader.Causes, c => Assert.True(c.Line.Length < 1_100 && !c.Line.Any(char.IsControl)));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
    }

    private static Task<IReadOnlyList<SparkFailureCause>> FindAsync(string path) => SparkFailures.FindAsync(
        new SparkFailureOptions { Path = path }, new RecordingCaller(), CancellationToken.None);

    private static string Write(TemporaryFolder folder, string name, string text)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
