using System.Text;
using System.Text.Json;
using Docker.DotNet.Models;
using SparkAzure.Core.Docker;

namespace SparkAzure.Core.Tests.Docker;

/// <summary>What daemons answer that no daemon of this machine does, and how their answers end.</summary>
public sealed class DockerDaemonTests
{
    private const string Reference = "registry.test/spark:v1";

    // Engine API before 1.48 has both; since then error is deprecated; podman has sent it alone.
    public static TheoryData<string> Failures =>
    [
        """{"errorDetail":{"code":1,"message":"the command returned 1"},"error":"the command returned 1"}""",
        """{"errorDetail":{"code":1,"message":"the command returned 1"}}""",
        """{"error":"the command returned 1"}""",
        """{"errorDetail":{},"error":"the command returned 1"}""",
        """{"errorDetail":null,"error":"the command returned 1"}""",
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_build_that_fails_is_told_however_the_daemon_says_so(string message)
    {
        await using var daemon = new ListeningDaemon(_ => Ok("{\"stream\":\"Step 1/1 : RUN false\\n\"}\n" + message + "\n"));
        using var docker = Open(daemon);
        var log = new DockerBuildLog(_ => { });

        await BuildAsync(docker, log);

        Assert.Equal("the command returned 1", log.Error);
        Assert.Equal(["Step 1/1 : RUN false"], log.LastLines);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task So_is_a_push(string message)
    {
        await using var daemon = new ListeningDaemon(_ => Ok(message + "\n"));
        using var docker = Open(daemon);
        using var log = new DockerPushLog(new RecordingCaller(), "Publishing");

        await docker.PushAsync("registry.test/spark", "v1", null, log, CancellationToken.None);

        Assert.Equal("the command returned 1", log.Error);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task And_a_pull(string message)
    {
        await using var daemon = new ListeningDaemon(_ => Ok(message + "\n"));
        using var docker = Open(daemon);
        using var log = new DockerPushLog(new RecordingCaller(), "Pulling");

        await docker.PullAsync(new ImagesCreateParameters { FromImage = "base", Tag = "1" }, null, log, CancellationToken.None);

        Assert.Equal("the command returned 1", log.Error);
    }

    [Fact]
    public async Task A_push_tells_its_digest_and_the_layers_that_went()
    {
        var digest = "sha256:" + new string('a', 64);
        await using var daemon = new ListeningDaemon(_ => Ok(
            "{\"status\":\"Pushing\",\"progressDetail\":{\"current\":512,\"total\":1024},\"id\":\"0123456789ab\"}\n"
            + "{\"status\":\"Pushed\",\"progressDetail\":{},\"id\":\"0123456789ab\"}\n"
            + "{\"progressDetail\":{},\"aux\":{\"Tag\":\"v1\",\"Digest\":\"" + digest + "\",\"Size\":1234}}\n"));
        using var docker = Open(daemon);
        using var log = new DockerPushLog(new RecordingCaller(), "Publishing");

        await docker.PushAsync("registry.test/spark", "v1", null, log, CancellationToken.None);

        Assert.Equal(digest, log.Digest);
        Assert.Equal(["0123456789ab"], log.PushedLayers);
    }

    [Theory]
    [InlineData("<html>a proxy's page</html>")]
    [InlineData("{\"stream\": \"cut")]
    [InlineData("[1, 2]")]
    public async Task Whoever_answers_something_else_is_no_daemon(string body)
    {
        await using var daemon = new ListeningDaemon(_ => Ok(body));
        using var docker = Open(daemon);

        var exception = await Assert.ThrowsAsync<SparkAzureException>(
            () => docker.FindImageAsync("spark", CancellationToken.None));

        Assert.Equal("DockerRefused", exception.Id);
        Assert.Contains("not the Docker Engine API's", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_is_whoever_answers_a_build_so()
    {
        await using var daemon = new ListeningDaemon(_ => Ok("<html>a proxy's page</html>\n"));
        using var docker = Open(daemon);

        var exception = await Assert.ThrowsAsync<SparkAzureException>(() => BuildAsync(docker, new DockerBuildLog(_ => { })));

        Assert.Equal("DockerRefused", exception.Id);
    }

    [Fact]
    public async Task A_redirect_is_no_daemon_either()
    {
        await using var daemon = new ListeningDaemon(
            _ => "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var docker = Open(daemon);

        var exception = await Assert.ThrowsAsync<SparkAzureException>(() => docker.PingAsync(CancellationToken.None));

        Assert.Equal("DockerRefused", exception.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"mess")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"status\":\"Preparing\"}\n")]
    public async Task A_daemon_that_stands_still_can_be_left(string begun)
    {
        await using var daemon = new ListeningDaemon(_ => begun);
        using var docker = Open(daemon);
        using var log = new DockerPushLog(new RecordingCaller(), "Publishing");
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => docker.PushAsync("registry.test/spark", "v1", null, log, stop.Token)
                .WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
    }

    [Fact]
    public async Task Logins_travel_in_the_base64_of_addresses_and_the_builder_is_the_classic_one()
    {
        // Encodes to characters that the two alphabets of base64 do not share.
        const string Password = "??>>~~ÿÿ";
        await using var daemon = new ListeningDaemon(_ => Ok("{}\n"));
        using var docker = Open(daemon);
        var logins = new Dictionary<string, AuthConfig>
        {
            ["registry.test"] = new() { Username = "u", Password = Password, ServerAddress = "registry.test" },
        };

        await docker.BuildAsync(
            new ImageBuildParameters { Tags = [Reference], Dockerfile = "Dockerfile" },
            new MemoryStream(new byte[1024]),
            logins,
            new DockerBuildLog(_ => { }),
            CancellationToken.None);

        var line = Assert.Single(daemon.RequestLines, l => l.StartsWith("POST /build?", StringComparison.Ordinal));
        Assert.Contains("version=1", line, StringComparison.Ordinal);
        var header = Assert.Single(daemon.HeaderLines, l => l.StartsWith("X-Registry-Config: ", StringComparison.Ordinal));
        var value = header["X-Registry-Config: ".Length..];
        Assert.DoesNotContain(value, c => c is '+' or '/');
        var json = Encoding.UTF8.GetString(Convert.FromBase64String(value.Replace('-', '+').Replace('_', '/')));
        using var sent = JsonDocument.Parse(json);
        Assert.Equal(Password, sent.RootElement.GetProperty("registry.test").GetProperty("password").GetString());
    }

    [Theory]
    [InlineData("Libpod-API-Version: 4.3.1\r\n", true)]
    [InlineData("", false)]
    public async Task Podman_is_told_where_plain_http_is_meant(string header, bool isTold)
    {
        await using var daemon = new ListeningDaemon(line => line.Contains("_ping", StringComparison.Ordinal)
            ? $"HTTP/1.1 200 OK\r\n{header}Content-Length: 2\r\n\r\nOK"
            : Ok("{}\n"));
        using var docker = Open(daemon);
        using var log = new DockerPushLog(new RecordingCaller(), "Publishing");

        await docker.PingAsync(CancellationToken.None);
        await docker.PushAsync("127.0.0.1:5000/spark", "v1", null, log, CancellationToken.None);
        await docker.PullAsync(
            new ImagesCreateParameters { FromImage = "127.0.0.1:5000/base", Tag = "1" }, null, log, CancellationToken.None);
        await docker.PushAsync("registry.test/spark", "v1", null, log, CancellationToken.None);

        var told = daemon.RequestLines.Select(l => l.Contains("tlsVerify=false", StringComparison.Ordinal));
        Assert.Equal([false, isTold, isTold, false], told);
    }

    private static DockerDaemon Open(ListeningDaemon daemon) =>
        new(DockerEndpoint.Parse(daemon.Address.OriginalString, tls: null));

    private static Task BuildAsync(DockerDaemon docker, DockerBuildLog log) => docker.BuildAsync(
        new ImageBuildParameters { Tags = [Reference], Dockerfile = "Dockerfile" },
        new MemoryStream(new byte[1024]),
        new Dictionary<string, AuthConfig>(),
        log,
        CancellationToken.None);

    private static string Ok(string body) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
}
