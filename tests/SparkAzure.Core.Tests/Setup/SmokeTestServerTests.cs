using SparkAzure.Core.Hosting;
using SparkAzure.Core.Setup.Proof;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Setup;

/// <summary>An API server that does not answer is told as the driver starts, and no other one is.</summary>
public sealed class SmokeTestServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;

    public SmokeTestServerTests()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux drops what a full queue cannot take.");
        _host = SampleDssHost.Create(_folder["host"]);
        _folder.Write("spark/jars/scala-compiler-2.11.12.jar", "");
        Program("java/bin/java", "");
        Program("spark/bin/spark-submit", "sleep 6");
        _folder.Write("my.py", "");
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task One_from_which_nothing_comes_back_is_told_as_the_driver_starts()
    {
        using var port = new SilentPort();

        var test = await RunAsync(port.Number);

        Assert.Equal("ApiServerUnreachable", test.Cause?.Id);
        Assert.InRange(test.CauseAfter!.Value.TotalSeconds, 3, 6);
        Assert.InRange(test.Duration.TotalSeconds, 3, 8);
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("export HTTPS_PROXY=http://proxy.contoso.internal:3128")]
    public async Task One_that_answers_late_or_may_be_reached_by_a_proxy_is_not(string proxy)
    {
        using var port = new SilentPort();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var test = RunAsync(port.Number, proxy);
        if (proxy.Length == 0)
        {
            await Task.Delay(1_500);
            _ = port.AnswerAsync(stop.Token);
        }

        Assert.Equal(SparkSmokeTestState.Passed, (await test).State);
        Assert.Null((await test).Cause);
    }

    private async Task<SparkSmokeTest> RunAsync(int port, string proxy = "")
    {
        var kubeConfig = _folder.Write("kubeconfig", $$$"""
            apiVersion: v1
            kind: Config
            current-context: one
            contexts: [{name: one, context: {cluster: one, user: one}}]
            clusters: [{name: one, cluster: {server: "https://127.0.0.1:{{{port}}}", insecure-skip-tls-verify: true}}]
            users: [{name: one, user: {token: abc}}]
            """);
        Give("bin/env-spark.sh", $"export DKU_SPARK_HOME='{_folder["spark"]}'\n");
        Give("bin/env-site.sh", $"export JAVA_HOME={_folder["java"]}\nexport KUBECONFIG={kubeConfig}\nunset HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY all_proxy\n{proxy}\n");
        Give("config/general-settings.json", $$$"""
            {"sparkSettings": {"sparkEnabled": true, "executionConfigs": [{"name": "k8s", "conf": [{"key": "spark.master", "value": "k8s://https://127.0.0.1:{{{port}}}"}]}]}}
            """);
        var options = new SmokeTestOptions
        {
            DataDirectory = _host.DataDirectory,
            Configuration = "k8s",
            Application = _folder["my.py"],
            LogPath = _folder["logs"],
        };
        return await SmokeTests.RunAsync(options, new RecordingCaller(), default);
    }

    private void Program(string path, string script)
    {
        var file = _folder.Write(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }

    private void Give(string relative, string text)
    {
        var path = Path.Combine(_host.DataDirectory, relative);
        File.WriteAllText(path, text);
        FileOwner.Of(_host.DataDirectory)!.ApplyTo(path);
    }
}
