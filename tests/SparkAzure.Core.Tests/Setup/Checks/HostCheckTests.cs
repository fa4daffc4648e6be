using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Setup.Checks;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Setup.Checks;

/// <summary>What has to hold on the DSS host.</summary>
public sealed class HostCheckTests : IAsyncLifetime
{
    private SetupSite _site = null!;

    public async Task InitializeAsync() => _site = await SetupSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task Each_check_is_made_once_the_gravest_first_and_says_who_wants_it()
    {
        var checks = await _site.RunAsync();

        Assert.Equal(checks.Count, checks.Select(c => c.Id).Distinct().Count());
        Assert.Equal(checks.Select(c => c.State).Order(), checks.Select(c => c.State));
        Assert.All(HostChecks.Rows, row => Assert.Contains(checks, c => c.Id == row.Id));
        Assert.All(checks, c => Assert.NotEmpty(c.Evidence));
        Assert.All(checks, c => Assert.NotEmpty(c.Source));
        Assert.All(checks.Where(c => c.State is SparkAzureCheckState.Failed or SparkAzureCheckState.Warning), c => Assert.NotNull(c.Remedy));
        Assert.All(checks.Select(c => c.Command).OfType<string>(), c => Assert.Matches("^[A-Z][a-z]+-[A-Z][A-Za-z]+$", c));
    }

