using System.Security;
using SparkAzure.Core.Setup.Proof;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Setup;

/// <summary>What keeps a smoke test from being begun is said before anything is started.</summary>
public sealed class SmokeTestRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;

    public SmokeTestRefusalTests()
    {
        Skip.If(OperatingSystem.IsWindows(), "DSS runs on Linux, and its environment is shell.");
        _host = SampleDssHost.Create(_folder["host"]);
        _folder.Write("spark/jars/scala-compiler-2.11.12.jar", "");
        _folder.Write("java/bin/java", "#!/bin/sh\n");
        File.SetUnixFileMode(_folder["java", "bin", "java"], (UnixFileMode)0b111_101_101);
        Give("bin/env-spark.sh", $"export DKU_SPARK_HOME='{_folder["spark"]}'\n");
        Give("bin/env-site.sh", $"export JAVA_HOME={_folder["java"]}\n");
        Give("config/general-settings.json", """
            {"sparkSettings": {"sparkEnabled": true, "executionConfigs": [
              {"name": "k8s", "conf": [{"key": "spark.master", "value": "k8s://https://10.0.0.4:443"}, {"key": "spark.executor.instances", "value": "1"}, {"key": "spark.hidden", "value": "e:AES:abcd", "secret": true}]},
              {"name": "none", "conf": []},
              {"name": "yarn", "conf": [{"key": "spark.master", "value": "yarn"}]},
              {"name": "cluster", "conf": [{"key": "spark.master", "value": "k8s://https://10.0.0.4:443"}, {"key": "spark.submit.deployMode", "value": "cluster"}]},
              {"name": "managed", "conf": [], "kubernetesSettings": {"managedKubernetes": true}}]}}
            """);
        Give("config/connections.json", """
            {"connections": {
              "lake": {"type": "HDFS", "params": {"root": "abfss://fs@acct.dfs.core.windows.net/", "extraConf": [{"name": "fs.azure.account.key.acct.dfs.core.windows.net", "value": "e:AES:abcd", "secret": true}]}},
              "clear": {"type": "HDFS", "params": {"root": "abfss://fs@acct.dfs.core.windows.net/", "extraConf": [{"name": "fs.azure.account.key.acct.dfs.core.windows.net", "value": "a2V5"}]}},
              "table": {"type": "PostgreSQL", "params": {"db": "x"}}}}
            """);
    }

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("none", "SmokeTestNotKubernetes")]
    [InlineData("yarn", "SmokeTestNotKubernetes")]
    [InlineData("cluster", "SmokeTestClusterMode")]
    [InlineData("managed", "SmokeTestManaged")]
    [InlineData("nope", "SparkConfigNotFound")]
    public async Task A_configuration_that_does_not_serve_is_refused(string configuration, string id) =>
        Assert.Equal(id, (await RefusalAsync(configuration)).Id);

    [SkippableFact]
    public async Task A_rehearsal_says_what_would_be_run_and_what_differs()
    {
        var planned = await SmokeTests.RunAsync(Options("k8s"), RecordingCaller.WhatIf(), default);

        Assert.True(planned.Planned);
        Assert.Null(planned.Passed);
        Assert.Equal("k8s://https://10.0.0.4:443", planned.SparkMaster);
        Assert.Equal("default", planned.Namespace);
        Assert.Contains(planned.Notes, n => n.StartsWith("spark.hidden is left out", StringComparison.Ordinal));
        Assert.Contains(planned.Notes, n => n.Contains("the configuration has 1", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Connections_without_a_root_or_without_their_secret_are_refused()
    {
        Assert.Equal("ConnectionSecretMissing", (await RefusalAsync("k8s", o => o with { Connection = "lake" })).Id);
        Assert.Equal("ConnectionWithoutRoot", (await RefusalAsync("k8s", o => o with { Connection = "table" })).Id);
        Assert.Equal("ConnectionNotFound", (await RefusalAsync("k8s", o => o with { Connection = "nope" })).Id);

        using var secret = new SecureString();
        secret.AppendChar('k');
        var given = Options("k8s") with { Connection = "lake", ConnectionSecret = secret };
        var caller = RecordingCaller.WhatIf();
        Assert.True((await SmokeTests.RunAsync(given, caller, default)).Planned);
        Assert.Empty(caller.Warnings);
    }

    [SkippableTheory]
    [InlineData("clear", "keeps nothing of the connection 'clear' encrypted")]
    [InlineData(null, "no connection is named")]
    public async Task A_secret_that_is_not_used_is_told(string? connection, string words)
    {
        using var secret = new SecureString();
        secret.AppendChar('k');
        var caller = RecordingCaller.WhatIf();

        await SmokeTests.RunAsync(Options("k8s") with { Connection = connection, ConnectionSecret = secret }, caller, default);

        Assert.Contains(words, Assert.Single(caller.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_host_that_cannot_start_a_driver_is_told_so()
    {
        Assert.Equal("ApplicationNotFound", (await RefusalAsync("k8s", o => o with { Application = "/nowhere/my.py" })).Id);

        File.Delete(_folder["spark", "jars", "scala-compiler-2.11.12.jar"]);
        Assert.Equal("SmokeTestWithoutCompiler", (await RefusalAsync("k8s")).Id);

        Give("bin/env-site.sh", "export JAVA_HOME=/nowhere\n");
        Assert.Equal("SmokeTestWithoutJava", (await RefusalAsync("k8s")).Id);

        Give("bin/env-spark.sh", "export DKU_SPARK_ENABLED=true\n");
        Assert.Equal("SmokeTestWithoutSpark", (await RefusalAsync("k8s")).Id);

        Give("bin/env-site.sh", "echo the site is broken >&2\nexit 3\n");
        var broken = await RefusalAsync("k8s");
        Assert.Equal("DriverEnvironmentUnreadable", broken.Id);
        Assert.Contains("the site is broken", broken.Message, StringComparison.Ordinal);
    }

    private void Give(string relative, string content)
    {
        var path = Path.Combine(_host.DataDirectory, relative);
        var owner = SparkAzure.Core.Hosting.FileOwner.Of(_host.DataDirectory)!;
        File.WriteAllText(path, content);
        owner.ApplyTo(path);
    }

    private SmokeTestOptions Options(string configuration) =>
        new() { DataDirectory = _host.DataDirectory, Configuration = configuration };

    private Task<SparkAzureException> RefusalAsync(
        string configuration, Func<SmokeTestOptions, SmokeTestOptions>? with = null) =>
        Assert.ThrowsAsync<SparkAzureException>(
            () => SmokeTests.RunAsync((with ?? (o => o))(Options(configuration)), RecordingCaller.WhatIf(), default));
}
