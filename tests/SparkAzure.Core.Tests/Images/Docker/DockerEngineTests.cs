using System.Net;
using System.Text;
using Docker.DotNet.Models;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Docker;
using SparkAzure.Core.Tests.Oci.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images.Docker;

public sealed class DockerEngineTests : IDisposable
{
    private const string Planted = "pl4nted-s3cret/+value";

    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [SkippableFact]
    public async Task Images_are_built_pushed_and_found_unchanged_the_second_time()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var real = await RealRegistry.StartOrSkipAsync();
        var options = _spark.Options(real.Host + "/team");
        try
        {
            var caller = new RecordingCaller();
            var first = await SparkHomeFixture.PublishAsync(options, caller);
            var second = await SparkHomeFixture.PublishAsync(options);
            _spark.Write("jars/part2-2.4.0.jar", "changed");
            var third = await SparkHomeFixture.PublishAsync(options);

            Assert.Equal(["spark", "spark-py"], first.Select(i => i.Name));
            Assert.All(first, i => Assert.True(i is { Changed: true, Planned: false, BytesUploaded: > 0, Engine: SparkImageEngine.Docker }));
            Assert.Contains(caller.VerboseLines, l => l.StartsWith("Step 1/", StringComparison.Ordinal));
            Assert.Equal(first.Select(i => i.Digest), second.Select(i => i.Digest));
            Assert.All(second, i => Assert.True(i is { Changed: false, BytesUploaded: 0 }));
            Assert.All(third, i => Assert.True(i.Changed));
            Assert.DoesNotContain(third, i => first.Any(f => f.Digest == i.Digest));

            var seen = await ContainerTools.RunAsync(
                "docker", ["run", "--rm", "--network", "none", third[1].Reference, "sh", "-c", "cat $SPARK_HOME/RELEASE $SPARK_HOME/jars/part2-2.4.0.jar $PYTHONPATH; ls /opt/spark /opt/spark/jars"]);
            Assert.Contains("Spark 2.4.0 built for Hadoop 2.7.3\nchangedzip", seen, StringComparison.Ordinal);
            Assert.DoesNotContain("secret.jar", seen, StringComparison.Ordinal);
            Assert.DoesNotContain("examples", seen, StringComparison.Ordinal);
        }
        finally
        {
            await ForgetAsync(real.Host);
        }
    }

    [SkippableFact]
    public async Task The_image_of_R_is_made_when_it_is_asked_for_and_arguments_reach_the_build()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync();
        _spark.Write("R/lib/sparkr.zip", "r");
        _spark.Write("kubernetes/dockerfiles/spark/bindings/R/Dockerfile", "ARG base_img\nFROM $base_img\nARG greeting=none\nCOPY R /opt/spark/R\nRUN echo \"$greeting\" > /greeting\n");
        var options = _spark.Options(registry.Host) with { Images = ["spark-r"], BuildArguments = new Dictionary<string, string> { ["greeting"] = "a b \"c\"", ["typo"] = "x" } };
        var caller = new RecordingCaller();
        try
        {
            var image = Assert.Single(await SparkHomeFixture.PublishAsync(options, caller));

            Assert.Equal(("spark-r", true), (image.Name, image.Changed));
            Assert.Null(registry.Manifest("spark", "v1"));
            Assert.Contains("'typo'", Assert.Single(caller.Warnings), StringComparison.Ordinal);
            Assert.Contains("a b \"c\"", await ContainerTools.RunAsync("docker", ["run", "--rm", "--network", "none", image.TagReference, "cat", "/greeting"]), StringComparison.Ordinal);
        }
        finally
        {
            await ForgetAsync(registry.Host);
        }
    }

    [SkippableFact]
    public async Task A_failed_build_is_one_error_with_the_builds_last_lines_and_pushes_nothing()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync();
        _spark.WriteDockerfile("FROM sparkazure-test/base:1\nRUN echo what-went-before && echo the-reason >&2 && false");

        var failure = await SparkHomeFixture.RefusedAsync(_spark.Options(registry.Host));

        Assert.Equal(("ImageBuildFailed", ErrorKind.OperationFailed), (failure.Id, failure.Kind));
        Assert.Contains("returned a non-zero code: 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("what-went-before", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the-reason", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [SkippableFact]
    public async Task A_login_is_handed_to_docker_and_shows_nowhere_and_a_refused_one_is_told_before_the_build()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync(new RegistryOptions { Authentication = RegistryAuthentication.AcrToken, UserName = "pusher", Password = Planted });
        var options = _spark.Options(registry.Host) with { Images = ["spark"] };
        var caller = new RecordingCaller();
        try
        {
            var refused = await SparkHomeFixture.RefusedAsync(options with { Access = new RegistryAccess { Credential = new NetworkCredential("pusher", "wrong-" + Planted) } }, caller);
            Assert.Equal("RegistryLoginRefused", refused.Id);
            Assert.DoesNotContain(caller.VerboseLines, l => l.StartsWith("Building", StringComparison.Ordinal));

            var image = Assert.Single(await SparkHomeFixture.PublishAsync(options with { Access = new RegistryAccess { Credential = new NetworkCredential("pusher", Planted) } }, caller));
            Assert.True(image.Changed);

            var seen = string.Join('\n', [.. registry.Requests.Select(r => r.Url), .. caller.VerboseLines, refused.ToString(), image.ToString()]);
            foreach (var form in new[] { Planted, Uri.EscapeDataString(Planted), Convert.ToBase64String(Encoding.UTF8.GetBytes("pusher:" + Planted)) })
            {
                Assert.DoesNotContain(form, seen, StringComparison.Ordinal);
            }
        }
        finally
        {
            await ForgetAsync(registry.Host);
        }
    }

    [Theory]
    [InlineData("unauthorized: authentication required", true)]
    [InlineData("no basic auth credentials", true)]
    [InlineData("denied: requested access to the resource is denied", true)]
    [InlineData("Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", false)]
    public void A_refused_login_is_told_from_other_failures_by_the_words_of_docker(string error, bool isLogin) =>
        Assert.Equal(isLogin, DockerPushLog.IsLoginRefusal(error));

    [Fact]
    public async Task Without_a_daemon_the_error_says_what_to_do_and_a_rehearsal_still_describes_the_images()
    {
        using var folder = new TemporaryFolder();
        var options = _spark.Options("127.0.0.1:1") with { DockerHost = new Uri("unix://" + folder["docker.sock"]) };
        var caller = RecordingCaller.WhatIf();

        var refusal = await SparkHomeFixture.RefusedAsync(options);
        var rehearsal = await SparkHomeFixture.PublishAsync(options, caller);

        Assert.Equal(("DockerUnavailable", ErrorKind.Unavailable), (refusal.Id, refusal.Kind));
        Assert.Contains(folder["docker.sock"], refusal.Message, StringComparison.Ordinal);
        Assert.Contains("-Engine Registry", refusal.Remedy, StringComparison.Ordinal);
        Assert.All(rehearsal, i => Assert.True(i is { Planned: true, Changed: false, Digest: null }));
        Assert.Contains("No Docker daemon answers", Assert.Single(caller.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rehearsal_asks_the_daemon_but_tells_it_nothing()
    {
        await using var daemon = new ListeningDaemon(line => line.Contains("_ping", StringComparison.Ordinal)
            ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
            : "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");

        var images = await SparkHomeFixture.PublishAsync(_spark.Options("127.0.0.1:1") with { DockerHost = daemon.Address }, RecordingCaller.WhatIf());

        Assert.All(images, i => Assert.True(i.Planned));
        Assert.Contains("GET /images/127.0.0.1:1/spark:v1/json HTTP/1.1", daemon.RequestLines);
        Assert.All(daemon.RequestLines, l => Assert.StartsWith("GET ", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_daemon_that_refuses_or_does_not_speak_the_api_is_quoted()
    {
        await using var refusing = new ListeningDaemon(line => line.Contains("_ping", StringComparison.Ordinal)
            ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
            : line.StartsWith("GET", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"Id\":\"sha256\"}"
            : "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 25\r\n\r\n{\"message\":\"no such flag\"}");
        var refusal = await SparkHomeFixture.RefusedAsync(_spark.Options("127.0.0.1:1") with { DockerHost = refusing.Address });
        Assert.Equal("DockerRefused", refusal.Id);
        Assert.Contains("no such flag", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_output_comes_as_lines_however_it_is_cut()
    {
        var lines = new List<string>();
        var log = new DockerBuildLog(lines.Add);
        foreach (var piece in new[] { "Step 1/2", " : FROM a\n ---> 0\nSt", "ep 2/2 : RUN b\n" })
        {
            log.Report(new JSONMessage { Stream = piece });
        }

        log.Report(new JSONMessage { Error = new JSONError { Message = "it failed" } });

        Assert.Equal(["Step 1/2 : FROM a", " ---> 0", "Step 2/2 : RUN b"], lines);
        Assert.Equal(("it failed", 3), (log.Error, log.LastLines.Count));
    }

    internal static async Task ForgetAsync(string host)
    {
        var (_, images) = await ContainerTools.TryRunAsync("docker", ["images", "--format", "{{.ID}} {{.Repository}}"]);
        var mine = images.Split('\n').Where(l => l.Contains($" {host}/", StringComparison.Ordinal)).Select(l => l.Split(' ')[0]).Distinct().ToList();
        if (mine.Count > 0)
        {
            await ContainerTools.TryRunAsync("docker", ["rmi", "-f", .. mine]);
        }
    }
}