    [Fact]
    public async Task A_check_that_is_not_there_is_refused_with_those_that_are()
    {
        var error = await Assert.ThrowsAsync<SparkAzureException>(() => _site.RunAsync("Netwrk*"));

        Assert.Equal("SetupCheckUnknown", error.Id);
        Assert.Contains("NetworkDriverHost", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(["NetworkApiServer", "NetworkDriverHost", "NetworkDriverPorts"], (await _site.RunAsync("network*")).Select(c => c.Id).Order());
    }

    [Theory]
    [InlineData("5.1.3", null, "design", SparkAzureCheckState.Passed)]
    [InlineData("5.1.2", null, "design", SparkAzureCheckState.Warning)]
    [InlineData("5.0.4", null, "design", SparkAzureCheckState.Failed)]
    [InlineData("9.0.5", "9.0.6", "design", SparkAzureCheckState.Failed)]
    [InlineData("9.0.5", null, "api", SparkAzureCheckState.Failed)]
    public async Task The_release_of_DSS_decides(string version, string? kit, string node, SparkAzureCheckState expected)
    {
        await using var site = await SetupSite.StartAsync(new SampleDssHostOptions { Version = version, KitVersion = kit, NodeType = node });

        Assert.Equal(expected, (await site.CheckAsync("DssVersion")).State);
    }

    [Fact]
    public async Task Integrations_are_looked_at_behind_what_DSS_noted()
    {
        Assert.Equal("Install-DssHadoopIntegration", (await _site.CheckAsync("DssHadoopIntegration")).Command);
        Assert.Equal(SparkAzureCheckState.Failed, (await _site.CheckAsync("DssSparkIntegration")).State);

        _site.Write("bin/env-hadoop.sh", "export DKU_HADOOP_ENABLED=true\n");
        _site.IntegrateSpark("3.5.0");

        Assert.Contains("has no hadoop-common jar", (await _site.CheckAsync("DssHadoopIntegration")).Evidence, StringComparison.Ordinal);
        Assert.Contains("'/opt/no-spark/bin/spark-submit', which is not there", (await _site.CheckAsync("DssSparkIntegration")).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_that_works_passes_and_one_that_does_not_says_in_whose_words()
    {
        var works = await _site.CheckAsync("KubeConfig");
        Assert.Equal(SparkAzureCheckState.Passed, works.State);

        _site.SignIn($"{{token: {_site.Cluster.AddToken("ben")}}}");
        var bare = await _site.CheckAsync("KubeConfig");
        Assert.Equal((SparkAzureCheckState.Failed, "Initialize-SparkNamespace"), (bare.State, bare.Command));

        _site.SignIn("{token: planted-token-77}");
        var ended = await _site.CheckAsync("KubeConfig");
        Assert.Equal((SparkAzureCheckState.Failed, "Import-AksCredential"), (ended.State, ended.Command));
        Assert.DoesNotContain("planted-token-77", ended.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.5.9", "{tokenFile: /tmp/token}", SparkAzureCheckState.Failed, "tokenFile")]
    [InlineData("2.4.8", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: kubelogin}}", SparkAzureCheckState.Failed, "system:anonymous")]
    [InlineData("3.5.9", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: kubelogin}}", SparkAzureCheckState.Passed, "which Spark 3.5.9 can use")]
    [InlineData("2.4.8", "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: kubelogin}}", SparkAzureCheckState.Warning, "Token may have expired")]
    [InlineData("2.4.0", "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: kubelogin}}", SparkAzureCheckState.Failed, "waits for ever")]
    [InlineData("2.4.0", "{token: abc}", SparkAzureCheckState.Passed, "A token")]
    public async Task What_kubectl_can_use_and_this_Spark_cannot_is_told(string spark, string user, SparkAzureCheckState expected, string words)
    {
        _site.IntegrateSpark(spark);
        _site.SignIn(user);

        var check = await _site.CheckAsync("KubeCredentialForm");

        Assert.Equal(expected, check.State);
        Assert.Contains(words, check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_form_of_a_key_is_seen_in_its_PEM()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);

        Assert.Equal(KubeCredentialForm.EcKeySec1, KubeCredentialForms.OfKey(curve.ExportECPrivateKeyPem()));
        Assert.Equal(KubeCredentialForm.EcKeyPkcs8, KubeCredentialForms.OfKey(curve.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(KubeCredentialForm.RsaKey, KubeCredentialForms.OfKey(rsa.ExportRSAPrivateKeyPem()));
        Assert.Equal(KubeCredentialForm.RsaKey, KubeCredentialForms.OfKey(rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Null(KubeCredentialForms.Lack(KubeCredentialForm.EcKeySec1, ReleaseNumber.Parse("4.0.5")));
        Assert.NotNull(KubeCredentialForms.Lack(KubeCredentialForm.EcKeySec1, ReleaseNumber.Parse("3.5.9")));
        Assert.NotNull(KubeCredentialForms.Lack(KubeCredentialForm.EcKeyPkcs8, null));
        Assert.Null(KubeCredentialForms.Lack(KubeCredentialForm.PluginV1, null));
    }

    [Fact]
    public void An_end_that_is_near_is_told_and_a_token_that_is_renewed_is_not()
    {
        var now = DateTimeOffset.UtcNow;

        Assert.Equal(SparkAzureCheckState.Failed, KubeConfigChecks.Judge("The token", now.AddMinutes(-1), true, now).State);
        Assert.Equal(SparkAzureCheckState.Warning, KubeConfigChecks.Judge("The client certificate", now.AddDays(3), false, now).State);
        Assert.Equal(SparkAzureCheckState.Passed, KubeConfigChecks.Judge("The token", now.AddMinutes(40), true, now).State);
        Assert.Equal(SparkAzureCheckState.Passed, KubeConfigChecks.Judge("The client certificate", now.AddDays(300), false, now).State);
    }

    [Fact]
    public async Task The_clocks_of_this_host_and_of_the_cluster_are_compared()
    {
        var check = await _site.CheckAsync("Clock");

        Assert.Equal(SparkAzureCheckState.Passed, check.State);
        Assert.DoesNotContain(_site.Cluster.Requests, r => r.User is not null);
    }

    [Theory]
    [InlineData("localhost", null, SparkAzureCheckState.Failed)]
    [InlineData("no-such-host.invalid", null, SparkAzureCheckState.Failed)]
    [InlineData("no-such-host.invalid", "0.0.0.0", SparkAzureCheckState.Warning)]
    [InlineData("192.0.2.7", null, SparkAzureCheckState.Failed)]
    [InlineData("192.0.2.7", "0.0.0.0", SparkAzureCheckState.Warning)]
    [InlineData("192.0.2.7", "192.0.2.7", SparkAzureCheckState.Failed)]
    [InlineData("${host}", null, SparkAzureCheckState.Unknown)]
    public async Task A_driver_that_nobody_finds_is_told(string host, string? bind, SparkAzureCheckState expected)
    {
        _site.Set(("spark.driver.host", host));
        if (bind is not null)
        {
            _site.Set(("spark.driver.bindAddress", bind));
        }

        Assert.Equal(expected, (await _site.CheckAsync("NetworkDriverHost")).State);
    }

    [Fact]
    public async Task Ports_are_wanted_and_must_be_free()
    {
        var open = await _site.CheckAsync("NetworkDriverPorts");
        Assert.Equal((SparkAzureCheckState.Warning, "Set-DssSparkConfig"), (open.State, open.Command));
        Assert.Contains("spark.driver.port and spark.driver.blockManager.port are not set: ", open.Evidence, StringComparison.Ordinal);

        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        _site.Set(
            ("spark.driver.port", port.ToString(CultureInfo.InvariantCulture)), ("spark.blockManager.port", "7079"), ("spark.port.maxRetries", "0"));
        await using var other = await SetupSite.StartAsync();
        other.Set(("spark.driver.port", port.ToString(CultureInfo.InvariantCulture)), ("spark.blockManager.port", "7079"));

        // One port that is taken is grave, also where the other is not set.
        await using var half = await SetupSite.StartAsync();
        half.Set(("spark.driver.port", port.ToString(CultureInfo.InvariantCulture)), ("spark.port.maxRetries", "0"));
        Assert.Equal(SparkAzureCheckState.Failed, (await half.CheckAsync("NetworkDriverPorts")).State);

        // The sample's own key stands behind the one that was set, and the first of a name counts.
        Assert.Equal(SparkAzureCheckState.Failed, (await _site.CheckAsync("NetworkDriverPorts")).State);
        Assert.Equal(SparkAzureCheckState.Passed, (await other.CheckAsync("NetworkDriverPorts")).State);
    }

    [Fact]
    public async Task The_server_of_the_master_must_take_connections()
    {
        Assert.Equal(SparkAzureCheckState.Unknown, (await _site.CheckAsync("NetworkApiServer")).State);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        _site.Set(("spark.master", $"k8s://https://127.0.0.1:{port}"));
        Assert.Equal(SparkAzureCheckState.Passed, (await _site.CheckAsync("NetworkApiServer")).State);

        // The kubeconfig's server answers all the same.
        server.Stop();
        var refused = await _site.CheckAsync("NetworkApiServer");
        Assert.Equal((SparkAzureCheckState.Failed, "Get-AksApiServer"), (refused.State, refused.Command));
        Assert.Contains("does not resolve", (await ApiServerRoute.TryAsync(new Uri("https://nosuch.invalid"), default)).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spark.executor.memory", "400m", SparkAzureCheckState.Failed)]
    [InlineData("spark.executor.memory", "450m", SparkAzureCheckState.Passed)]
    [InlineData("spark.driver.memory", "471859199b", SparkAzureCheckState.Failed)]
    [InlineData("spark.executor.memory", "512", SparkAzureCheckState.Passed)]
    [InlineData("spark.executor.memory", "${mem}", SparkAzureCheckState.Unknown)]
    public async Task Less_memory_than_Spark_starts_with_is_told(string key, string value, SparkAzureCheckState expected)
    {
        _site.Set((key, value));

        Assert.Equal(expected, (await _site.CheckAsync("SparkMemory")).State);
    }

    [Fact]
    public async Task A_configuration_needs_a_cluster_an_image_and_what_its_Spark_wants()
    {
        Assert.Contains("has no spark.master", (await _site.CheckAsync("SparkConfiguration")).Evidence, StringComparison.Ordinal);

        _site.Set(("spark.master", "k8s://https://spark.example"));
        Assert.Contains("names no image", (await _site.CheckAsync("SparkConfiguration")).Evidence, StringComparison.Ordinal);

        _site.Set(("spark.kubernetes.container.image", "acr.example/spark:v1"));
        Assert.Equal(SparkAzureCheckState.Passed, (await _site.CheckAsync("SparkConfiguration")).State);

        _site.IntegrateSpark("2.4.4");
        var port = await _site.CheckAsync("SparkConfiguration");
        Assert.Equal(SparkAzureCheckState.Failed, port.State);
        Assert.Contains("names no port", port.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.4.8", 8, SparkAzureCheckState.Passed)]
    [InlineData("2.4.8", 11, SparkAzureCheckState.Failed)]
    [InlineData("3.5.9", 17, SparkAzureCheckState.Passed)]
    [InlineData("3.2.4", 17, SparkAzureCheckState.Failed)]
    [InlineData("4.3.0", 11, SparkAzureCheckState.Failed)]
    [InlineData("2.3.4", 8, SparkAzureCheckState.Unknown)]
    public void Which_Java_a_Spark_takes_is_known(string spark, int java, SparkAzureCheckState expected) =>
        Assert.Equal(expected, SparkChecks.Judge(ReleaseNumber.Parse(spark), java, "java").State);

    [SkippableFact]
    public async Task The_driver_gets_the_Java_that_DSS_exports()
    {
        Skip.If(OperatingSystem.IsWindows(), "The program is a shell script.");
        _site.IntegrateSpark("3.5.9");
        Directory.CreateDirectory(Path.Combine(_site.Host.DataDirectory, "jdk/bin"));
        _site.Write("jdk/bin/java", "#!/bin/sh\necho 'openjdk version \"11.0.20\" 2023-07-18' >&2\n");
        File.SetUnixFileMode(
            Path.Combine(_site.Host.DataDirectory, "jdk/bin/java"),
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        _site.Write("bin/env-site.sh", $"export JAVA_HOME={_site.Host.DataDirectory}/jdk\n");

        var check = await _site.CheckAsync("SparkJava");

        Assert.Equal(SparkAzureCheckState.Passed, check.State);
        Assert.Contains("is Java 11", check.Evidence, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_daemon_is_asked_as_the_account_of_DSS()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "A daemon's socket is a unix socket.");
        var path = Path.Combine(_site.Host.DataDirectory, "docker.sock");
        _site.Write("bin/env-site.sh", $"export DOCKER_HOST=unix://{path}\n");
        Assert.Equal(SparkAzureCheckState.Warning, (await _site.CheckAsync("DockerDaemon")).State);

        using var daemon = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        daemon.Bind(new UnixDomainSocketEndPoint(path));
        daemon.Listen(4);
        var answering = Task.Run(() =>
        {
            using var client = daemon.Accept();
            client.Receive(new byte[512]);
            client.Send("HTTP/1.0 200 OK\r\n\r\nOK"u8);
        });
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);

        Assert.Equal(SparkAzureCheckState.Passed, (await _site.CheckAsync("DockerDaemon")).State);
        await answering;

        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root asks as another account.");
        File.SetUnixFileMode(path, (UnixFileMode)0b110_000_000);
        var closed = await _site.CheckAsync("DockerDaemon");
        Assert.Equal(SparkAzureCheckState.Warning, closed.State);
        Assert.Contains("Permission denied", closed.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_of_user_isolation_are_looked_at_one_by_one()
    {
        Assert.Equal(SparkAzureCheckState.NotApplicable, (await _site.CheckAsync("KubeConfigUsers")).State);
        await using var site = await SetupSite.StartAsync(new SampleDssHostOptions { UserIsolation = true });

        Assert.Equal(SparkAzureCheckState.Unknown, (await site.CheckAsync("KubeConfigUsers")).State);
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        site.Write("config/users.json", """{"users":[{"login":"no-such-user-of-this-host"}]}""");
        var text = File.ReadAllText(site.Host.GeneralSettings);
        File.WriteAllText(site.Host.GeneralSettings, text.Replace("\"userRules\": []", "\"userRules\": [{\"type\":\"IDENTITY\"}]", StringComparison.Ordinal));

        var check = await site.CheckAsync("KubeConfigUsers");
        Assert.Equal(SparkAzureCheckState.Failed, check.State);
        Assert.Contains("no-such-user-of-this-host", check.Evidence, StringComparison.Ordinal);
    }
}
