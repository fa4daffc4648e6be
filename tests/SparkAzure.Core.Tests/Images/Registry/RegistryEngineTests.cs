using System.Formats.Tar;
using System.Net;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Oci.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images.Registry;

public sealed class RegistryEngineTests : IDisposable
{
    private const string Planted = "pl4nted-s3cret/+value";

    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Files_become_layers_and_settings_become_configuration_in_the_family_of_the_base(bool oci, bool index)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync(oci: oci, index: index);
        var caller = new RecordingCaller();

        var images = await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host + "/team", SparkImageEngine.Registry), caller);

        Assert.Equal(["team/spark", "team/spark-py"], images.Select(i => i.Repository));
        Assert.All(images, i => Assert.True(i is { Changed: true, Planned: false, BytesUploaded: > 0 }));
        var (manifest, digest) = registry.Manifest("team/spark-py", "v1")!.Value;
        Assert.Equal(images[1].Digest, digest);
        Assert.Equal($"{registry.Host}/team/spark-py@{digest}", images[1].Reference);

        var types = manifest.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("mediaType").GetString()!).ToList();
        Assert.Equal(7, types.Count);
        Assert.All(types, t => Assert.Equal(oci, t.Contains("oci", StringComparison.Ordinal)));

        using var config = JsonDocument.Parse(registry.OpenBlob("team/spark-py", manifest.RootElement.GetProperty("config").GetProperty("digest").GetString()!)!);
        Assert.Equal("amd64", config.RootElement.GetProperty("architecture").GetString());
        Assert.Equal(7, config.RootElement.GetProperty("rootfs").GetProperty("diff_ids").GetArrayLength());
        Assert.Equal(7, config.RootElement.GetProperty("history").EnumerateArray().Count(h => !h.TryGetProperty("empty_layer", out _)));
        var run = config.RootElement.GetProperty("config");
        Assert.Equal(
            [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "JAVA_HOME=/usr/lib/jvm/sandbox",
                "SPARK_HOME=/opt/spark", "PYTHONPATH=/opt/spark/python/lib/pyspark.zip",
            ],
            run.GetProperty("Env").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal("/opt/entrypoint.sh", run.GetProperty("Entrypoint")[0].GetString());
        Assert.Equal("/opt/spark/work-dir", run.GetProperty("WorkingDir").GetString());
        Assert.False(run.TryGetProperty("Cmd", out _), "the base image's command was meant for another entry point");
    }

    [Fact]
    public async Task The_layers_hold_what_the_dockerfile_copies_and_nothing_else()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        _spark.Write("jars/link-target.txt", "t");
        File.CreateSymbolicLink(_spark.Home("jars", "inside.jar"), "link-target.txt");
        File.CreateSymbolicLink(_spark.Home("jars", "outside.jar"), _spark.Home("examples", "big.txt"));

        await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry));

        var entries = Entries(registry, "spark-py");
        Assert.Equal(
            [
                "opt", "opt/entrypoint.sh", "opt/spark", "opt/spark/RELEASE", "opt/spark/bin", "opt/spark/bin/spark-submit",
                "opt/spark/jars", "opt/spark/jars/inside.jar", "opt/spark/jars/link-target.txt", "opt/spark/jars/outside.jar",
                "opt/spark/jars/part1-2.4.0.jar", "opt/spark/jars/part2-2.4.0.jar", "opt/spark/jars/spark-core_2.11-2.4.0.jar",
                "opt/spark/python", "opt/spark/python/lib", "opt/spark/python/lib/pyspark.zip", "opt/spark/work-dir",
            ],
            entries.Keys.Where(k => k.StartsWith("opt", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("link-target.txt", entries["opt/spark/jars/inside.jar"].LinkName);
        Assert.Equal(TarEntryType.RegularFile, entries["opt/spark/jars/outside.jar"].EntryType);
        Assert.Equal((UnixFileMode)0b111_101_101, entries["opt/spark/bin/spark-submit"].Mode);
        Assert.Equal((UnixFileMode)0b110_100_100, entries["opt/spark/RELEASE"].Mode);
        Assert.All(entries.Values, e => Assert.Equal((0, 0, DateTimeOffset.UnixEpoch), (e.Uid, e.Gid, e.ModificationTime)));
    }

    [Fact]
    public async Task Publishing_again_uploads_nothing_and_asks_nobody_even_when_the_files_were_touched()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry);
        var first = await SparkHomeFixture.PublishAsync(options);
        registry.ClearRequests();
        File.SetLastWriteTimeUtc(_spark.Home("RELEASE"), DateTime.UnixEpoch.AddDays(9));
        var caller = new RecordingCaller();

        var second = await SparkHomeFixture.PublishAsync(options, caller);

        Assert.Equal(first.Select(i => i.Digest), second.Select(i => i.Digest));
        Assert.All(second, i => Assert.True(i is { Changed: false, Planned: false, BytesUploaded: 0 }));
        Assert.Empty(caller.Asked);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task A_changed_jar_sends_its_layer_once_and_spark_py_takes_it_over()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry);
        await SparkHomeFixture.PublishAsync(options);
        registry.ClearRequests();
        _spark.Write("jars/part2-2.4.0.jar", "changed");

        var images = await SparkHomeFixture.PublishAsync(options);

        Assert.All(images, i => Assert.True(i.Changed));
        Assert.Single(registry.Requests, r => r.IsBlobUpload && r.BodyBytes > 70_000);
        Assert.Contains(registry.Requests, r => r.Url.Contains("spark-py", StringComparison.Ordinal) && r.Url.Contains("from=spark", StringComparison.Ordinal) && r.Status == 201);
        Assert.True(images[1].BytesUploaded < 10_000, $"spark-py sent {images[1].BytesUploaded} bytes");
        Assert.Equal("PUT", registry.Requests.Last().Method);
        Assert.EndsWith("/manifests/v1", registry.Requests.Last().Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_RUN_does_is_done_or_proven_and_what_nobody_can_vouch_for_is_named_and_warned_about_once()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var quiet = new RecordingCaller();
        Assert.All(await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry), quiet), i => Assert.Empty(i.UnverifiedInstructions));
        Assert.Empty(quiet.Warnings);
        Assert.Equal((UnixFileMode)0b111_101_101, Entries(registry, "spark")["opt/spark/work-dir"].Mode);

        _spark.WriteDockerfile("FROM x\nRUN apt-get install -y tini cowsay && make-world && chmod 700 /etc/passwd\nCOPY jars /opt/spark/jars\nCOPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/\nENV SPARK_HOME /opt/spark");
        var caller = new RecordingCaller();
        var images = await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry), caller);

        Assert.All(images, i => Assert.Equal(
            ["apt-get install -y tini cowsay (the image has no cowsay)", "make-world (what it does is not known before it runs)"], i.UnverifiedInstructions));
        Assert.Equal(2, caller.Warnings.Count);
        Assert.Contains(caller.Warnings, w => w.Contains("cowsay", StringComparison.Ordinal) && w.Contains("-BaseImage", StringComparison.Ordinal));
        Assert.Equal((UnixFileMode)0b111_000_000, Entries(registry, "spark")["etc/passwd"].Mode);
    }

    [Fact]
    public async Task A_base_image_on_which_no_container_could_start_is_refused()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        _spark.Write("kubernetes/dockerfiles/spark/entrypoint.sh", "#!/bin/zsh\n# /usr/local/bin/tini would not count\nexec /usr/local/sbin/tini -- ${JAVA_HOME}/bin/java \"$@\"\n");

        var refusal = await SparkHomeFixture.RefusedAsync(_spark.Options(registry.Host, SparkImageEngine.Registry));

        _spark.WriteDockerfile("FROM x\nUSER nobody-knows");
        var unknown = await SparkHomeFixture.RefusedAsync(_spark.Options(registry.Host, SparkImageEngine.Registry) with { Images = ["spark"] });

        Assert.Equal(("BaseImageLacks", "BaseImageLacks"), (refusal.Id, unknown.Id));
        Assert.Contains("'nobody-knows'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("it lacks /bin/zsh (the first line of /opt/entrypoint.sh), /usr/local/sbin/tini (/opt/entrypoint.sh starts it).", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task A_rehearsal_writes_nothing_and_describes_the_images()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var caller = RecordingCaller.WhatIf();

        var images = await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry), caller);

        Assert.All(images, i => Assert.True(i is { Planned: true, Changed: false, Digest: null }));
        Assert.Equal([$"{registry.Host}/spark:v1", $"{registry.Host}/spark-py:v1"], caller.Asked.Select(a => a.Target));
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task A_base_image_from_another_registry_is_carried_over_and_spark_py_alone_can_be_made()
    {
        await using var source = await SparkHomeFixture.RegistryAsync(oci: true);
        await using var target = await RegistryStandIn.StartAsync();
        var options = _spark.Options(target.Host, SparkImageEngine.Registry) with { BaseImage = $"{source.Host}/base/jre:8", Images = ["spark-py"] };

        var image = Assert.Single(await SparkHomeFixture.PublishAsync(options));

        Assert.Equal(("spark-py", true), (image.Name, image.Changed));
        Assert.Null(target.Manifest("spark", "v1"));
        Assert.Contains("etc/os-release", Entries(target, "spark-py").Keys);
    }

    [Fact]
    public async Task An_upload_that_fails_is_begun_again()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        registry.Faults.UploadsToFail = 2;
        var caller = new RecordingCaller();

        var images = await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry), caller);

        Assert.All(images, i => Assert.NotNull(registry.Manifest(i.Repository, i.Digest!)));
        Assert.Equal(2, registry.Requests.Count(r => r.Status == 503));
        Assert.Contains(caller.VerboseLines, l => l.Contains("Trying again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("config")]
    [InlineData("layer")]
    public async Task Damaged_content_of_the_base_image_never_becomes_part_of_the_target(string what)
    {
        await using var source = await SparkHomeFixture.RegistryAsync();
        await using var target = await RegistryStandIn.StartAsync();
        var manifest = source.Manifest("base/jre", "8")!.Value.Content.RootElement;
        var damaged = (what == "config" ? manifest.GetProperty("config") : manifest.GetProperty("layers")[0]).GetProperty("digest").GetString()!;
        source.Faults.DamagedBlob = damaged;

        var refusal = await SparkHomeFixture.RefusedAsync(_spark.Options(target.Host, SparkImageEngine.Registry) with { BaseImage = $"{source.Host}/base/jre:8" });

        Assert.Equal("ImageContentCorrupt", refusal.Id);
        Assert.Contains(damaged, refusal.Message, StringComparison.Ordinal);
        Assert.Null(target.OpenBlob("spark", damaged));
        Assert.Null(target.Manifest("spark", "v1"));
    }

    [Fact]
    public async Task Cancelling_in_the_middle_of_an_upload_leaves_no_tag()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        registry.Faults.HoldUploads = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var caller = new RecordingCaller();
        var publishing = SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry), caller, stop.Token);
        while (!caller.VerboseLines.Any(l => l.StartsWith("Uploading", StringComparison.Ordinal)))
        {
            await Task.Delay(10);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        Assert.Null(registry.Manifest("spark", "v1"));
    }

    [Theory]
    [InlineData(RegistryAuthentication.Basic, false)]
    [InlineData(RegistryAuthentication.AcrToken, false)]
    [InlineData(RegistryAuthentication.Basic, true)]
    [InlineData(RegistryAuthentication.AcrToken, true)]
    public async Task The_login_given_opens_the_registry_and_shows_nowhere(RegistryAuthentication authentication, bool openPing)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync(
            new RegistryOptions { Authentication = authentication, UserName = "pusher", Password = Planted, OpenPing = openPing });
        var caller = new RecordingCaller();
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry) with { Access = new RegistryAccess { Credential = new NetworkCredential("pusher", Planted) } };

        var images = await SparkHomeFixture.PublishAsync(options, caller);

        Assert.All(images, i => Assert.True(i.Changed));
        AssertHidden(registry, caller, string.Join('\n', images));
    }

    [Theory]
    [InlineData(RegistryAuthentication.Basic)]
    [InlineData(RegistryAuthentication.AcrToken)]
    public async Task A_refused_login_is_one_clear_error_that_does_not_show_it(RegistryAuthentication authentication)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync(new RegistryOptions { Authentication = authentication });
        var caller = new RecordingCaller();
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry);

        var wrong = await SparkHomeFixture.RefusedAsync(options with { Access = new RegistryAccess { Credential = new NetworkCredential("pusher", Planted) } }, caller);
        var none = await SparkHomeFixture.RefusedAsync(options, caller);

        Assert.Equal(("RegistryLoginRefused", "RegistryLoginRefused"), (wrong.Id, none.Id));
        Assert.Contains("without a login", none.Message, StringComparison.Ordinal);
        AssertHidden(registry, caller, wrong.ToString());
    }

    [Fact]
    public async Task Logins_in_dockers_own_file_are_used()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync(new RegistryOptions { Authentication = RegistryAuthentication.AcrToken });
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry) with { Images = ["spark"] };
        _spark.WriteLogin(registry.Host, $$"""{"auth":"{{Convert.ToBase64String("sandbox:sandbox-password"u8)}}"}""");
        Assert.True(Assert.Single(await SparkHomeFixture.PublishAsync(options)).Changed);

        // az acr login leaves an identity token, which is a refresh token.
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent([new("grant_type", "access_token"), new("service", registry.Host), new("access_token", "entra")]);
        var answer = await http.PostAsync($"http://{registry.Host}/oauth2/exchange", form);
        var refresh = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("refresh_token").GetString();
        _spark.WriteLogin(registry.Host, $$"""{"auth":"MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwOg==","identitytoken":"{{refresh}}"}""");
        Assert.True(Assert.Single(await SparkHomeFixture.PublishAsync(options with { Tag = "v2" })).Changed);

        _spark.WriteLogin(registry.Host, $$"""{"auth":"{{Planted}}"}""");
        var refusal = await SparkHomeFixture.RefusedAsync(options);
        Assert.Equal("DockerConfigUnreadable", refusal.Id);
        Assert.DoesNotContain(Planted, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_realm_on_another_host_gets_no_login()
    {
        await using var thief = await RegistryStandIn.StartAsync();
        await using var registry = await SparkHomeFixture.RegistryAsync(new RegistryOptions
        {
            Authentication = RegistryAuthentication.AcrToken,
            Realm = $"http://{thief.Host}/oauth2/token",
        });

        var refusal = await SparkHomeFixture.RefusedAsync(_spark.Options(registry.Host, SparkImageEngine.Registry) with { Access = new RegistryAccess { Credential = new NetworkCredential("pusher", Planted) } });

        Assert.Equal("RegistryRealmNotTrusted", refusal.Id);
        Assert.Empty(thief.Requests);
    }

    [Fact]
    public async Task A_registry_that_denies_the_push_says_so()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        registry.Faults.DenyPush = true;

        var refusal = await SparkHomeFixture.RefusedAsync(_spark.Options(registry.Host, SparkImageEngine.Registry));

        Assert.Equal(("RegistryAccessDenied", ErrorKind.PermissionDenied), (refusal.Id, refusal.Kind));
        Assert.Contains("DENIED", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ADD https://example.com/x /x", "fetches https://example.com/x")]
    [InlineData("ADD archive.tar.bz2 /x", "is compressed with bzip2")]
    [InlineData("ADD archive.tar.xz /x", "is compressed with xz")]
    [InlineData("COPY --parents bin/nested /x", "what --parents changes is not known here")]
    [InlineData("COPY --chown=spark:spark bin /x", "no account 'spark:spark'")]
    public async Task What_cannot_be_done_without_a_daemon_is_refused_with_its_line(string instruction, string reason)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        _spark.Write("archive.tar.bz2", "BZh91AY");
        File.WriteAllBytes(_spark.Home("archive.tar.xz"), [0xFD, .. "7zXZ\0more"u8]);
        _spark.WriteDockerfile("FROM x\n" + instruction);

        var refusal = await SparkHomeFixture.RefusedAsync(_spark.Options(registry.Host, SparkImageEngine.Registry));

        Assert.Equal("InstructionNotSupported", refusal.Id);
        Assert.Contains("Line 2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task What_is_missing_is_told_before_anything_is_sent()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry);

        Assert.Equal("BaseImageRequired", (await SparkHomeFixture.RefusedAsync(options with { BaseImage = null })).Id);
        Assert.Equal("BaseImageNotFound", (await SparkHomeFixture.RefusedAsync(options with { BaseImage = $"{registry.Host}/base/jre:9" })).Id);
        Assert.Equal("ImageNotInDistribution", (await SparkHomeFixture.RefusedAsync(options with { Images = ["spark-r"] })).Id);
        Assert.Equal("ImageTagInvalid", (await SparkHomeFixture.RefusedAsync(options with { Tag = "-v1" })).Id);
        Assert.Equal("NotASparkHome", (await SparkHomeFixture.RefusedAsync(options with { SparkHome = _spark.Home("jars") })).Id);

        Directory.Delete(_spark.Home("bin"), recursive: true);
        var missing = await SparkHomeFixture.RefusedAsync(options);
        Assert.Equal("BuildSourceMissing", missing.Id);
        Assert.Contains("Line 9", missing.Message, StringComparison.Ordinal);
        Assert.Contains("'bin'", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task Nobody_listening_is_an_unavailable_registry()
    {
        var refusal = await SparkHomeFixture.RefusedAsync(_spark.Options("127.0.0.1:1", SparkImageEngine.Registry));
        Assert.Equal(("RegistryUnavailable", ErrorKind.Unavailable), (refusal.Id, refusal.Kind));
    }

    [SkippableFact]
    public async Task A_real_registry_takes_the_image_and_docker_runs_it()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var real = await RealRegistry.StartOrSkipAsync();
        var baseReference = $"{real.Host}/base/busybox:1";
        await ContainerTools.RunAsync("docker", ["tag", ContainerTools.BaseImage, baseReference]);
        await ContainerTools.RunAsync("docker", ["push", baseReference]);

        var images = await SparkHomeFixture.PublishAsync(_spark.Options(real.Host, SparkImageEngine.Registry) with { BaseImage = baseReference });
        var again = await SparkHomeFixture.PublishAsync(_spark.Options(real.Host, SparkImageEngine.Registry) with { BaseImage = baseReference });

        try
        {
            var output = await ContainerTools.RunAsync("docker", ["run", "--rm", "--network", "none", images[1].Reference, "sh", "-c", "cat $SPARK_HOME/RELEASE; ls $SPARK_HOME/jars; cat $PYTHONPATH"]);
            Assert.Contains("Spark 2.4.0 built for Hadoop 2.7.3", output, StringComparison.Ordinal);
            Assert.Contains("part2-2.4.0.jar", output, StringComparison.Ordinal);
            Assert.Equal(images.Select(i => i.Digest), again.Select(i => i.Digest));
            Assert.All(again, i => Assert.False(i.Changed));
        }
        finally
        {
            await ContainerTools.TryRunAsync("docker", ["rmi", "-f", images[1].Reference, baseReference]);
        }
    }

    private static Dictionary<string, TarEntry> Entries(RegistryStandIn registry, string repository)
    {
        var entries = new Dictionary<string, TarEntry>();
        foreach (var layer in registry.Manifest(repository, "v1")!.Value.Content.RootElement.GetProperty("layers").EnumerateArray())
        {
            using var blob = registry.OpenBlob(repository, layer.GetProperty("digest").GetString()!)!;
            var isZipped = layer.GetProperty("mediaType").GetString()!.EndsWith("gzip", StringComparison.Ordinal);
            using Stream tar = isZipped ? new System.IO.Compression.GZipStream(blob, System.IO.Compression.CompressionMode.Decompress) : blob;
            using var reader = new TarReader(tar);
            while (reader.GetNextEntry() is { } entry)
            {
                entries[entry.Name.TrimEnd('/')] = entry;
            }
        }

        return entries;
    }

    private static void AssertHidden(RegistryStandIn registry, RecordingCaller caller, string more)
    {
        var seen = string.Join('\n', [.. registry.Requests.Select(r => r.Url), .. caller.VerboseLines, .. caller.Warnings, more]);
        foreach (var form in new[] { Planted, Uri.EscapeDataString(Planted), Convert.ToBase64String(Encoding.UTF8.GetBytes("pusher:" + Planted)) })
        {
            Assert.DoesNotContain(form, seen, StringComparison.Ordinal);
        }
    }
}
