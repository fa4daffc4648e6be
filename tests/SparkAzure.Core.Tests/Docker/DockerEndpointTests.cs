using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Tests.Images;
using SparkAzure.Core.Tests.Images.Docker;
using SparkAzure.Core.Tests.Oci.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Docker;

public sealed class DockerEndpointTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _spark.Dispose();

    // docker/cli, cli/command/cli.go: what is given, DOCKER_HOST, DOCKER_CONTEXT, currentContext, the default.
    [Theory]
    [InlineData("tcp://127.0.0.1:1", null, "tcp://127.0.0.1:2", "env", "used", "tcp://127.0.0.1:1")]
    [InlineData(null, "given", "tcp://127.0.0.1:2", "env", "used", "tcp://127.0.0.1:10")]
    [InlineData(null, "default", "tcp://127.0.0.1:2", "env", "used", "tcp://127.0.0.1:2")]
    [InlineData(null, null, "tcp://127.0.0.1:2", "env", "used", "tcp://127.0.0.1:2")]
    [InlineData(null, null, null, "env", "used", "tcp://127.0.0.1:20")]
    [InlineData(null, null, "", "", "used", "tcp://127.0.0.1:30")]
    [InlineData(null, null, null, "default", "used", null)]
    [InlineData(null, null, null, null, null, null)]
    public async Task The_daemon_is_the_one_that_the_docker_program_would_take(string? given, string? context, string? dockerHost, string? dockerContext, string? current, string? expected)
    {
        WriteContext("given", "tcp://127.0.0.1:10");
        WriteContext("env", "tcp://127.0.0.1:20");
        WriteContext("used", "tcp://127.0.0.1:30");
        Write("config.json", current is null ? "{}" : $$"""{"currentContext":"{{current}}"}""");

        var endpoint = await FindAsync(given, context, new() { ["DOCKER_HOST"] = dockerHost, ["DOCKER_CONTEXT"] = dockerContext });

        Assert.Equal(expected ?? "unix://" + DockerEndpoints.LocalSocket(_ => null, File.Exists), endpoint.Display);
    }

    [Theory]
    [InlineData("tcp://127.0.0.1", null, null, "http://127.0.0.1:2375/", null)]
    [InlineData("tcp://localhost", "1", null, "https://localhost:2376/", "")]
    [InlineData("tcp://build.example.com:2377", null, "/certs", "https://build.example.com:2377/", "/certs")]
    [InlineData("tcp://build.example.com", "1", "/certs", "https://build.example.com:2376/", "/certs")]
    [InlineData("https://build.example.com", null, null, "https://build.example.com:2376/", null)]
    [InlineData("unix:///a%20b/docker.sock", "1", null, "http://docker/", null)]
    public async Task Tls_is_used_when_the_environment_asks_for_it(string host, string? verify, string? folder, string address, string? certificates)
    {
        var endpoint = await FindAsync(host, null, new() { ["DOCKER_TLS_VERIFY"] = verify, ["DOCKER_CERT_PATH"] = folder });

        Assert.Equal(new Uri(address), endpoint.BaseAddress);
        Assert.Equal(certificates is "" ? _spark.DockerConfig : certificates ?? "", endpoint.Tls?.Folder ?? "");
        Assert.Equal(host.StartsWith("unix", StringComparison.Ordinal) ? "/a b/docker.sock" : null, endpoint.SocketPath);
    }

    [Theory]
    [InlineData("ssh://root@build.example.com", "DockerHostNeedsProgram", "ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock root@build.example.com")]
    [InlineData("npipe:////./pipe/docker_engine", "DockerHostNeedsProgram", "tcp://localhost:2375")]
    [InlineData("tcp://build.example.com:2375", "DockerHostNeedsTls", "DOCKER_CERT_PATH")]
    [InlineData("fd://", "DockerHostNotSupported", "unix:///")]
    [InlineData("build", "DockerHostNotSupported", "unix:///")]
    public async Task A_daemon_that_cannot_be_reached_or_not_safely_is_refused_with_the_way_out(string host, string id, string remedy)
    {
        WriteContext("remote", host);
        foreach (var refused in new[]
                 {
                     await Assert.ThrowsAsync<SparkAzureException>(() => FindAsync(null, null, new() { ["DOCKER_HOST"] = host })),
                     await Assert.ThrowsAsync<SparkAzureException>(() => FindAsync(null, "remote", [])),
                 })
        {
            Assert.Equal(id, refused.Id);
            Assert.Contains(host, refused.Message, StringComparison.Ordinal);
            Assert.Contains(remedy, refused.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_context_that_is_not_there_or_of_no_use_is_told_with_those_that_are()
    {
        WriteContext("team", "tcp://127.0.0.1:10");
        WriteContext("insecure", "tcp://127.0.0.1:10", skip: true);
        WriteContext("empty", "");
        Write($"contexts/meta/{Id("broken")}/meta.json", "{");

        foreach (var (name, why) in new[] { ("taem", "none of that name"), ("insecure", "skip-tls-verify"), ("empty", "no address"), ("broken", "docker context create") })
        {
            var refused = await Assert.ThrowsAsync<SparkAzureException>(() => FindAsync(null, null, new() { ["DOCKER_CONTEXT"] = name }));
            Assert.Equal("DockerContextUnusable", refused.Id);
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
            Assert.Contains("(DOCKER_CONTEXT)", refused.Message, StringComparison.Ordinal);
            Assert.Contains("default, empty, insecure, team", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal("DockerHostAmbiguous", (await Assert.ThrowsAsync<SparkAzureException>(() => FindAsync("tcp://127.0.0.1:1", "team", []))).Id);
    }

    [Theory]
    [InlineData("/var/run/docker.sock", "/var/run/docker.sock", "/run/user/7/podman/podman.sock")]
    [InlineData("/run/user/7/docker.sock", "/run/user/7/docker.sock", "/run/podman/podman.sock")]
    [InlineData("/run/user/7/podman/podman.sock", "/run/podman/podman.sock", "/run/user/7/podman/podman.sock")]
    [InlineData("/run/podman/podman.sock", "/run/podman/podman.sock")]
    [InlineData("/var/run/docker.sock")]
    public void The_sockets_of_rootless_daemons_and_of_podman_come_after_dockers_own(string expected, params string[] there) => Assert.Equal(
        expected, DockerEndpoints.LocalSocket(name => name == "XDG_RUNTIME_DIR" ? "/run/user/7" : null, there.Contains));

    [SkippableFact]
    public async Task A_daemon_behind_tls_is_used_with_the_certificates_of_a_context_and_no_other()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync();
        using var folder = new TemporaryFolder();
        await using var daemon = new TlsForwarder(folder["certificates"]);
        await using var stranger = new TlsForwarder(folder["others"]);
        CopyCertificates(folder["certificates"], "team");
        CopyCertificates(folder["others"], "stranger");
        WriteContext("team", daemon.Host);
        WriteContext("stranger", daemon.Host);
        var options = _spark.Options(registry.Host) with { Images = ["spark"] };
        try
        {
            var image = Assert.Single(await SparkHomeFixture.PublishAsync(options with { DockerContext = "team" }, _caller));
            Assert.True(image.Changed);
            Assert.Equal(image.Digest, registry.Manifest("spark", "v1")!.Value.Digest);
            Assert.True(daemon.Clients > 0);

            var distrusted = await SparkHomeFixture.RefusedAsync(options with { DockerContext = "stranger" });
            Assert.Equal(("DockerDaemonNotTrusted", ErrorKind.AuthenticationFailed), (distrusted.Id, distrusted.Kind));

            // The daemon is the right one, and the client proves nothing.
            File.Delete(Path.Combine(_spark.DockerConfig, "contexts", "tls", Id("team"), "docker", "key.pem"));
            var clients = daemon.Clients;
            var unproven = await SparkHomeFixture.RefusedAsync(options with { DockerContext = "team" });
            Assert.Contains(unproven.Id, (string[])["DockerDaemonNotTrusted", "DockerUnavailable"]);
            Assert.Equal(clients, daemon.Clients);
        }
        finally
        {
            await DockerEngineTests.ForgetAsync(registry.Host);
        }
    }

    [Fact]
    public async Task Certificates_that_cannot_be_read_are_named()
    {
        WriteContext("team", "tcp://127.0.0.1:1");
        Write($"contexts/tls/{Id("team")}/docker/ca.pem", "not a certificate");
        Write($"contexts/tls/{Id("team")}/docker/cert.pem", "no");
        Write($"contexts/tls/{Id("team")}/docker/key.pem", "no");

        var refused = await SparkHomeFixture.RefusedAsync(_spark.Options("127.0.0.1:1") with { DockerContext = "team" });

        Assert.Equal(("DockerCertificatesUnusable", ErrorKind.InvalidData), (refused.Id, refused.Kind));
        Assert.Contains(Id("team"), refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Podman_builds_and_pushes_through_its_compatible_socket_and_finds_its_images_unchanged()
    {
        await using var podman = await PodmanService.StartOrSkipAsync();
        await using var registry = await RealRegistry.StartOrSkipAsync();
        var options = _spark.Options(registry.Host + "/team") with { DockerHost = podman.Address };

        var first = await SparkHomeFixture.PublishAsync(options, _caller);
        var second = await SparkHomeFixture.PublishAsync(options);
        _spark.WriteDockerfile("FROM sparkazure-test/base:1\nRUN echo the-reason && false");
        var failure = await SparkHomeFixture.RefusedAsync(options);

        Assert.Equal(["spark", "spark-py"], first.Select(i => i.Name));
        Assert.All(first, i => Assert.True(i is { Changed: true, Engine: SparkImageEngine.Docker }));
        Assert.Contains(_caller.VerboseLines, l => l.StartsWith("STEP 1/", StringComparison.Ordinal));
        Assert.Equal(first.Select(i => i.Digest), second.Select(i => i.Digest));
        Assert.All(second, i => Assert.True(i is { Changed: false, BytesUploaded: 0 }));
        Assert.Equal("ImageBuildFailed", failure.Id);
        Assert.Contains("the-reason", failure.Message, StringComparison.Ordinal);
        var root = (await podman.RunAsync("image", "mount", first[1].TagReference)).Trim();
        Assert.Contains("Spark 2.4.0", File.ReadAllText($"{root}/opt/spark/RELEASE"), StringComparison.Ordinal);
        Assert.Equal("zip", File.ReadAllText($"{root}/opt/spark/python/lib/pyspark.zip"));
    }

    private Task<DockerEndpoint> FindAsync(string? given, string? context, Dictionary<string, string?> environment) => DockerEndpoints.FindAsync(
        new DockerChoice(given is null ? null : new Uri(given), context, _spark.Options("127.0.0.1:1").Access.DockerConfigFolder),
        environment.GetValueOrDefault,
        _caller,
        CancellationToken.None);

    private static string Id(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();

    private void WriteContext(string name, string host, bool skip = false) => Write(
        $"contexts/meta/{Id(name)}/meta.json",
        JsonSerializer.Serialize(new { Name = name, Metadata = new { }, Endpoints = new { docker = new { Host = host, SkipTLSVerify = skip } } }));

    private void CopyCertificates(string from, string context)
    {
        foreach (var file in Directory.GetFiles(from))
        {
            Write($"contexts/tls/{Id(context)}/docker/{Path.GetFileName(file)}", File.ReadAllText(file));
        }
    }

    private void Write(string relative, string content)
    {
        var path = Path.Combine(_spark.DockerConfig, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
